"""What a chart of one limit shows over some time: lines, gaps, resets, ticks. Pure; drawn in two places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from claudometer.domain.history import GAP_S
from claudometer.domain.resets import is_same_promise
from claudometer.present.formatters import clock
from claudometer.present.messages import phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from claudometer.domain.history import Point
    from claudometer.domain.region import Region

Spot = tuple[datetime, float]
Stretch = tuple[datetime, datetime]

FULL = 100.0

MOST_PACES = 9
"""More even-pace lines would be a lattice in front of the curve: a week has 34 sessions."""

HOURS_BETWEEN = (1, 2, 3, 4, 6, 12)
DAYS_BETWEEN = (1, 2, 7, 14)
"""How far apart two ticks may be. A tick at a round hour needs a divisor of 24."""

EDGE = timedelta(seconds=GAP_S)
"""At the edges of a chart, a reading counts for this long: an edge falls between two readings anyway."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis of time."""

    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One limit from ``since`` to ``until``. All times are aware.

    Attributes:
        lines: the course, each line without a gap: times with percents, oldest first.
        gaps: times of which nothing is known. Lines never cross them.
        paces: where use would be if it were even: from the beginning of a window to its promised end.
        top: the largest percent that the chart has room for, 100 or more.
    """

    since: datetime
    until: datetime
    lines: tuple[tuple[Spot, ...], ...]
    gaps: tuple[Stretch, ...]
    paces: tuple[tuple[Spot, Spot], ...]
    ticks: tuple[Tick, ...]
    top: float


def chart_of(  # noqa: PLR0913 - named by their words
    points: Sequence[Point],
    window_s: int | None,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    region: Region,
    most_ticks: int = 8,
) -> Chart:
    """Return the chart of a limit's points.

    Args:
        points: oldest first.
        window_s: the length of its window in seconds, ``None`` if it is unknown: then no even pace is drawn.
        until: may be after ``now``; no gap is drawn there.
    """
    lines = tuple(tuple(line) for line in _lines(points, since, until))
    peak = max((percent for line in lines for _, percent in line), default=0.0)
    return Chart(
        since=since,
        until=until,
        lines=lines,
        gaps=tuple(_gaps(lines, since, min(until, now))),
        paces=_paces(points, window_s, since, until),
        ticks=tuple(ticks(since, until, region, most=most_ticks)),
        top=FULL if peak <= FULL else peak,
    )


def ticks(since: datetime, until: datetime, region: Region, *, most: int) -> list[Tick]:
    """Return marks at round local times: hours within two days, days within two weeks, else dates.

    Local days have 23 or 25 hours when the clock is changed, so days are counted by the calendar.
    """
    hours = (until - since) / timedelta(hours=1)
    for step in HOURS_BETWEEN:
        if hours / step <= most and hours <= 48:
            return [Tick(at, clock(at, region)) for at in _round_hours(since, until, step, region)]
    days = hours / 24
    step = next((step for step in DAYS_BETWEEN if days / step <= most), 28)
    return [
        Tick(at, _day_label(at, region, in_week=days <= 8)) for at in _midnights(since, until, step, region)
    ]


def values_at(lines: Sequence[Sequence[Spot]], times: Iterable[datetime]) -> Iterator[float | None]:
    """Yield the percent at each of these times, earliest first; ``None`` where nothing is known."""
    # The last spot once more, as a step of no length: a line of one spot has a value, too.
    steps = [step for line in lines for step in pairwise([*line, line[-1]])]
    place = 0
    for at in times:
        while place < len(steps) and steps[place][1][0] < at:
            place += 1
        if place == len(steps) or at < steps[place][0][0]:
            yield None
            continue
        (start, low), (end, high) = steps[place]
        yield low + (high - low) * ((at - start) / (end - start)) if end > start else high


def _lines(points: Sequence[Point], since: datetime, until: datetime) -> Iterator[list[Spot]]:
    line: list[Spot] = []
    for point in points:
        if line and not point.joined:
            yield line
            line = []
        start, end = max(point.at, since), min(point.until, until)
        if end < start:
            continue
        line.append((start, point.percent))
        if end > start:
            line.append((end, point.percent))
    if line:
        yield line


def _gaps(lines: Sequence[Sequence[Spot]], since: datetime, until: datetime) -> Iterator[Stretch]:
    """Yield the times before the first line, between two, and after the last.

    At the edges of the chart only a gap longer than ``GAP_S`` counts: an edge falls between two readings
    anyway. Between two lines there always is one, which the writer of the points saw, however short.
    """
    if not lines:
        yield from [(since, until)] if until - since > EDGE else []
        return
    first, last = lines[0][0][0], lines[-1][-1][0]
    if first - since > EDGE:
        yield since, first
    for before, after in pairwise(lines):
        if after[0][0] > before[-1][0]:
            yield before[-1][0], after[0][0]
    if until - last > EDGE:
        yield last, until


def _paces(
    points: Sequence[Point], window_s: int | None, since: datetime, until: datetime
) -> tuple[tuple[Spot, Spot], ...]:
    if not window_s:
        return ()
    ends: list[datetime] = []
    for point in points:
        end = point.resets_at
        if end is not None and not (ends and is_same_promise(ends[-1], end, window_s)):
            ends.append(end)
    span = timedelta(seconds=window_s)
    shown = [end for end in ends if end > since and end - span < until]
    if len(shown) > MOST_PACES:
        return ()
    return tuple(((end - span, 0.0), (end, FULL)) for end in shown)


def _round_hours(since: datetime, until: datetime, step: int, region: Region) -> Iterator[datetime]:
    # Hour by hour, so that it is round also after the clock was changed.
    at = since.replace(minute=0, second=0, microsecond=0)
    while at < until + timedelta(hours=1):
        # Some zones differ from UTC by half an hour, or by 45 minutes: the local hour began that long before.
        began = at - timedelta(minutes=at.astimezone(region.zone).minute)
        if since <= began <= until and began.astimezone(region.zone).hour % step == 0:
            yield began
        at += timedelta(hours=1)


def _midnights(since: datetime, until: datetime, step: int, region: Region) -> Iterator[datetime]:
    day = since.astimezone(region.zone).date()
    while True:
        midnight = region.midnight(day)
        if midnight > until:
            return
        # Counted from a fixed day, so that the marks do not move as time passes. 1 is a Monday.
        if midnight >= since and (day.toordinal() - 1) % step == 0:
            yield midnight
        day += timedelta(days=1)


def _day_label(at: datetime, region: Region, *, in_week: bool) -> str:
    local = at.astimezone(region.zone)
    day = phrases.DAY.format(day=local.day, month=phrases.MONTHS[local.month - 1])
    return phrases.WEEKDAYS[local.weekday()] if in_week else day
