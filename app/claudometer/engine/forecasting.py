"""Learns from the readings of every limit, and makes a new forecast with each of them."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.events import SnapshotChanged
from claudometer.domain.forecasting.grading import ForecastRecord
from claudometer.domain.forecasting.learner import SESSION, WEEK, Learner
from claudometer.domain.forecasting.outlook import outlook
from claudometer.domain.forecasting.priors import SESSION_PRIOR, WEEK_PRIOR
from claudometer.domain.forecasting.windows import Sample, WindowSorter
from claudometer.domain.history import LimitKey
from claudometer.domain.usage import AccountKey, has_reset, origin_of
from claudometer.system.off_loop import FILE_TIMEOUT_S, off_loop, run_abandonable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.forecasting.grading import SaidForecast, Tally
    from claudometer.domain.forecasting.outlook import Outlook
    from claudometer.domain.history import Point, Series
    from claudometer.domain.usage import Limit, Reading
    from claudometer.engine.bus import Bus, SnapshotStore

log = logging.getLogger(__name__)

LEARNED_FOR = timedelta(days=42)
"""How much of the history is learned from: twice the time after which it counts half."""

RECORDED_FOR = timedelta(days=78)
"""The record of a week's forecasts goes back further: ten weeks are counted, and some are not watched."""

READ_AT_ONCE = timedelta(days=1)
"""Six weeks of points at once would leave the program 6 MB larger for good."""

LEARNING_TIMEOUT_S = 120.0
"""For a program that goes on. Six weeks take a second of processor time, and many times as long while a slow
computer is busy starting; without them, a bad record would be forgotten until the next start."""

_DAY_S = 86400


class Past(Protocol):
    """What was read in earlier runs. Its methods block."""

    def series(self, account: AccountKey | None = None) -> list[Series]: ...
    def points(self, key: LimitKey, since: datetime, until: datetime | None = None) -> list[Point]: ...
    def forecasts(self, key: LimitKey, since_s: float) -> list[SaidForecast]: ...
    def keep_forecasts(self, key: LimitKey, forecasts: Sequence[SaidForecast]) -> None: ...


