"""Hands every new reading to the history, off the loop: one transaction for all that came meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.events import SnapshotChanged
from claudometer.domain.history import GAP_S
from claudometer.domain.usage import origin_of
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.forecasting.grading import SaidForecast
    from claudometer.domain.history import LimitKey, LimitReset, Point, Series
    from claudometer.domain.ledger import RequestRecord
    from claudometer.domain.snapshot import Problem
    from claudometer.domain.usage import AccountKey, Origin, Reading
    from claudometer.engine.bus import Bus

log = logging.getLogger(__name__)

MOST_WAITING = 1000
"""How many readings wait for a disk that does not respond: three days of one every 5 minutes."""

RETRY_S = 30.0
"""How long after a failure the file is tried again. What memory holds would be lost with a kill."""

CHECK_EVERY = timedelta(days=1)
"""The check reads the whole file, which damage seldom hits."""

INTERVALS_MISSED = 2.5
"""Readings within this many of the user's intervals are joined: one poll may fail."""


class History(Protocol):
    """Keeps readings for long. Its methods block, and never fail for the disk."""

    @property
    def problems(self) -> tuple[Problem, ...]: ...
    @property
    def is_failing(self) -> bool: ...
    def retry(self) -> None: ...
    def record(
        self,
        readings: Sequence[Reading],
        *,
        now: Callable[[], datetime],
        gap_s: float,
        is_verified: bool = False,
    ) -> None: ...
    def series(self, account: AccountKey | None = None) -> list[Series]: ...
    def points(self, key: LimitKey, since: datetime, until: datetime | None = None) -> list[Point]: ...
    def curve(self, key: LimitKey, since: datetime, until: datetime) -> list[Point]: ...
    def resets(
        self,
        *,
        account: AccountKey | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[LimitReset]: ...
    def requests(self, now: datetime) -> tuple[list[RequestRecord], Problem | None]: ...
    def forecasts(self, key: LimitKey, since_s: float) -> list[SaidForecast]: ...
    def keep_forecasts(self, key: LimitKey, forecasts: Sequence[SaidForecast]) -> None: ...
    def check(self) -> None: ...
    def stay_open(self) -> None: ...
    def close(self) -> None: ...
    def end(self) -> None: ...


class Recorder:
    """Records what the snapshots show: answers of the server, and what local sources know better.

    Args:
        history: ``None`` to record nothing.
        interval_s: returns the interval that the user chose, in seconds, ``None`` for the automatic one.
        on_use: called after each attempt to write.
    """

    def __init__(
        self,
        history: History | None,
        bus: Bus,
        clock: Clock,
        *,
        interval_s: Callable[[], int | None],
        on_use: Callable[[], None],
    ) -> None:
        self._history = history
        self._clock = clock
        self._interval_s = interval_s
        self._on_use = on_use
        self._waiting: deque[Reading] = deque(maxlen=MOST_WAITING)
        self._arrived = asyncio.Event()
        self._checked: datetime | None = None
        self._last: Reading | None = None
        # As of the last notice. Others use the file, too, and may find it failing, or working again.
        self._is_failing = False
        self._earlier: frozenset[Origin] = frozenset()
        if history is not None:
            bus.subscribe(SnapshotChanged, lambda event: self._note(event.snapshot.reading))

    async def run(self) -> None:
        """Write each new reading until canceled, then close the file: also for what is still under way."""
        if self._history is not None:
            self._history.stay_open()  # after a fault, this is called again
        try:
            while True:
                await self._wait()
                if self._waiting:
                    await self.write()
                    await self._check()
                else:
                    await self._retry()
        finally:
            if self._history is not None:
                await self._close(self._history.end)

    def pass_over(self, origins: frozenset[Origin]) -> None:
        """Do not record numbers of these origins: an earlier run did, perhaps by another clock."""
        self._earlier |= origins
        self._arrived.set()  # reading them may have shown that the file fails

    def skip(self) -> None:
        """Pass over what has come so far: the numbers of an earlier run, which that run has recorded."""
        self._waiting.clear()

    async def finish(self) -> None:
        """Write what has come, and close the file: the program is about to end."""
        if self._waiting:
            await self.write()
        if self._history is not None:  # also after a look: open, it leaves files beside it
            await self._close(self._history.close)

    async def write(self) -> None:
        """Write what is waiting. What a disk does not take in time waits for the next reading."""
        self._arrived.clear()
        readings = list(self._waiting)
        if self._history is None or not readings:
            return
        gap_s = max(GAP_S, INTERVALS_MISSED * (self._interval_s() or 0))
        try:
            # Known first: a server may tell the time before `now` is called, and then it is by that.
            known = self._clock.is_verified
            await off_loop(
                self._history.record, readings, now=self._clock.now, gap_s=gap_s, is_verified=known
            )
        except OSError as error:  # a timeout: the disk hangs
            log.warning("the history waits for the disk: %s", error)
        else:
            for reading in readings:
                if self._waiting and self._waiting[0] is reading:
                    self._waiting.popleft()
        self._show(self._history)

    async def _wait(self) -> None:
        """Wait for a reading; while a fault of the file is shown, only for a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(RETRY_S if self._is_failing else None):
                await self._arrived.wait()

    async def _retry(self) -> None:
        self._arrived.clear()
        if self._history is not None:
            if self._history.is_failing:
                with suppress(OSError):  # a timeout: the disk hangs
                    await off_loop(self._history.retry)
            self._show(self._history)

    def _show(self, history: History) -> None:
        self._on_use()
        self._is_failing = history.is_failing

    async def _check(self) -> None:
        """Look for damage, which otherwise shows only where it is read."""
        now = self._clock.now()
        if self._history is None or (self._checked and abs(now - self._checked) < CHECK_EVERY):
            return
        self._checked = now
        try:
            await off_loop(self._history.check)
        except OSError as error:  # a timeout: the disk hangs
            log.warning("the history was not checked: %s", error)
        self._show(self._history)

    async def _close(self, close: Callable[[], None]) -> None:
        """Close the file; a disk that hangs is left alone."""
        try:
            await off_loop(close)
        except OSError as error:
            log.warning("the history was not closed: %s", error)

    def _note(self, reading: Reading | None) -> None:
        # Most snapshots differ in other things than the numbers.
        if reading is None or reading == self._last:
            return
        self._last = reading
        limits = tuple(each for each in reading.limits if origin_of(each, reading) not in self._earlier)
        if not limits:
            return
        self._waiting.append(replace(reading, limits=limits))
        self._arrived.set()
