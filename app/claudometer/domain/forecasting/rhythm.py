"""When a user uses a limit: points an hour, for each hour of the week. Pure. Times are seconds since 1970."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claudometer.domain.forecasting.windows import SeenWindow

HOUR_S = 3600.0
WEEK_HOURS = 7 * 24
_HOURS_TO_THURSDAY = 3 * 24
"""1 January 1970 was a Thursday, and the week begins on Monday."""

HALF_LIFE_S = 21 * 86400.0
"""Use three weeks ago counts half: habits change."""

# An hour of the week that was seen once or twice says little yet; the same hour of all days, and the mean of
# all hours, say more. Each counts as this many seen hours beside those of the hour itself.
_HOURS_OF_A_FLAT_WEEK = 6.0
_HOURS_OF_THE_MEAN = 2.0
_HOURS_OF_THE_DAY = 1.0

_POINTS_OF_A_FLAT_WINDOW = 50.0
"""Until there are readings, a window is expected to use half of its limit, evenly."""

OffsetAt = Callable[[float], float]
"""The local time zone: seconds to add to a time for the local time."""


class Rhythm:
    """The average use of one limit in each hour of the local week, learned window by window.

    Args:
        length_s: how long a window of the limit is.
        offset_at: the local time zone.
    """

    def __init__(self, length_s: float, offset_at: OffsetAt) -> None:
        self._flat = _POINTS_OF_A_FLAT_WINDOW / (length_s / HOUR_S)
        self._offset_at = offset_at
        self._points = [0.0] * WEEK_HOURS
        self._hours = [0.0] * WEEK_HOURS
        self._first: float | None = None
        self._last = 0.0
        self._sums: list[float] | None = None

    def add(self, window: SeenWindow) -> None:
        """Learn from a window that is over. Windows come in order."""
        since = window.start if self._first is None else self._last
        self._first = since if self._first is None else self._first
        if self._last and self._last < window.start:  # nothing was used between two windows
            self._spread(self._last, window.start, 0.0)
        for begin, end, points in window.growth(since):
            self._spread(begin, end, points)
        self._last = max(self._last, window.times[-1]) if window.times else self._last
        self._sums = None

    def expected(self, begin: float, end: float) -> float:
        """Return the percentage points that are usually used between two times, 0 or more."""
        if self._sums is None:
            self._sums = _summed(self._rates(self._weight(self._last)))
        return max(0.0, self._until(end) - self._until(begin))

    def _weight(self, at: float) -> float:
        """Return how much an hour at ``at`` counts. It grows, so that what is older counts less and less."""
        return 1.0 if self._first is None else float(2 ** ((at - self._first) / HALF_LIFE_S))

    def _spread(self, begin: float, end: float, points: float) -> None:
        """Distribute points evenly over the hours between two times."""
        # Taken once: what spans a change of the clock is off by an hour after it.
        offset, weight = self._offset_at(begin), self._weight(begin)
        at = begin + offset
        last = end + offset
        while at < last:
            until = min(last, (at // HOUR_S + 1) * HOUR_S)
            hour = _hour_of_week(at)
            self._points[hour] += weight * points * (until - at) / (end - begin)
            self._hours[hour] += weight * (until - at) / HOUR_S
            at = until

    def _rates(self, weight: float) -> list[float]:
        flat, by_mean, by_day = (
            weight * hours for hours in (_HOURS_OF_A_FLAT_WEEK, _HOURS_OF_THE_MEAN, _HOURS_OF_THE_DAY)
        )
        mean = (self._flat * flat + sum(self._points)) / (flat + sum(self._hours))
        days = [
            (mean * by_mean + sum(self._points[hour::24])) / (by_mean + sum(self._hours[hour::24]))
            for hour in range(24)
        ]
        return [
            (days[hour % 24] * by_day + self._points[hour]) / (by_day + self._hours[hour])
            for hour in range(WEEK_HOURS)
        ]

    def _until(self, at: float) -> float:
        """Return the points of usual weeks from a Monday in 1970 until ``at``."""
        sums = self._sums or [0.0]
        hours = (at + self._offset_at(at)) / HOUR_S + _HOURS_TO_THURSDAY
        weeks, hour = divmod(hours, WEEK_HOURS)
        whole = int(hour)
        return weeks * sums[-1] + sums[whole] + (hour - whole) * (sums[whole + 1] - sums[whole])


def _hour_of_week(local: float) -> int:
    return int(local // HOUR_S + _HOURS_TO_THURSDAY) % WEEK_HOURS


def _summed(rates: list[float]) -> list[float]:
    """Return 169 sums: of no hour, of the first, of the first two, and so on."""
    sums = [0.0]
    for rate in rates:
        sums.append(sums[-1] + rate)
    return sums
