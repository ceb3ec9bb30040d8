"""What each day of a limit window used, as far as its readings tell. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from claudometer.domain.history import GAP_S
from claudometer.domain.resets import is_same_promise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from claudometer.domain.history import Point
    from claudometer.domain.region import Region


@dataclass(frozen=True, slots=True)
class DayUse:
    """What one local day used of a limit, in percent of the whole limit.

    Attributes:
        start, end: aware UTC; the first and the last day are cut off at the ends of the window.
        low: it used at least so much, ``None`` if nobody looked that day and the number moved meanwhile.
        high: and at most so much, ``None`` if that cannot be told. Without a gap at midnight it is ``low``.
        watched_since: the first reading of the window, aware, on its day if days before went unwatched: what
            that day had used by then cannot be told. ``None`` on every other day.
    """

    start: datetime
    end: datetime
    low: float | None
    high: float | None
    watched_since: datetime | None = None


class _Spot(NamedTuple):
    at: datetime
    percent: float
    joined: bool


@dataclass(slots=True)
class _Day:
    start: datetime
    end: datetime
    low: float = field(default=0.0, init=False)
    high: float = field(default=0.0, init=False)
    is_read: bool = field(default=False, init=False)
    is_open: bool = field(default=False, init=False)
    watched_since: datetime | None = field(default=None, init=False)

    def overlap(self, since: datetime, until: datetime) -> timedelta:
        return min(self.end, until) - max(self.start, since)

    def result(self) -> DayUse:
        if not self.is_read and (self.high or self.is_open):
            return DayUse(self.start, self.end, None, None)
        high = None if self.is_open else self.high
        return DayUse(self.start, self.end, self.low, high, self.watched_since)


def uses_by_day(
    points: Sequence[Point], window_s: int, *, ends: datetime, now: datetime, region: Region
) -> list[DayUse]:
    """Return every day of the window that ends at ``ends``, oldest first. Empty without a reading of it.

    A day that has not begun used 0. A window begins with 0 %. Between readings that are joined, use is spread
    evenly, as in the chart. Over a gap it may have been used at any time: it counts as possible for each day
    that the gap touches. Within a window a number only rises, so over a gap where it is the same, nothing was
    used. A history that begins days after its window says nothing of what was used before: to call all of it
    possible on each of those days would only hide what is known.

    Args:
        points: oldest first. Those of other windows are passed over.
    """
    begins = ends - timedelta(seconds=window_s)
    spots = [
        spot
        for point in points
        if point.until >= begins and point.at <= now and _is_of(point, ends, window_s)
        for spot in _spots(point, begins, now)
    ]
    if not spots:
        return []
    days = list(_days(begins, ends, region))
    for day in days:
        day.is_read = any(day.start <= spot.at < day.end for spot in spots)
    _begin(days, begins, spots[0])
    for before, after in pairwise(spots):
        _spread(days, before, after)
    last = spots[-1].at
    if now - last > timedelta(seconds=GAP_S):
        for day in _touched(days, last, now):
            day.is_open = True
    return [day.result() for day in days]


def _is_of(point: Point, ends: datetime, window_s: int) -> bool:
    return point.resets_at is None or is_same_promise(point.resets_at, ends, window_s)


def _spots(point: Point, begins: datetime, now: datetime) -> Iterator[_Spot]:
    start, end = max(point.at, begins), min(point.until, now)
    yield _Spot(start, point.percent, point.joined)
    if end > start:
        yield _Spot(end, point.percent, joined=True)


def _days(since: datetime, until: datetime, region: Region) -> Iterator[_Day]:
    day, start = since.astimezone(region.zone).date(), since
    while start < until:
        day += timedelta(days=1)
        end = min(region.midnight(day), until)
        yield _Day(start, end)
        start = end


def _begin(days: list[_Day], begins: datetime, first: _Spot) -> None:
    """Count what was used before the first reading, unless it may have been used on several days."""
    touched = _touched(days, begins, first.at)
    if len(touched) == 1 or not first.percent:
        touched[-1].low += first.percent
        touched[-1].high += first.percent
        return
    for day in touched:
        day.is_open = True
        if day.end > first.at:
            day.watched_since = first.at


def _spread(days: list[_Day], before: _Spot, after: _Spot) -> None:
    """Add what was used between two readings to the days between them."""
    rise, touched = after.percent - before.percent, _touched(days, before.at, after.at)
    if after.joined:
        for day in touched:
            day.is_read = True
    if rise < 0:  # a reset within the window, or the server corrected itself: use before it is unknown
        for day in touched:
            day.is_open = True
    elif len(touched) == 1:
        touched[0].low += rise
        touched[0].high += rise
    else:
        length = after.at - before.at
        for day in touched:
            share = day.overlap(before.at, after.at) / length
            day.low += rise * share if after.joined else 0
            day.high += rise * share if after.joined else rise


def _touched(days: list[_Day], since: datetime, until: datetime) -> list[_Day]:
    found = [day for day in days if day.start < until and day.end > since]
    return found or [day for day in days if day.start <= since < day.end]
