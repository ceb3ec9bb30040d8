"""The history of one limit as the window draws it: lengths and words, nothing to calculate. Pure."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from claudometer.domain.resets import is_same_promise
from claudometer.present.chart import EDGE, FULL, chart_of, values_at
from claudometer.present.formatters import moment, nearest_minute, percent
from claudometer.present.messages import history as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from claudometer.control.wire.chart import ChartSample, ChartTick, HistoryChart
    from claudometer.domain.history import Point, Reset, Series
    from claudometer.domain.region import Region
    from claudometer.present.chart import Chart, Spot
    from claudometer.present.forecast_view import ForecastView

Item = TypeVar("Item")

NOW = "now"
SPANS = {
    NOW: timedelta(hours=5),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "quarter": timedelta(days=90),
}
"""What can be shown; ``now`` is the present limit window, if it is known."""

SIZE = 1000
"""Length of each side of the chart. The page scales it to its pixels."""

SAMPLES = 96
"""Places at which a value can be read. In a chart of a day, one every quarter of an hour."""

MOST_SPOTS = 1500
MOST_MARKS = 1000
MOST_LISTED = 30
"""Of spots in lines, gaps or resets, and resets in words. Together about 40 KB; a line of the wire has 64."""


def span_of(
    span: str, window_s: int | None, resets_at: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    """Return the beginning and the end of what is shown. ``now`` shows the present window to its end.

    Args:
        span: a key of ``SPANS``.
        window_s: the length of the limit window in seconds, ``None`` if it is unknown.
        resets_at: when it ends; ``None`` if that is unknown.
    """
    if span != NOW:
        return now - SPANS[span], now
    window = timedelta(seconds=window_s) if window_s else SPANS[NOW]
    if resets_at is None or not now < resets_at <= now + window:
        return now - window, now
    ends = nearest_minute(resets_at)  # as everywhere it is shown: it varies around one
    return ends - window, ends


def history_chart(  # noqa: PLR0913 - named by their words
    series: Series,
    points: Sequence[Point],
    resets: Sequence[Reset],
    *,
    span: str,
    times: tuple[datetime, datetime, datetime],
    region: Region,
) -> HistoryChart:
    """Return the chart. One of the present window has nothing of the window before.

    Args:
        points, resets: of the limit, oldest first.
        span: a key of ``SPANS``, for the sentence.
        times: the beginning and the end of the chart, and now.
    """
    since, until, now = times
    if until > now:
        points, resets = _of_one_window(points, resets, (since, until), series.window_s)
    chart = chart_of(points, series.window_s, since=since, until=until, now=now, region=region, most_ticks=8)
    scale = _Scale(chart)
    samples = _samples(chart, now, scale, region)
    return {
        "limit": series.key.limit_id,
        "title": series.label,
        "summary": _summary(series, chart, resets, span),
        "empty": None if chart.lines else words.NOTHING_IN_RANGE,
        "lines": [scale.flat(line) for line in _few(chart.lines)],
        "gaps": _thinned([[scale.x(start), scale.x(end)] for start, end in chart.gaps], MOST_MARKS),
        "paces": [scale.flat(_cut(pace, since, until)) for pace in chart.paces],
        "resets": _thinned([scale.x(each.seen_after) for each in resets], MOST_MARKS),
        "latest_resets": [_reset(each, now, region) for each in resets[: -MOST_LISTED - 1 : -1]],
        "ticks": _ticks(chart, now, scale, region, is_window=until > now),
        "samples": samples,
        "forecast": None,
        "full": scale.y(FULL),
        "now": scale.x(now) if until > now else None,
    }


def with_forecast(
    chart: HistoryChart, forecast: ForecastView | None, times: tuple[datetime, datetime, datetime]
) -> HistoryChart:
    """Return the chart of the present window with what is likely to come of it, from the last number on.

    Args:
        times: the beginning and the end of the chart, and now.
    """
    since, until, now = times
    last = chart["samples"][-1]
    if forecast is None or last["y"] is None:
        return chart
    full = chart["full"]

    def x(at: datetime) -> int:
        return round(SIZE * min(max((at - since) / (until - since), (now - since) / (until - since)), 1.0))

    def y(value: float) -> int:
        return round(min(value, FULL) / FULL * full)

    start, low, high = [last["x"], last["y"]], y(forecast.low), y(forecast.high)
    if forecast.full_at is None or forecast.earliest is None or forecast.latest is None:
        line = [*start, SIZE, y(forecast.percent_at_reset or 0)]
        spread = [*start, SIZE, high, SIZE, low]
    else:
        line = [*start, x(forecast.full_at), full]
        spread = [*start, x(forecast.earliest), full, x(forecast.latest), full]
        spread += [SIZE, low] if forecast.latest >= until and low < full else []
    return {
        **chart,
        "forecast": {"line": line, "range": spread, "full": forecast.is_full, "text": forecast.then},
    }


def _of_one_window(
    points: Sequence[Point], resets: Sequence[Reset], window: tuple[datetime, datetime], window_s: int | None
) -> tuple[Sequence[Point], Sequence[Reset]]:
    """Return what belongs to the window from its beginning to its promised end.

    A reset that ended another window is where this one begins, also if its readings are on both sides of the
    beginning, which is rounded to a minute.
    """
    since, until = window

    def ended_another(reset: Reset) -> bool:
        if reset.promised_at is None or not window_s:
            return reset.seen_before < since
        return not is_same_promise(reset.promised_at, until, window_s)

    begins = max((each.seen_after for each in resets if ended_another(each)), default=None)
    own = [each for each in resets if not ended_another(each)]
    return (points if begins is None else [each for each in points if each.at >= begins]), own


class _Scale:
    """Turns times and percents into lengths from 0 to 1000."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def x(self, at: datetime) -> int:
        share = (at - self._chart.since) / (self._chart.until - self._chart.since)
        return round(SIZE * min(max(share, 0.0), 1.0))

    def y(self, value: float) -> int:
        return round(SIZE * value / self._chart.top)

    def flat(self, line: Iterable[Spot]) -> list[int]:
        """Return a line as ``x`` and ``y`` in turns."""
        return [length for at, value in line for length in (self.x(at), self.y(value))]


