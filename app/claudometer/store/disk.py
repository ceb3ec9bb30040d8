"""The database on the disk: opens it, and opens it again when its file is damaged, deleted or replaced.

The history and the state of one process share one, and with it one connection: beside a second one, setting a
damaged file aside would leave the other writing into the old file's log.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from claudometer.domain.errors import ErrorCode
from claudometer.domain.snapshot import Problem
from claudometer.store.connecting import (
    BUSY_MS,
    FAILING_MS,
    close,
    connect,
    connect_reading,
    errors_of_sqlite,
    is_damaged,
    is_passing,
)
from claudometer.store.damage import find_damage, set_aside
from claudometer.store.faults import fault_of
from claudometer.store.neighbors import identities_beside, identity_of, remove
from claudometer.store.replaced import carry_over, rescue
from claudometer.store.schema import DamagedError, NewerSchemaError
from claudometer.store.transactions import in_transaction, set_durable
from claudometer.system.files import mark_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection

    from claudometer.store.state_rows import Rows
    from claudometer.system.files import Mark

T = TypeVar("T")

log = logging.getLogger(__name__)

REPLACED_FOR = timedelta(hours=6)
"""How long the notice about a replaced file is shown: usually the user replaced it."""


class Disk:
    """The database in its file. Its methods block, and need the lock.

    Attributes:
        path: of the file.
        lock: to be held while a method is called, and while what it returned is used.
        connection: of the open database, ``None`` while it is closed.
        known_state: what this process last read or wrote of the state, empty before. It survives damage.
        failing: why the database could not be used at the last attempt, ``None`` if it could.
        damaged: that an earlier file was damaged. Stays until the end of this run.
        replaced: that somebody deleted or replaced the file while it was open. Stays for some hours.
        stays_open: the database stays open between two calls. Not any more once the program ends: a call that
            comes then must leave no files beside it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.known_state: Rows = {}
        self.failing: Problem | None = None
        self.connection: Connection | None = None
        self.damaged: Problem | None = None
        self.replaced: Problem | None = None
        self.stays_open = True
        self._replaced_at: datetime | None = None
        self._file: tuple[int, int] | None = None
        self._mark: Mark | None = None
        self._beside: dict[Path, tuple[int, int]] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file now, and what was wrong with an earlier one."""
        return tuple(each for each in (self.damaged, self.replaced, self.failing) if each is not None)

    def read(self, query: Callable[[Connection], T]) -> T:
        """Return what a query finds, also in a file that can only be read.

        Raises:
            FileNotFoundError: there is no database, or another program has only just begun it.
            OSError, NewerSchemaError, DamagedError, sqlite3.Error: it cannot be read.
        """
        if self.connection is None and identity_of(self.path) is None:
            raise FileNotFoundError(errno.ENOENT, "no database", self.path)  # a look must not create the file
        try:
            return self._with_mended(lambda: query(self.open()))
        except self.errors():
            self.close()
            return self.read_only(query, busy_ms=FAILING_MS)  # a lock has been waited for already
        finally:
            self._rest()

    def read_only(self, query: Callable[[Connection], T], *, busy_ms: int = BUSY_MS) -> T:
        """Return what a query finds, by a connection for reading alone. A damaged file stays where it is.

        Raises:
            FileNotFoundError, OSError, NewerSchemaError, DamagedError, sqlite3.Error: as :meth:`read`.
        """
        with closing(connect_reading(self.path, busy_ms=busy_ms)) as reading:
            return query(reading)

    def write(self, work: Callable[[Connection], None], *, durable: bool = False) -> None:
        """Do ``work`` in one transaction; a damaged file is set aside first.

        Args:
            work: may be called twice, the second time on the new file after damage.
            durable: it must survive a power cut. If not, it does so with the next write that is.

        Raises:
            OSError, NewerSchemaError, DamagedError, sqlite3.Error: nothing of it is written.
        """
        try:
            self._with_mended(lambda: in_transaction(set_durable(self.open(), durable=durable), work))
        finally:
            self.note_written()
            self._rest()

    def note_failure(self, error: Exception) -> bool:
        """Note why the database could not be used, and return whether that is new."""
        if not is_passing(error):
            self.close()
        is_new = self.failing is None
        self.failing = fault_of(error, self.path)
        return is_new

    @staticmethod
    def errors() -> tuple[type[Exception], ...]:
        """Return the exceptions of a database that cannot be used. Raises ``ImportError`` without SQLite."""
        return (OSError, NewerSchemaError, DamagedError, errors_of_sqlite())

    def _with_mended(self, work: Callable[[], T]) -> T:
        """Do ``work``. If it finds the file damaged, set that aside, and do it again with what is left."""
        try:
            return work()
        except errors_of_sqlite() as error:
            if not is_damaged(error):
                raise
            self.set_aside(error)
            return work()

    def open(self) -> Connection:
        """Return the open database; opens it again if somebody has removed or replaced its file.

        Raises:
            OSError, NewerSchemaError, DamagedError, sqlite3.Error: it cannot be opened, or set aside.
        """
        opened = self._open()
        opened.execute(f"PRAGMA busy_timeout = {self._busy_ms}")
        return opened

    @property
    def _busy_ms(self) -> int:
        return FAILING_MS if self.failing else BUSY_MS

    def _open(self) -> Connection:
        found = identity_of(self.path)
        if self.connection is not None and self._file == found:
            if self._mark != mark_of(self.path):  # another program wrote, perhaps over an open database
                self.look_through()
            if self.connection is not None:
                return self.connection
        if self.connection is None:
            return self._connect()
        rescued = rescue(self.connection)
        self.close()
        remove(self._beside)
        opened = self._connect()
        carry_over(rescued, opened)
        self._note_replaced(is_new=found is None)
        return opened

    def close(self) -> None:
        """Close the database, if it is open. It is opened again when it is needed."""
        close(self.connection)
        self.connection = None

    def end(self) -> None:
        """Close the database, and from now on after each call: the program ends."""
        self.stays_open = False
        self.close()

    def _rest(self) -> None:
        if not self.stays_open:
            self.close()

    def note_written(self) -> None:
        """Remember what the files look like after a write of our own, to notice those of others."""
        self._mark = mark_of(self.path)
        self._beside = identities_beside(self.path)

    def look_through(self) -> None:
        """Set the database aside if any part of it is damaged; else leave it open.

        Raises:
            OSError, NewerSchemaError, sqlite3.Error: it cannot be set aside.
        """
        error = find_damage(self.path)
        if error is not None:
            self.set_aside(error)
        self.note_written()

    def set_aside(self, error: Exception) -> None:
        """Give the damaged file another name, and take over into a new one what can be read of it.

        Raises:
            OSError, NewerSchemaError, sqlite3.Error: that failed.
        """
        self._set_aside(error, self._file)

    def pass_time(self, now: datetime) -> None:
        """Take back the notice about a replaced file once it has been shown for long enough."""
        if self.replaced is not None:
            self._replaced_at = self._replaced_at or now
            if abs(now - self._replaced_at) >= REPLACED_FOR:
                self.replaced = None

    def _connect(self) -> Connection:
        found = identity_of(self.path)
        try:
            opened = connect(self.path, busy_ms=self._busy_ms)
        except DamagedError as error:
            self._set_aside(error, found)
            opened = connect(self.path, busy_ms=self._busy_ms)
        self.connection, self._file = opened, identity_of(self.path)
        self.note_written()
        return opened

    def _set_aside(self, error: Exception, damaged: tuple[int, int] | None) -> None:
        # Not closed before the file has its new name: SQLite would write its log into it, and a program may
        # have put another content there.
        old, self.connection = self.connection, None
        if sys.platform == "win32":  # an open file cannot be renamed there, nor be written over
            close(old)
        try:
            set_aside(self.path, error, damaged, known_state=self.known_state, moved=self.note_damage)
        finally:
            close(old)

    def note_damage(self, aside: Path) -> None:
        """Say until the end of this run that a damaged file was set aside."""
        self.damaged = Problem(ErrorCode.HISTORY_BROKEN, facts=(("moved_to", os.fspath(aside)),))

    def _note_replaced(self, *, is_new: bool) -> None:
        reason = "deleted" if is_new else "replaced"
        log.warning("the history was %s by somebody while it was open", reason)
        facts = (("path", os.fspath(self.path)), ("reason", reason))
        self.replaced, self._replaced_at = Problem(ErrorCode.HISTORY_REPLACED, facts=facts), None
