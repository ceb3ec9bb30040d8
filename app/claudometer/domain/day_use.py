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
        low: it used at least this much, ``None`` if it has no reading and the number rose meanwhile.
        high: it used at most this much, ``None`` if that is unknown. Equal to ``low`` without a gap at
            midnight.
        watched_since: when the window was first read, aware UTC, if that was on this day and earlier days of
            the window have no reading. What this day had used by then is unknown. ``None`` on every other
            day.
    """

    start: datetime
    end: datetime
    low: float | None
    high: float | None
    watched_since: datetime | None = None


class _Sample(NamedTuple):
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
    is_unbounded: bool = field(default=False, init=False)
    watched_since: datetime | None = field(default=None, init=False)

    def overlap(self, since: datetime, until: datetime) -> timedelta:
        return min(self.end, until) - max(self.start, since)

    def result(self) -> DayUse:
        # Without a rise around it, a day that nobody read used 0: within a window the number only rises.
        if not self.is_read and (self.high or self.is_unbounded):
            return DayUse(self.start, self.end, None, None)
        high = None if self.is_unbounded else self.high
        return DayUse(self.start, self.end, self.low, high, self.watched_since)


def uses_by_day(
    points: Sequence[Point], window_s: int, *, ends: datetime, now: datetime, region: Region
) -> list[DayUse]:
    """Return every day of the window that ends at ``ends``, oldest first. Empty without a reading of it.

    A window begins with 0 %, and its number only rises. Between joined readings the rise is spread evenly, as
    in the chart. A rise over a gap may belong to any day that the gap touches, so it counts towards ``high``
    of each, and towards ``low`` of none. What was used before the first reading is unknown if that came on a
    later day than the window's first: adding it to ``high`` of all those days would hide what is known of
    them. A day that has not begun used 0.

    Args:
        points: oldest first. Points of other windows are skipped.
        ends: the window's promised reset, aware UTC.
        now: aware UTC.
    """
    begins = ends - timedelta(seconds=window_s)
    samples = [
        sample
        for point in points
        if point.until >= begins and point.at <= now and _is_of(point, ends, window_s)
        for sample in _samples_of(point, begins, now)
    ]
    if not samples:
        return []
    days = list(_days(begins, ends, region))
    for day in days:
        day.is_read = any(day.start <= sample.at < day.end for sample in samples)
    _count_before_first(days, begins, samples[0])
    for before, after in pairwise(samples):
        _spread(days, before, after)
    last = samples[-1].at
    if now - last > timedelta(seconds=GAP_S):
        for day in _days_between(days, last, now):
            day.is_unbounded = True
    return [day.result() for day in days]


def _is_of(point: Point, ends: datetime, window_s: int) -> bool:
    # Without a promised reset only the point's time tells, which the caller compares.
    return point.resets_at is None or is_same_promise(point.resets_at, ends, window_s)


def _samples_of(point: Point, begins: datetime, now: datetime) -> Iterator[_Sample]:
    start, end = max(point.at, begins), min(point.until, now)
    yield _Sample(start, point.percent, point.joined)
    if end > start:
        yield _Sample(end, point.percent, joined=True)


def _days(since: datetime, until: datetime, region: Region) -> Iterator[_Day]:
    day, start = since.astimezone(region.zone).date(), since
    while start < until:
        day += timedelta(days=1)
        # By the calendar: a day on which the clock is changed has 23 or 25 hours.
        end = min(region.midnight(day), until)
        yield _Day(start, end)
        start = end


def _count_before_first(days: list[_Day], begins: datetime, first: _Sample) -> None:
    """Count what was used before the first reading, unless it may have been used on several days."""
    touched = _days_between(days, begins, first.at)
    if len(touched) == 1 or not first.percent:
        touched[-1].low += first.percent
        touched[-1].high += first.percent
        return
    for day in touched:
        day.is_unbounded = True
        if day.end > first.at:
            day.watched_since = first.at


def _spread(days: list[_Day], before: _Sample, after: _Sample) -> None:
    """Add what was used between two readings to the days between them."""
    rise, touched = after.percent - before.percent, _days_between(days, before.at, after.at)
    if after.joined:
        for day in touched:
            day.is_read = True
    if rise < 0:  # a reset within the window, or the server corrected itself: use before it is unknown
        for day in touched:
            day.is_unbounded = True
    elif len(touched) == 1:
        touched[0].low += rise
        touched[0].high += rise
    else:
        length = after.at - before.at
        for day in touched:
            share = day.overlap(before.at, after.at) / length
            # Over a gap, all of it may have been used on this day, or nothing.
            day.low += rise * share if after.joined else 0
            day.high += rise * share if after.joined else rise


def _days_between(days: list[_Day], since: datetime, until: datetime) -> list[_Day]:
    found = [day for day in days if day.start < until and day.end > since]
    return found or [day for day in days if day.start <= since < day.end]
