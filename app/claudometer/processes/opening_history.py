"""Opens the history; the demo's is in memory, and begins with 15 days of the made-up account."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.store.connecting import FILE_NAME
from claudometer.store.disk import Disk
from claudometer.store.history import History
from claudometer.store.in_memory import connect_memory
from claudometer.store.kept_requests import KeptRequests
from claudometer.store.older_requests import FILE_NAME as OLDER_REQUESTS
from claudometer.system.demo_plan import demo_plan
from claudometer.system.request_notes import RequestNotes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection

    from claudometer.domain.clock import Clock
    from claudometer.domain.history import Series
    from claudometer.domain.usage import AccountKey, Reading

DEMO_PAST = timedelta(days=15)
DEMO_STEP = timedelta(hours=1)


def find_history(folder: Path, clock: Clock, *, demo: bool) -> History:
    """Return the history in ``folder``, or the demo's. The file is opened when it is first used."""
    path = folder / FILE_NAME
    return DemoHistory(path, clock) if demo else History(path)


def find_notes(folder: Path, history: History) -> RequestNotes:
    """Return a writer of the user's request ledger, which is in the database of the history."""
    return RequestNotes(KeptRequests(history, folder / OLDER_REQUESTS))


class DemoHistory(History):
    """The history of the demo: it has a past from the start, so that its graphs are not empty.

    It is in memory, because a file would have a gap between an earlier demo and this one.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(path, _NoDisk(path))
        self._clock = clock
        self._begun: set[AccountKey] = set()
        self._beginning = threading.Lock()

    def record(
        self,
        readings: Sequence[Reading],
        *,
        now: Callable[[], datetime],
        gap_s: float,
        is_verified: bool = False,
    ) -> None:
        """Write what is new, after the made-up past."""
        for account in {reading.key for reading in readings}:
            self._begin(account)
        super().record(readings, now=now, gap_s=gap_s, is_verified=is_verified)

    def series(self, account: AccountKey | None = None) -> list[Series]:
        """Return the limits that there are points of."""
        if account is not None:
            self._begin(account)
        return super().series(account)

    def close(self) -> None:
        """Do nothing: a database in memory would be gone."""

    def end(self) -> None:
        """Do nothing, as :meth:`close`."""

    def _begin(self, account: AccountKey) -> None:
        """Write the past of an account, once.

        Other threads wait meanwhile: the history refuses readings that are older than its newest one, so a
        new reading before the past would keep the past out.
        """
        from claudometer.providers.demo import demo_readings  # noqa: PLC0415 - made-up numbers, only for the demo

        with self._beginning:
            if account in self._begun:
                return
            now = self._clock.now()
            steps = DEMO_PAST // DEMO_STEP
            times = [now - DEMO_STEP * step for step in range(steps, 0, -1)]
            past = demo_readings(account.account, times, demo_plan())
            # Longer than a step, so that the past has no gap.
            super().record(past, now=lambda: now, gap_s=2 * DEMO_STEP.total_seconds())
            self._begun.add(account)


class _NoDisk(Disk):
    """A database in memory instead of a file. No other program can change it, so nothing is watched."""

    def _open(self) -> Connection:
        if self.connection is None:
            self.connection = connect_memory()
        return self.connection

    def look_through(self) -> None:
        """Do nothing."""

    def note_written(self) -> None:
        """Do nothing."""

    def set_aside(self, error: Exception) -> None:  # noqa: ARG002 - the base class has it
        """Start with an empty database: there is no file to keep."""
        self.close()
