"""The state in the database: budgets, last readings, and what else the programs of a user share."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.domain.bucket_codec import DAMAGED
from claudometer.domain.older_state import MOVED, begin_in_file, left_in_file, take_over
from claudometer.store.connecting import (
    connect,
    connect_reading,
    errors_of_sqlite,
    in_transaction,
    is_damaged,
    is_passing,
    set_durable,
)
from claudometer.store.damage import set_aside
from claudometer.store.neighbors import identity_of
from claudometer.store.schema import DamagedError, NewerSchemaError
from claudometer.store.state_rows import read_rows, to_rows, to_state, write_rows
from claudometer.system.file_locks import locked
from claudometer.system.files import mark_of, write_atomically
from claudometer.system.state import LOCK_TIMEOUT_S, JsonState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from sqlite3 import Connection

    from claudometer.domain.json_object import JsonObject

    Edit = Callable[[JsonObject], None]

log = logging.getLogger(__name__)

BUSY_MS = 5000
"""How long to wait for other processes. A transaction of ours takes some milliseconds, and a sync more."""

FAILING_MS = 200
"""The same after that was in vain."""

OLDER = "older_file"
"""The member that says which file of an older version was taken over: its mark, empty if it changed since."""


class StoredState:
    """One JSON object in the database. Its methods block, and take turns.

    It has a connection of its own, which waits for no query of the history.

    Args:
        path: of the database.
        older: where versions up to 0.1 keep the same. What they leave there is taken over; afterwards the
            file has only what was sent. As long as the database cannot be used, this file is.
        on_damage: called with the new path of a damaged database.
        level: of what the log says about something that cannot be read.
    """

    is_spare = False

    def __init__(
        self,
        path: Path,
        older: Path,
        *,
        on_damage: Callable[[Path], None] = lambda _aside: None,
        level: int = logging.WARNING,
    ) -> None:
        self._path = path
        self._older_path = older
        self._older = JsonState(older, level=level)
        self._lock = threading.Lock()
        self._disk: Connection | None = None
        self._file: tuple[int, int] | None = None
        self._known: tuple[int, int] | None = None  # the mark of the older file that the database knows of
        self._on_damage = on_damage
        self._level = level
        self._is_failing = False
        self._is_unread = False

    def read(self) -> JsonObject:
        """Return the object; empty if nothing was ever kept, ``{DAMAGED: True}`` if it cannot be read."""
        with self._lock:
            state = self._read_database()
        if state is not None:
            self._merge_older(state)
            state.pop(OLDER, None)
            return state
        file = self._older.read()
        return {DAMAGED: True} if not file or MOVED in file else file

    def change(self, edit: Edit, *, durable: bool = True) -> None:
        """Edit the object and write what differs, in one transaction.

        If the database cannot be written, the file takes its place, also for the other programs of the user.

        Args:
            edit: called with the object, perhaps more than once, each time with a new one.
            durable: it must survive a power cut. If not, it does so with the next change that is; the end of
                the process loses nothing in any case.

        Raises:
            OSError: it could be written in neither place and is unchanged.
        """
        with self._lock:
            try:
                self._change(edit, durable=durable)
            except _errors() as error:
                if not is_passing(error):
                    self._close()
                level = logging.DEBUG if self._is_failing else self._level
                self._is_failing = True
                log.log(level, "budgets and last numbers are kept in %s: %r", self._older_path.name, error)
                self._change_file(edit)
            else:
                self._is_failing = False

    def close(self) -> None:
        """Close the file. It is opened again when it is needed."""
        with self._lock:
            self._close()

    def _read_database(self) -> JsonObject | None:
        """Return what the database has, empty if there is none; ``None`` if it cannot be read."""
        if self._disk is None and identity_of(self._path) is None:
            return {}  # a look must not create the file
        refused = _errors()
        with suppress(*refused):
            return to_state(read_rows(self._open()))
        # Perhaps it can be read all the same: in a folder that cannot be written, or of a newer version.
        self._close()
        try:
            with closing(connect_reading(self._path)) as disk:
                return to_state(read_rows(disk))
        except FileNotFoundError:
            return {}  # it was only just begun
        except refused as error:
            if not self._is_unread:  # once: it is read at every poll
                log.log(self._level, "the budgets and last numbers cannot be read: %r", error)
            self._is_unread = True
            return None

    def _change_file(self, edit: Edit) -> None:
        own = self._read_database()
        if own is not None:
            own.pop(OLDER, None)

        def begin_and_edit(file: JsonObject) -> None:
            begin_in_file(file, own, datetime.now(UTC))
            edit(file)

        self._older.change(begin_and_edit)

    def _change(self, edit: Edit, *, durable: bool) -> None:
        def edit_ours(state: JsonObject) -> None:
            mark = state.pop(OLDER, None)  # nobody else's business, and kept if they begin anew
            edit(state)
            if mark is not None:
                state[OLDER] = mark

        connection = self._open_whole()
        mark = mark_of(self._older_path)
        if mark not in (None, self._known) and not self._is_known(to_state(read_rows(connection))):
            self._take_over_and(edit_ours)
            return
        self._known = mark
        self._write(edit_ours, durable=durable)

    def _take_over_and(self, edit: Edit) -> None:
        left: list[JsonObject] = []

        def take_over_first(state: JsonObject) -> None:
            self._merge_older(state)
            state[OLDER] = []
            edit(state)
            left.append(left_in_file(state))

        # Under the older version's own lock: what it wrote a moment ago must not be missed.
        with locked(self._older_path.with_suffix(".lock"), timeout_s=LOCK_TIMEOUT_S):
            self._write(take_over_first, durable=True)
            # Only now, when its content is safe. If this fails or is cut short, it is taken over again.
            try:
                write_atomically(self._older_path, json.dumps(left[-1], separators=(",", ":")).encode())
            except OSError as error:
                log.warning("the state of an older version stays as it was: %s", error)
                return
            mark = list(mark_of(self._older_path) or ())
            self._write(lambda state: state.update({OLDER: mark}), durable=True)
        log.info("the state of an older version was taken over")

    def _merge_older(self, state: JsonObject) -> None:
        """Add what an older version has left in its file since this was done last."""
        if mark_of(self._older_path) is not None and not self._is_known(state):
            take_over(state, self._older.read(), is_first=OLDER not in state)

    def _is_known(self, state: JsonObject) -> bool:
        return state.get(OLDER) == list(mark_of(self._older_path) or ())

    def _write(self, edit: Edit, *, durable: bool) -> None:
        def work(connection: Connection) -> None:
            before = read_rows(connection)
            state = to_state(before)
            edit(state)
            write_rows(connection, before, to_rows(state))

        try:
            in_transaction(set_durable(self._open_whole(), durable=durable), work)
        except errors_of_sqlite() as error:
            if not is_damaged(error):
                raise
            self._set_aside(error, self._file)
            in_transaction(set_durable(self._open(), durable=durable), work)

    def _open_whole(self) -> Connection:
        """Return the open database; one that is damaged is set aside first."""
        found = identity_of(self._path)
        try:
            return self._open()
        except DamagedError as error:
            self._set_aside(error, found)
            return self._open()

    def _set_aside(self, error: Exception, damaged: tuple[int, int] | None) -> None:
        self._close()
        set_aside(self._path, error, damaged, moved=self._on_damage)

    def _open(self) -> Connection:
        """Return the open database; opens it again if somebody has removed or replaced its file."""
        if self._disk is None or self._file != identity_of(self._path):
            left = self._leave()
            self._known = None
            self._disk = connect(self._path)
            self._file = identity_of(self._path)
            if left:
                in_transaction(self._disk, lambda new: _carry_over(left, new))
        self._disk.execute(f"PRAGMA busy_timeout = {FAILING_MS if self._is_failing else BUSY_MS}")
        return self._disk

    def _leave(self) -> JsonObject:
        """Close a database whose file somebody has deleted or replaced, and return what it held."""
        left: JsonObject = {}
        if self._disk is not None:
            with suppress(errors_of_sqlite()):
                left = to_state(read_rows(self._disk))
            left.pop(OLDER, None)
        self._close()
        return left

    def _close(self) -> None:
        if self._disk is not None:
            with suppress(errors_of_sqlite()):
                self._disk.close()
        self._disk = None


def _carry_over(left: JsonObject, new: Connection) -> None:
    """Count what was sent before the file was replaced, and keep the numbers that a new file lacks."""
    before = read_rows(new)
    state = to_state(before)
    # Where another program has begun anew, its numbers count, and of ours only what was sent.
    take_over(state, left | {MOVED: True} if before else left, is_first=not before)
    write_rows(new, before, to_rows(state))


def _errors() -> tuple[type[Exception], ...]:
    """Return what a database raises that cannot be used, and a Python without SQLite."""
    always = (OSError, ImportError, NewerSchemaError, DamagedError)
    with suppress(ImportError):
        return (*always, errors_of_sqlite())
    return always