def _cut(pace: tuple[Spot, Spot], since: datetime, until: datetime) -> list[Spot]:
    """Return an even pace within the edges: where it leaves the chart, its end is moved to the edge."""
    edges = zip((since, until), values_at([pace], (since, until)), strict=True)
    at_edges = {at: value for at, value in edges if value is not None}
    inside = dict(spot for spot in pace if since <= spot[0] <= until)
    return sorted((at_edges | inside).items())


def _few(lines: Sequence[Sequence[Spot]]) -> list[list[Spot]]:
    """Return the lines with so few spots that they fit the wire, and their ends as they were."""
    found = [list(line) for line in lines]
    while sum(map(len, found)) > MOST_SPOTS and any(len(line) > 2 for line in found):
        found = [[*line[:-1:2], line[-1]] for line in found]
    return _thinned(found, MOST_SPOTS // 2)


def _thinned(items: list[Item], most: int) -> list[Item]:
    """Return at most so many, evenly chosen: more would share a column of pixels anyway."""
    step = -(-len(items) // most)  # rounded up
    return items[::step] if len(items) > most else items


def _samples(chart: Chart, now: datetime, scale: _Scale, region: Region) -> list[ChartSample]:
    end = min(chart.until, now)
    step = (end - chart.since) / SAMPLES
    times = [chart.since + step * number for number in range(SAMPLES)] + [end]
    spots = [spot for line in chart.lines for spot in line]
    samples = []
    for at, value in zip(times, values_at(chart.lines, times), strict=True):
        # A reading on its own, as the latest one is, hardly ever falls on one of these times.
        # The latest one counts until the next: of a session that has just begun, half a step is seconds.
        within = max(step / 2, EDGE) if at == end else step / 2
        near = (at, value) if value is not None else _nearest(spots, at, within)
        samples.append(_sample(*near, now, scale, region))
    return samples


def _nearest(spots: Sequence[Spot], at: datetime, within: timedelta) -> tuple[datetime, float | None]:
    """Return the spot that is nearest in time; without one so near, the time itself and ``None``."""
    place = bisect_left(spots, at, key=lambda spot: spot[0])
    near = [spot for spot in spots[max(0, place - 1) : place + 1] if abs(spot[0] - at) <= within]
    return min(near, key=lambda spot: abs(spot[0] - at), default=(at, None))


def _sample(at: datetime, value: float | None, now: datetime, scale: _Scale, region: Region) -> ChartSample:
    time, used = moment(at, now, region), words.UNKNOWN_THEN if value is None else percent(value)
    # The chart is of what was used, whatever the rows show, and says so.
    sentence = words.UNKNOWN_AT if value is None else words.VALUE_THEN
    return {
        "x": scale.x(at),
        "y": None if value is None else scale.y(value),
        "time": time,
        "used": used,
        "text": sentence.format(time=time, used=used),
    }


def _reset(reset: Reset, now: datetime, region: Region) -> str:
    return words.RESET_THEN.format(
        time=moment(reset.seen_after, now, region),
        cause=words.CAUSES[reset.cause],
        before=percent(reset.percent_before),
        after=percent(reset.percent_after),
    )


def _ticks(chart: Chart, now: datetime, scale: _Scale, region: Region, *, is_window: bool) -> list[ChartTick]:
    if not is_window:
        return [{"x": scale.x(tick.at), "label": tick.label} for tick in chart.ticks]
    start = moment(chart.since, now, region)
    ends = words.RESETS_TICK.format(time=moment(chart.until, now, region))
    return [
        {"x": 0, "label": start},
        {"x": scale.x(now), "label": words.NOW_TICK},
        {"x": SIZE, "label": ends},
    ]


def _summary(series: Series, chart: Chart, resets: Sequence[Reset], span: str) -> str:
    """Return the sentence for screen readers, from the readings: a peak may fall between two samples."""
    read = [value for line in chart.lines for _, value in line]
    if not read:
        return words.SUMMARY_UNKNOWN.format(name=series.label, span=words.SPANS[span])
    count = len(resets)
    sentence = {0: words.SUMMARY_NO_RESET, 1: words.SUMMARY_ONE_RESET}.get(count, words.SUMMARY)
    return sentence.format(
        name=series.label,
        span=words.SPANS[span],
        last=percent(read[-1]),
        peak=percent(max(read)),
        count=count,
    )
