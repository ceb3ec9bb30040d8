"""The state in the database: budgets, last readings, and what else the programs of a user share."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from claudometer.domain.bucket_codec import DAMAGED
from claudometer.domain.older_state import MOVED, begin_in_file, left_in_file, take_over
from claudometer.store.disk import Disk
from claudometer.store.replaced import write_out
from claudometer.store.state_rows import OLDER, read_rows, removes_reading, to_rows, to_state, write_rows
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


class StoredState:
    """One JSON object in the database. Its methods block, and take turns with those of the history.

    Args:
        disk: the database.
        older: the file in which versions up to 0.1 keep the same. Its content is taken over; afterwards it
            has only what was sent. As long as the database cannot be used, this file takes its place.
        only_looks: it is only read. A damaged database is neither set aside nor logged as a warning.
    """

    is_spare = False
    fault: ClassVar[dict[str, str]] = {}

    def __init__(self, disk: Disk, older: Path, *, only_looks: bool = False) -> None:
        self._disk = disk
        self._older_path = older
        self._only_looks = only_looks
        self._level = logging.DEBUG if only_looks else logging.WARNING
        self._older = JsonState(older, level=self._level)
        self._is_unread = False

    def read(self) -> JsonObject:
        """Return the object; empty if nothing was ever kept, ``{DAMAGED: True}`` if it cannot be read."""
        with self._disk.lock:
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
        with self._disk.lock:
            try:
                self._change(edit, durable=durable)
            except _errors() as error:
                level = self._level if self._note(error) else logging.DEBUG
                log.log(level, "budgets and last numbers are kept in %s: %r", self._older_path.name, error)
                self._change_file(edit)
            else:
                self._disk.failing = None

    def close(self) -> None:
        """Close the file. It is opened again when it is needed."""
        with self._disk.lock:
            self._disk.close()

    def _read_database(self) -> JsonObject | None:
        """Return what the database has, empty if there is none; ``None`` if it cannot be read."""
        try:
            found = (self._disk.read_only if self._only_looks else self._disk.read)(read_rows)
        except FileNotFoundError:
            return {}
        except _errors() as error:
            self._note(error)
            if not self._is_unread:  # once: it is read at every poll
                log.log(self._level, "the budgets and last numbers cannot be read: %r", error)
            self._is_unread = True
            return None
        self._is_unread = False
        self._disk.known_state = found
        return to_state(found)

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
            mark = state.pop(OLDER, None)  # the edit neither sees nor loses it
            edit(state)
            if mark is not None:
                state[OLDER] = mark

        kept = None if mark_of(self._older_path) is None else self._read_database() or {}
        if kept is None or self._is_replaced(kept):
            self._write(edit_ours, durable=durable)
        else:
            # Taken over before, and it could not be replaced: that is tried again, and no news.
            is_known = self._is_known(kept)
            self._take_over_and(edit_ours, durable=durable or not is_known, is_news=not is_known)

    def _take_over_and(self, edit: Edit, *, durable: bool, is_news: bool) -> None:
        left: list[JsonObject] = []

        def take_over_first(state: JsonObject) -> None:
            self._merge_older(state)
            # Not yet replaced. If it never can be, what is removed from the database must not come back.
            state[OLDER] = [*(mark_of(self._older_path) or ()), False]
            edit(state)
            left.append(left_in_file(state))

        # Under the older version's own lock: what it wrote a moment ago must not be missed.
        with locked(self._older_path.with_suffix(".lock"), timeout_s=LOCK_TIMEOUT_S):
            self._write(take_over_first, durable=durable)
            # Only now, when its content is safe. If this fails or is cut short, the next change does it.
            try:
                write_atomically(self._older_path, json.dumps(left[-1], separators=(",", ":")).encode())
            except OSError as error:
                level = logging.WARNING if is_news else logging.DEBUG
                log.log(level, "the state of an older version stays as it was: %s", error)
                return
            mark = list(mark_of(self._older_path) or ())
            self._write(lambda state: state.update({OLDER: mark}), durable=True)
        log.info("the state of an older version was taken over")

    def _merge_older(self, state: JsonObject) -> None:
        """Add what an older version has left in its file since this was done last."""
        if mark_of(self._older_path) is not None and not self._is_known(state):
            take_over(state, self._older.read(), is_first=OLDER not in state)

    def _is_known(self, state: JsonObject) -> bool:
        """Return whether the state has all that the file has."""
        mark = list(mark_of(self._older_path) or ())
        return state.get(OLDER) in (mark, [*mark, False])

    def _is_replaced(self, state: JsonObject) -> bool:
        """Return whether the state has all that the file has, and the file only what was sent."""
        return state.get(OLDER) == list(mark_of(self._older_path) or ())

    def _write(self, edit: Edit, *, durable: bool) -> None:
        removed: list[bool] = []

        def work(connection: Connection) -> None:
            before = read_rows(connection)
            state = to_state(before)
            edit(state)
            after = write_rows(connection, before, to_rows(state))
            removed.append(removes_reading(before, after))
            self._disk.known_state = after

        self._disk.write(work, durable=durable)
        if removed[-1] and self._disk.connection is not None:
            # Otherwise the numbers would stay in the file and its log until a checkpoint, perhaps for days.
            write_out(self._disk.connection)
            self._disk.note_written()

    def _note(self, error: Exception) -> bool:
        """Note why the database could not be used, and return whether that is new."""
        if isinstance(error, ImportError):
            return not self._is_unread
        return self._disk.note_failure(error)


def _errors() -> tuple[type[Exception], ...]:
    """Return the exceptions of a database that cannot be used, and of a Python without SQLite."""
    try:
        return (*Disk.errors(), ImportError)
    except ImportError:
        return (OSError, ImportError)
