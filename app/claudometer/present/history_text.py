"""The history for the terminal: plots of limits, and a table of resets. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.present import formatters
from claudometer.present.chart import chart_of
from claudometer.present.messages import history as words
from claudometer.present.plot import marks_of, plot
from claudometer.present.typesetting import MARGIN, Ink, clip, framed, pad, width_of, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claudometer.domain.history import LimitReset, Point, Reset, Series
    from claudometer.domain.region import Region
    from claudometer.present.levels import Thresholds
    from claudometer.present.typesetting import TerminalStyle

WIDEST, NARROWEST = 200, 40
TALL, LOW = 15, 9
"""Rows of a plot that is alone, and of one of several. Odd, so that one is at 50 percent."""

_GAP = "  "
_BEFORE = 1
"""The column of when a limit was last read before its reset."""
_NAME, _SHORTEST_NAME, _LONGEST_NAME = 2, 7, 24
"""The column of names, and how wide it is."""


def render_plots(  # noqa: PLR0913 - named by their words
    found: Sequence[tuple[Series, Sequence[Point], Sequence[Reset]]],
    *,
    since: datetime,
    now: datetime,
    days: int,
    region: Region,
    style: TerminalStyle,
    width: int,
    thresholds: Thresholds,
) -> list[str]:
    """Return a plot for each limit, and below them what gaps and resets look like."""
    inside = max(NARROWEST, min(width, WIDEST)) - len(MARGIN)
    lines: list[str] = []
    for series, points, resets in found:
        chart = chart_of(
            points, series.window_s, since=since, until=now, now=now, region=region, most_ticks=inside // 9
        )
        span = words.ONE_DAY if days == 1 else words.DAYS.format(days=days)
        lines += [
            "",
            style.ink(
                clip(words.TITLE.format(name=style.plain(series.label), span=span), inside), Ink.STRONG
            ),
        ]
        if points:
            height = TALL if len(found) == 1 else LOW
            own = thresholds.of(series.key.limit_id)
            lines += plot(chart, resets, style, thresholds=own, width=inside, height=height)
        else:
            lines.append(words.NOTHING_IN_RANGE)
    gap, reset = marks_of(style)
    key = words.KEY_OF_GAPS.format(mark=gap * 3), words.KEY_OF_RESETS.format(mark=reset)
    return framed([*lines[1:], "", style.ink((_GAP * 2).join(key), Ink.FAINT)])


def render_resets(resets: Sequence[LimitReset], region: Region, style: TerminalStyle) -> list[str]:
    """Return a table of resets in the given order, oldest first."""
    style = style.inside()
    if not resets:
        return framed(wrap(words.NO_RESETS.split(), style.width))
    rows = [[style.plain(cell) for cell in _cells(each, region)] for each in resets]
    headings = list(words.RESET_HEADINGS)
    widths = _widths([headings, *rows], style.width)
    if _total(widths) > style.width:  # the least of it: when the limit was last read before
        headings, *rows = [
            [cell for at, cell in enumerate(row) if at != _BEFORE] for row in [headings, *rows]
        ]
        widths = _widths([headings, *rows], style.width, name=_NAME - 1)
    lines = [style.ink(_row(headings, widths, style), Ink.FAINT)]
    day = None
    for each, row in zip(resets, rows, strict=True):
        if (this := formatters.date_of(each.reset.seen_after, region)) != day:
            day = this
            lines += ["", style.ink(day, Ink.STRONG)]
        lines.append(_row(row, widths, style))
    return framed(lines)


def _cells(each: LimitReset, region: Region) -> tuple[str, ...]:
    reset = each.reset
    before, after = formatters.percent(reset.percent_before), formatters.percent(reset.percent_after)
    promised = reset.promised_at
    return (
        formatters.clock(reset.seen_after, region),
        formatters.moment(reset.seen_before, reset.seen_after, region),
        each.series.label,
        words.CAUSES[reset.cause],
        words.USED.format(before=before, after=after),
        words.NOTHING_PROMISED if promised is None else formatters.moment(promised, reset.seen_after, region),
    )


def _widths(rows: Sequence[Sequence[str]], width: int, *, name: int | None = None) -> list[int]:
    """Return the width of each column: of its widest cell, and of the names what is left for them.

    ``name``: the place of the names, if it is not the usual one.
    """
    name = _NAME if name is None else name
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    too_wide = _total(widths) - width
    widths[name] = max(_SHORTEST_NAME, min(widths[name], _LONGEST_NAME, widths[name] - too_wide))
    return widths


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _row(cells: Sequence[str], widths: Sequence[int], style: TerminalStyle) -> str:
    padded = (pad(clip(cell, width), width) for cell, width in zip(cells, widths, strict=True))
    return clip(_GAP.join(padded).rstrip(), style.width)
