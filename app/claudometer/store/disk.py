"""The database on the disk: opens it, and opens it again when its file is damaged, deleted or replaced."""

from __future__ import annotations

import logging
import os
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.snapshot import Problem
from claudometer.store.connecting import close, connect
from claudometer.store.damage import find_damage, set_aside
from claudometer.store.neighbors import identities_beside, identity_of, remove
from claudometer.store.replaced import carry_over, leave
from claudometer.store.schema import DamagedError
from claudometer.system.files import mark_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection

    from claudometer.system.files import Mark

log = logging.getLogger(__name__)

REPLACED_FOR = timedelta(hours=6)
"""How long it is said that somebody replaced the file: mostly it was the user."""


class Disk:
    """The database in its file. Its methods block, and the caller lets one thread at a time use them.

    Attributes:
        connection: of the open database, ``None`` while it is closed.
        damaged: says that an earlier file was damaged, until the end of this run.
        replaced: says that somebody deleted or replaced the file while it was open, for some hours.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.connection: Connection | None = None
        self.damaged: Problem | None = None
        self.replaced: Problem | None = None
        self._replaced_at: datetime | None = None
        self._file: tuple[int, int] | None = None
        self._mark: Mark | None = None
        self._beside: dict[Path, tuple[int, int]] = {}

    def open(self) -> Connection:
        """Return the open database; opens it again if somebody has removed or replaced its file.

        Raises:
            OSError, NewerSchemaError, DamagedError, sqlite3.Error: it cannot be opened, or set aside.
        """
        found = identity_of(self._path)
        if self.connection is not None and self._file == found:
            if self._mark != mark_of(self._path):  # another program wrote, perhaps over an open database
                self.look_through()
            if self.connection is not None:
                return self.connection
        if self.connection is None:
            return self._connect()
        kept = leave(self.connection)
        self.close()
        remove(self._beside)
        opened = self._connect()
        carry_over(kept, opened)
        self._note_replaced(is_new=found is None)
        return opened

    def close(self) -> None:
        """Close the database, if it is open. It is opened again when it is needed."""
        close(self.connection)
        self.connection = None

    def note_written(self) -> None:
        """Remember how the files are after a write of our own."""
        self._mark = mark_of(self._path)
        self._beside = identities_beside(self._path)

    def look_through(self) -> None:
        """Set the database aside if any part of it is damaged; else leave it open.

        Raises:
            OSError, NewerSchemaError, sqlite3.Error: it cannot be set aside.
        """
        error = find_damage(self._path)
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
        """End what is said for a while only."""
        if self.replaced is not None:
            self._replaced_at = self._replaced_at or now
            if abs(now - self._replaced_at) >= REPLACED_FOR:
                self.replaced = None

    def _connect(self) -> Connection:
        found = identity_of(self._path)
        try:
            opened = connect(self._path)
        except DamagedError as error:
            self._set_aside(error, found)
            opened = connect(self._path)
        self.connection, self._file = opened, identity_of(self._path)
        self.note_written()
        return opened

    def _set_aside(self, error: Exception, damaged: tuple[int, int] | None) -> None:
        # Not closed before the file has its new name: SQLite would write its log into it, and a program may
        # have put another content there.
        old, self.connection = self.connection, None
        if sys.platform == "win32":  # an open file cannot be renamed there, nor be written over
            close(old)
        try:
            set_aside(self._path, error, damaged, moved=self.note_damage)
        finally:
            close(old)

    def note_damage(self, aside: Path) -> None:
        """Say until the end of this run that a damaged file was set aside."""
        self.damaged = Problem(ErrorCode.HISTORY_BROKEN, facts=(("moved_to", os.fspath(aside)),))

    def _note_replaced(self, *, is_new: bool) -> None:
        reason = "deleted" if is_new else "replaced"
        log.warning("the history was %s by somebody while it was open", reason)
        facts = (("path", os.fspath(self._path)), ("reason", reason))
        self.replaced, self._replaced_at = Problem(ErrorCode.HISTORY_REPLACED, facts=facts), None
