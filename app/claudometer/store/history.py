"""The history of one user: on disk, and in memory for as long as the disk cannot take it."""

from __future__ import annotations

import errno
import logging
import os
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from claudometer.domain.errors import ErrorCode
from claudometer.domain.snapshot import Problem
from claudometer.store.connecting import errors_of_sqlite
from claudometer.store.copying import copy_rows, join_to_earlier
from claudometer.store.curve import read_curve
from claudometer.store.disk import Disk
from claudometer.store.faults import fault_of
from claudometer.store.forecasts import read_forecasts, write_forecasts
from claudometer.store.in_memory import connect_memory
from claudometer.store.queries import delete_all, last_read_first, read_points, read_resets, read_series
from claudometer.store.replaced import write_out
from claudometer.store.requests import read_requests
from claudometer.store.schema import NewerSchemaError
from claudometer.store.thinning import thin
from claudometer.store.transactions import in_transaction
from claudometer.store.writing import write_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection

    from claudometer.domain.forecasting.grading import SaidForecast
    from claudometer.domain.history import LimitKey, LimitReset, Point, Series
    from claudometer.domain.ledger import RequestRecord
    from claudometer.domain.usage import AccountKey, Reading

T = TypeVar("T")

log = logging.getLogger(__name__)

THIN_EVERY = timedelta(hours=1)
"""Points become one an hour, so sooner there is nothing new to thin."""