class Forecaster:
    """Forecasts every limit that is shown, and puts the outlooks into the snapshot.

    An outlook is as of its reading, so it does not change while nothing new is known.

    Args:
        past: ``None`` if no history is kept: then it learns from what it sees.
        offset_at: the local time zone, as seconds to add to a time.
    """

    def __init__(
        self,
        past: Past | None,
        snapshots: SnapshotStore,
        bus: Bus,
        clock: Clock,
        offset_at: Callable[[float], float],
    ) -> None:
        self._past = past
        self._snapshots = snapshots
        self._clock = clock
        self._offset_at = offset_at
        self._limits: dict[AccountKey, dict[str, _FollowedLimit]] = {}
        self._to_load = asyncio.Event()
        self._ended = False
        bus.subscribe(SnapshotChanged, lambda event: self._note(event.snapshot.reading))

    async def run(self) -> None:
        """Learn from the history of each account that is shown, until canceled."""
        self._ended = False  # after a fault, this is called again
        try:
            while True:
                await self._to_load.wait()
                await self.load(timeout_s=LEARNING_TIMEOUT_S)
                await self.keep()
        finally:
            self._ended = True

    async def run_once(self) -> None:
        """Do the same a single time, for a command without the app: what it shows is graded, too."""
        await self.load()
        await self.keep()

    async def load(self, *, timeout_s: float = FILE_TIMEOUT_S) -> None:
        """Learn from the history of the account that is shown, unless that was done."""
        self._to_load.clear()
        reading = self._snapshots.snapshot.reading
        if reading is None or reading.key in self._limits:
            return
        past, since = self._past, self._clock.now() - LEARNED_FOR
        try:
            known = {} if past is None else await self._learn_off_loop(past, reading.key, since, timeout_s)
        except OSError as error:  # a timeout: the disk hangs
            log.warning("forecasts begin without the history: %s", error)
            known = {}
        self._limits[reading.key] = known
        self._note(self._snapshots.snapshot.reading)

    async def _learn_off_loop(
        self, past: Past, account: AccountKey, since: datetime, timeout_s: float
    ) -> dict[str, _FollowedLimit]:
        return await run_abandonable(
            lambda: self._learn(past, account, since), timeout_s=timeout_s, place=self
        )

    async def keep(self) -> None:
        """Write the forecasts that are new or graded since the last call."""
        past, reading = self._past, self._snapshots.snapshot.reading
        if past is None or reading is None:
            return
        account = reading.key
        for limit_id, followed in list(self._limits.get(account, {}).items()):
            said = followed.record.take_changed()
            if not said:
                continue
            key = LimitKey(account.provider, account.account, limit_id)
            try:
                await off_loop(past.keep_forecasts, key, said)
            except OSError as error:  # a timeout: the disk hangs
                log.warning("%d forecasts were not kept: %s", len(said), error)

    def _learn(self, past: Past, account: AccountKey, since: datetime) -> dict[str, _FollowedLimit]:
        """Return what an account's history says of its limits. Blocks; ends early after :meth:`run` has."""
        known: dict[str, _FollowedLimit] = {}
        for series in past.series(account):
            if self._ended:
                break
            if series.window_s:
                said = past.forecasts(series.key, (since - RECORDED_FOR).timestamp())
                followed = _FollowedLimit(series.window_s, self._offset_at, said)
                known[series.key.limit_id] = followed
                followed.take(past_readings(past, series.key, since, self._clock.now()))
        return known

    def _note(self, reading: Reading | None) -> None:
        """Take a reading, and show what it makes likely."""
        if reading is not None and reading.key not in self._limits:
            self._to_load.set()
        limits = self._limits.get(reading.key) if reading is not None else None
        outlooks: tuple[tuple[str, Outlook], ...] = ()
        tallies: tuple[tuple[str, Tally], ...] = ()
        if reading is not None and limits is not None:
            found = [(limit.id, self._outlook(limit, reading, limits)) for limit in reading.limits]
            outlooks = tuple((name, said) for name, said in found if said is not None)
            counted = [(name, limits[name].record.tally) for name, _ in found if name in limits]
            tallies = tuple((name, tally) for name, tally in counted if tally.of)
            if any(followed.record.has_changed for followed in limits.values()):
                self._to_load.set()
        self._snapshots.change(outlooks=outlooks, tallies=tallies)

    def _outlook(self, limit: Limit, reading: Reading, limits: dict[str, _FollowedLimit]) -> Outlook | None:
        at = origin_of(limit, reading).fetched_at
        if limit.percent is None or limit.resets_at is None or not limit.window_s or has_reset(limit, at):
            return None
        if limit.id not in limits:
            limits[limit.id] = _FollowedLimit(limit.window_s, self._offset_at)
        followed = limits[limit.id]
        followed.take([Sample(at.timestamp(), limit.percent, limit.resets_at.timestamp())])
        return followed.outlook(at.timestamp())


class _FollowedLimit:
    """One limit: what was learned of its past windows, and the present one."""

    def __init__(
        self, window_s: float, offset_at: Callable[[float], float], said: Sequence[SaidForecast] = ()
    ) -> None:
        is_long = window_s > _DAY_S
        tuning, prior = (WEEK, WEEK_PRIOR) if is_long else (SESSION, SESSION_PRIOR)
        self._learner = Learner(window_s, offset_at, tuning, prior)
        self._sorter = WindowSorter(window_s)
        self.record = ForecastRecord(window_s, said)

    def take(self, points: Iterable[Sample]) -> None:
        """Take readings, the oldest first."""
        for point in points:
            ended = self._sorter.add(point)
            if ended is not None:
                self._learner.add(ended)
                self.record.close(ended)

    def outlook(self, at: float) -> Outlook | None:
        """Return what the last reading, made at ``at``, makes likely, unless the record is bad."""
        window = self._sorter.current
        likely = None if window is None else outlook(self._learner, window, at)
        if window is None or likely is None:
            return None
        self.record.note(at, window, likely)
        return None if self.record.tally.is_bad else likely


def past_readings(past: Past, key: LimitKey, since: datetime, now: datetime) -> Iterator[Sample]:
    """Yield the readings that kept points stand for: the first and the last of each percent, oldest first."""
    start, is_first = since, True
    while is_first or start <= now:
        end = start + READ_AT_ONCE
        # The last part has no end: points from the future are there after a clock that was ahead.
        for point in past.points(key, start, end if end <= now else None):
            is_in_part = (is_first or point.at >= start) and (end > now or point.at < end)
            if is_in_part and point.resets_at is not None:
                resets_at = point.resets_at.timestamp()
                for at in (point.at, point.until):
                    yield Sample(at.timestamp(), point.percent, resets_at)
        start, is_first = end, False
