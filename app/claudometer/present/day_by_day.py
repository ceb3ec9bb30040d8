"""A limit's present window day by day, and what a day may use from now on: words and lengths. Pure."""

from __future__ import annotations

from datetime import timedelta
from math import ceil, floor
from typing import TYPE_CHECKING

from claudometer.domain.day_use import uses_by_day
from claudometer.present.formatters import (
    UNKNOWN,
    clock,
    date_of,
    day_heading,
    nearest_minute,
    percent,
    percent_left,
    said_day,
    said_moment,
)
from claudometer.present.messages import day_by_day as words
from claudometer.present.messages import phrases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claudometer.control.wire.chart import DayByDay, DayColumn
    from claudometer.control.wire.report import LevelName
    from claudometer.domain.day_use import DayUse
    from claudometer.domain.history import Point, Series
    from claudometer.domain.region import Region

DAY = timedelta(days=1)
SHORTEST_S = 2 * 86400
"""A window that is shorter has no days to compare."""

SIZE = 1000
LEAST_TOP = 10.0
"""Percent at the top of the tallest column, at least: a day of 2 % must not look like much."""


def allowance(used: float, resets_at: datetime, now: datetime) -> float | None:
    """Return how many percent a day may use so that the limit lasts until its reset, in real time.

    ``None`` if it is full, or less than a day is left.
    """
    left = (resets_at - now) / DAY
    return (100 - used) / left if left >= 1 and used < 100 else None


def allowance_sentence(used: float, resets_at: datetime, now: datetime, region: Region) -> str | None:
    """Return "15 % a day lasts until Tuesday"; on the last day, what is left. ``None`` if it is full."""
    if used >= 100 or resets_at <= now:
        return None
    a_day = allowance(used, resets_at, now)
    if a_day is None:
        until = said_moment(resets_at, now, region)
        return words.LEFT_UNTIL.format(percent=percent_left(used), time=until)
    day = said_day(resets_at, now, region)
    if a_day < 1:
        return words.LESS_LASTS_UNTIL.format(day=day)
    return words.LASTS_UNTIL.format(percent=percent(floor(a_day)), day=day)


def day_by_day(  # noqa: PLR0913 - named by their words
    series: Series,
    points: Sequence[Point],
    *,
    used: float | None,
    level: LevelName,
    resets_at: datetime | None,
    now: datetime,
    region: Region,
) -> DayByDay | None:
    """Return the days of the present window; ``None`` if it is too short or unknown, or nothing was read.

    Args:
        used: percent now, ``None`` if it is unknown or old: then nothing is said of the days to come.
    """
    window_s = series.window_s
    if not window_s or window_s < SHORTEST_S or resets_at is None:
        return None
    resets_at = nearest_minute(resets_at)  # as everywhere it is shown: it varies around one
    if not now < resets_at <= now + timedelta(seconds=window_s):
        return None
    days = uses_by_day(points, window_s, ends=resets_at, now=now, region=region)
    if not days:
        return None
    a_day = None if used is None else allowance(used, resets_at, now)
    top = max([LEAST_TOP, a_day or 0, *(day.high or day.low or 0 for day in days)])
    return {
        "level": level,
        "title": words.TITLE.format(name=series.label),
        "note": None if used is None else allowance_sentence(used, resets_at, now, region),
        "days": [_column(day, a_day, top, days, now, region) for day in days],
    }


def _column(  # noqa: PLR0913, PLR0917 - of one caller
    day: DayUse, a_day: float | None, top: float, days: Sequence[DayUse], now: datetime, region: Region
) -> DayColumn:
    def length(value: float | None) -> int:
        return round(SIZE * (value or 0) / top)

    local = day.start.astimezone(region.zone)
    is_today = day.start <= now < day.end
    is_ahead = day.start > now
    value, said = ("", "") if is_ahead else _used(day, region)
    name = words.TODAY if is_today else phrases.WEEKDAYS[local.weekday()]
    return {
        "name": name,
        "value": value,
        "text": "" if is_ahead else words.DAY.format(day=_named(day, days, now, region), used=said),
        "low": length(day.low),
        "high": length(day.low if day.high is None else day.high),
        "ahead": length((a_day or 0) * ((day.end - day.start) / DAY)) if is_ahead else 0,
        "today": is_today,
    }


def _used(day: DayUse, region: Region) -> tuple[str, str]:
    """Return how much it was, in short and for a screen reader."""
    if day.low is not None and day.watched_since is not None:
        return _used_since(day.low, clock(day.watched_since, region))
    if day.low is None or (day.high is None and day.low < 1):  # "0 % or more" would say no more
        return UNKNOWN, words.UNKNOWN
    low = percent(day.low)
    if day.high is None:
        return words.OR_MORE_SHORT.format(percent=low), words.OR_MORE.format(percent=low)
    if low == percent(day.high):
        return low, words.EXACTLY.format(percent=low)
    least, most = floor(day.low), percent(ceil(day.high))  # never narrower than what is known
    return (
        words.BETWEEN_SHORT.format(low=least, high=most),
        words.BETWEEN.format(low=percent(least), high=most),
    )


def _used_since(low: float, time: str) -> tuple[str, str]:
    if low < 1:
        return UNKNOWN, words.UNKNOWN_BEFORE.format(time=time)
    used = percent(low)
    return words.OR_MORE_SHORT.format(percent=used), words.SINCE.format(percent=used, time=time)


def _named(day: DayUse, days: Sequence[DayUse], now: datetime, region: Region) -> str:
    """Return the day in full; the first with the time at which the window began."""
    name = day_heading(day.start, now, region) if day.start <= now else date_of(day.start, region)
    starts_at = clock(day.start, region)
    if day is days[0] and day.start != region.midnight(day.start.astimezone(region.zone).date()):
        return words.FROM.format(day=name, time=starts_at)
    return name
