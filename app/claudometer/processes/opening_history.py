"""Opens the history; the demo's is in memory, and begins with two weeks of the made-up account."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.store.connecting import FILE_NAME, connect_memory
from claudometer.store.disk import Disk
from claudometer.store.history import History
from claudometer.system.demo_plan import demo_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection

    from claudometer.domain.clock import Clock
    from claudometer.domain.history import Series
    from claudometer.domain.usage import AccountKey, Reading

DEMO_PAST = timedelta(days=15)
DEMO_STEP = timedelta(hours=1)


def find_history(folder: Path, clock: Clock, *, demo: bool) -> History:
    """Return the history in ``folder``, which opens its file when it is first used; or the demo's."""
    path = folder / FILE_NAME
    return DemoHistory(path, clock) if demo else History(path)


class DemoHistory(History):
    """The history of the demo, which shows at once what a history is good for.

    In memory: the file of an earlier demo would have a gap up to this one, and nobody's computer slept then.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(path, _NoDisk(path))
        self._clock = clock
        self._begun: set[AccountKey] = set()
        self._beginning = threading.Lock()

    def record(
        self, readings: Sequence[Reading], *, now: datetime, gap_s: float, is_verified: bool = False
    ) -> None:
        """Write what is new, behind the past."""
        for account in {reading.key for reading in readings}:
            self._begin(account)
        super().record(readings, now=now, gap_s=gap_s, is_verified=is_verified)

    def series(self, account: AccountKey | None = None) -> list[Series]:
        """Return the limits that there are points of."""
        if account is not None:
            self._begin(account)
        return super().series(account)

    def close(self) -> None:
        """Keep it: what is in memory cannot be opened again."""

    def _begin(self, account: AccountKey) -> None:
        """Write the past of an account, once.

        Whoever comes meanwhile waits: readings before the past would keep it out, since it is older.
        """
        from claudometer.providers.demo import demo_readings  # noqa: PLC0415 - made-up numbers, only for the demo

        with self._beginning:
            if account in self._begun:
                return
            now = self._clock.now()
            steps = DEMO_PAST // DEMO_STEP
            times = [now - DEMO_STEP * step for step in range(steps, 0, -1)]
            past = demo_readings(account.account, times, demo_plan())
            super().record(past, now=now, gap_s=2 * DEMO_STEP.total_seconds())
            self._begun.add(account)


class _NoDisk(Disk):
    """A database in memory in the file's place. Nobody else can write to it, so there is nothing to watch."""

    def _open(self) -> Connection:
        if self.connection is None:
            self.connection = connect_memory()
        return self.connection

    def look_through(self) -> None:
        """Do nothing."""

    def note_written(self) -> None:
        """Do nothing."""

    def set_aside(self, error: Exception) -> None:  # noqa: ARG002 - the base class has it
        """Begin anew: there is no file to keep."""
        self.close()