class History:
    """Points and resets of all accounts of a user. Its methods block, and take turns.

    They raise nothing for a disk that fails. What it cannot take is kept in memory, and moved there later.

    Attributes:
        disk: the database, which the state of the same process shares.
    """

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self.disk = disk or Disk(path)
        self._memory: Connection | None = None
        self._thinned_at: datetime | None = None
        self._unread: Exception | None = None  # there is a file, and why the last read of it failed

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file now, and what was wrong with an earlier one."""
        return self.disk.problems

    @property
    def is_failing(self) -> bool:
        """Whether the file could not be used at the last attempt, and may be usable at the next."""
        failing = self.disk.failing
        return failing is not None and failing.code is not ErrorCode.HISTORY_WITHOUT_SQLITE

    def retry(self) -> None:
        """Try again to use the file, and move there what only memory has."""
        self.change(lambda _connection: None)

    def record(
        self,
        readings: Sequence[Reading],
        *,
        now: Callable[[], datetime],
        gap_s: float,
        is_verified: bool = False,
    ) -> None:
        """Write what is new in the readings, in one transaction.

        Args:
            readings: oldest first.
            now: returns the time by the clock that the readings' times are of. Called once the file is ours
                alone: the computer may sleep before, or the drive hang, and by the time before that, what
                another program has written meanwhile would be ahead, and be deleted.
            gap_s: readings further apart than this many seconds are not joined.
            is_verified: a server has told that time. By a clock that may be wrong, nothing is deleted.
        """
        last = self._thinned_at
        thinned = last

        def write(connection: Connection) -> None:
            nonlocal thinned
            at = now()
            for reading in readings:
                write_reading(connection, reading, now=at, is_verified=is_verified, gap_s=gap_s)
            if is_verified and (last is None or abs(at - last) >= THIN_EVERY):
                thin(connection, at)
                thinned = at

        self.change(write)
        self.disk.pass_time(now())
        self._thinned_at = thinned

    def check(self) -> None:
        """Look through the whole file: damage shows only where it is read. Takes 35 ms for a year."""
        with self.disk.lock:
            if self._has_sqlite() and self.disk.connection is not None:
                with suppress(OSError, NewerSchemaError, errors_of_sqlite()):
                    self.disk.look_through()

    def clear(self) -> bool:
        """Delete everything, and return whether nothing is left on the disk."""
        with self.disk.lock:
            if not self._has_sqlite():
                return False
            self._close_memory()
            self._write(delete_all)
            disk = self.disk.connection
            if disk is None or self._memory is not None:
                return False
            with suppress(errors_of_sqlite()):  # the rows are gone; their space stays in the file
                disk.execute("VACUUM")
                write_out(disk)  # else the running app's log has it, and the file still the rows
            return True

    def series(self, account: AccountKey | None = None) -> list[Series]:
        """Return the limits that there are points of, the one that was read last first."""
        # Memory's come behind the disk's and replace them, since they are newer.
        found = {each.key: each for each in self.read(lambda connection: read_series(connection, account))}
        return last_read_first(found.values())

    def points(self, key: LimitKey, since: datetime, until: datetime | None = None) -> list[Point]:
        """Return the points of a limit that overlap the time from ``since`` to ``until``, oldest first."""
        return self.read(lambda connection: read_points(connection, key, since, until))

    def curve(self, key: LimitKey, since: datetime, until: datetime) -> list[Point]:
        """Return as many points of a limit as a graph can show, oldest first. See ``store.curve``."""
        return self.read(lambda connection: read_curve(connection, key, since, until))

    def resets(
        self,
        *,
        account: AccountKey | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[LimitReset]:
        """Return the confirmed resets whose new window was first seen in that time, oldest first."""
        return self.read(
            lambda connection: read_resets(connection, account=account, since=since, until=until)
        )

    def keep_forecasts(self, key: LimitKey, forecasts: Sequence[SaidForecast]) -> None:
        """Write forecasts of a limit, or what has become of them."""
        self.change(lambda connection: write_forecasts(connection, key, forecasts))

    def forecasts(self, key: LimitKey, since_s: float) -> list[SaidForecast]:
        """Return the forecasts of a limit since then, oldest first."""
        return self.read(lambda connection: read_forecasts(connection, key, since_s))

    def requests(self, now: datetime) -> tuple[list[RequestRecord], Problem | None]:
        """Return the requests of the last 7 days, oldest first, and why those on the disk are not among them.

        ``None`` if they are.
        """
        with self.disk.lock:
            if not self._has_sqlite():
                return [], self.disk.failing
            found = self._read_both(lambda connection: read_requests(connection, now))
            unread = self._unread
            fault = None if unread is None else fault_of(unread, self.disk.path, reading=True)
        found.sort(key=lambda record: record.at)
        return found, fault

    def change(self, work: Callable[[Connection], None], *, only_on_disk: bool = False) -> bool:
        """Do ``work`` in one transaction, and return whether that was on the disk; else it was in memory.

        Args:
            only_on_disk: it is not done in memory, and on the disk it survives a power cut.
        """
        with self.disk.lock:
            if self._has_sqlite():
                self._write(work, only_on_disk=only_on_disk)
            return self.disk.failing is None

    def stay_open(self) -> None:
        """Keep the file open between two calls, as at first. Does not block."""
        self.disk.stays_open = True

    def close(self) -> None:
        """Close the file. It is opened again when it is needed."""
        with self.disk.lock:
            self.disk.close()

    def end(self) -> None:
        """Close the file. A later call opens it, and closes it again, until :meth:`stay_open`."""
        with self.disk.lock:
            self.disk.end()

    def _has_sqlite(self) -> bool:
        """Return whether this Python has SQLite, and note a problem if not."""
        try:
            errors_of_sqlite()
        except ImportError as error:
            if self.disk.failing is None:
                log.warning("no history is kept: %s", error)
            self.disk.failing = Problem(ErrorCode.HISTORY_WITHOUT_SQLITE)
            return False
        return True

    def read(self, query: Callable[[Connection], list[T]], *, required: bool = False) -> list[T]:
        """Return what the disk has, and behind it what only memory has.

        Args:
            required: a file that cannot be read is an error; otherwise, it counts as empty.

        Raises:
            OSError: see ``required``.
        """
        with self.disk.lock:
            if not self._has_sqlite():
                return []
            found = self._read_both(query)
            if required and self._unread is not None:
                raise OSError(errno.EIO, "the history cannot be read", os.fspath(self.disk.path))
        return found

    def _read_both(self, query: Callable[[Connection], list[T]]) -> list[T]:
        found = self._read_disk(query)
        if self._memory is not None:
            found += query(self._memory)
        return found

    def _read_disk(self, query: Callable[[Connection], list[T]]) -> list[T]:
        self._unread = None
        try:
            return self.disk.read(query)
        except FileNotFoundError as error:
            if os.path.lexists(self.disk.path):  # else nothing was ever kept
                self._unread = error
        except self.disk.errors() as error:
            self._unread = error
        return []

    def _write(self, work: Callable[[Connection], None], *, only_on_disk: bool = False) -> None:
        try:
            self.disk.write(self._with_memory(work), durable=only_on_disk)
        except self.disk.errors() as error:
            level = logging.WARNING if self.disk.note_failure(error) else logging.DEBUG
            log.log(level, "the history cannot be kept: %r", error)
        else:
            if self.disk.failing is not None:
                log.info("the history is kept again")
            self.disk.failing = None
            self._close_memory()
            return
        if only_on_disk:
            return
        if self._memory is None:
            self._memory = connect_memory()
        in_transaction(self._memory, work)

    def _with_memory(self, work: Callable[[Connection], None]) -> Callable[[Connection], None]:
        memory = self._memory
        if memory is None:
            return work

        def both(connection: Connection) -> None:
            copy_rows(memory, connection)
            join_to_earlier(memory, connection)
            work(connection)

        return both

    def _close_memory(self) -> None:
        if self._memory is not None:
            self._memory.close()
        self._memory = None
