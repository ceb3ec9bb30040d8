"""The history in a terminal: plots of any width, with and without Unicode and color, and resets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from claudometer.domain.history import LimitReset, Point, Reset, ResetCause, Series
from claudometer.domain.region import UTC_REGION, Region
from claudometer.domain.usage import SESSION_WINDOW_S, LimitKind, Source
from claudometer.present.history_text import render_plots, render_resets
from claudometer.present.levels import Thresholds
from claudometer.present.messages.history import CAUSES, NO_RESETS, NOTHING_IN_RANGE
from claudometer.present.typesetting import TerminalStyle, width_of
from tests.clocks import NOON
from tests.histories import SESSION

SERIES = Series(SESSION, LimitKind.SESSION, "Session", SESSION_WINDOW_S, "Max 5x")
RESET = Reset(
    promised_at=NOON,
    seen_before=NOON - timedelta(minutes=2),
    seen_after=NOON + timedelta(minutes=3),
    percent_before=81,
    percent_after=0,
    next_at=None,
    cause=ResetCause.ON_TIME,
)


def rising(hours: int, *, since: datetime = NOON) -> list[Point]:
    return [
        Point(
            since + timedelta(hours=n), since + timedelta(hours=n), 100 * n / hours, None, Source.OAUTH, n > 0
        )
        for n in range(hours + 1)
    ]


def plot(
    points: list[Point],
    *,
    width: int = 80,
    style: TerminalStyle | None = None,
    thresholds: Thresholds | None = None,
) -> list[str]:
    return render_plots(
        [(SERIES, points, [RESET])],
        since=NOON - timedelta(hours=12),
        now=NOON + timedelta(hours=12),
        days=1,
        region=UTC_REGION,
        style=style or TerminalStyle(),
        width=width,
        thresholds=thresholds or Thresholds(),
    )


@pytest.mark.parametrize("width", [60, 61, 80, 120, 200, 400])
@pytest.mark.parametrize("unicode", [True, False])
def test_a_plot_fits_its_width_and_uses_it(width: int, *, unicode: bool) -> None:
    lines = plot(rising(12), width=width, style=TerminalStyle(width=width, unicode=unicode))
    widest = max(map(width_of, lines))
    assert widest == min(width, 200)
    assert unicode or all(line.isascii() for line in lines)


def test_the_line_rises_from_the_lowest_to_the_highest_row() -> None:
    rows = [line for line in plot(rising(12), style=TerminalStyle(unicode=False)) if "|" in line[:8]]
    columns = [row.index("*") for row in rows if "*" in row]
    assert len(columns) == 15
    assert columns == sorted(columns, reverse=True)


def test_where_nothing_is_known_the_plot_is_hatched_and_no_line_crosses_it() -> None:
    points = [*rising(2), replace(rising(2, since=NOON + timedelta(hours=8))[1], joined=False)]
    rows = [line[8:] for line in plot(points, style=TerminalStyle(unicode=False)) if "|" in line[:8]]
    hatched = {column for row in rows for column, cell in enumerate(row) if cell == ":"}
    drawn = {column for row in rows for column, cell in enumerate(row) if cell == "*"}
    assert hatched
    assert not hatched & drawn
    assert min(hatched) == 0


def test_a_reset_is_a_line_and_the_key_says_so() -> None:
    lines = plot([])
    assert NOTHING_IN_RANGE in "\n".join(lines)
    lines = plot(rising(12, since=NOON + timedelta(minutes=3)))
    assert any("┊" in line[8:60] for line in lines[2:10])
    assert "┊ reset" in lines[-2]


def test_a_high_number_is_drawn_in_the_color_of_its_level_and_only_with_color() -> None:
    assert "\x1b" not in "".join(plot(rising(12)))
    colored = "".join(plot(rising(12), style=TerminalStyle(color=True)))
    assert all(f"\x1b[38;5;{code}m" in colored for code in (29, 136, 167))
    own = Thresholds(own={SERIES.key.limit_id: Thresholds(1, 100)})
    colored = "".join(plot(rising(12), style=TerminalStyle(color=True), thresholds=own))
    assert "\x1b[38;5;29m" not in colored, "amber begins at 1 percent"


def test_resets_are_listed_by_day_with_their_cause_in_words() -> None:
    resets = [LimitReset(SERIES, replace(RESET, cause=cause)) for cause in ResetCause]
    lines = render_resets(resets, UTC_REGION, TerminalStyle())
    assert lines[3].strip() == "Thu 20 Aug"
    assert lines[4].split() == ["12:03", "11:58", "Session", "on", "time", "81", "%", "to", "0", "%", "12:00"]
    assert all(words in "\n".join(lines) for words in CAUSES.values())


@pytest.mark.parametrize("region", [UTC_REGION, Region(UTC_REGION.zone, twelve_hour=True)])
@pytest.mark.parametrize("days", [0, 5])
def test_the_table_fits_in_eighty_columns(region: Region, days: int) -> None:
    reset = replace(
        RESET,
        seen_before=NOON - timedelta(days=days),
        promised_at=NOON - timedelta(days=days),
        percent_before=104,
    )
    series = replace(SERIES, label="A model with quite a long name")
    lines = render_resets([LimitReset(series, reset)], region, TerminalStyle())
    assert max(map(width_of, lines)) <= 80


def test_without_a_reset_the_table_says_so() -> None:
    assert NO_RESETS in "".join(render_resets([], UTC_REGION, TerminalStyle()))


def test_a_narrow_terminal_leaves_out_when_it_was_read_before_and_cuts_nothing() -> None:
    reset = replace(RESET, seen_before=NOON - timedelta(days=3), cause=ResetCause.UNKNOWN)
    found = [LimitReset(SERIES, reset)]
    wide = "\n".join(render_resets(found, UTC_REGION, TerminalStyle(width=80)))
    narrow = "\n".join(render_resets(found, UTC_REGION, TerminalStyle(width=60)))
    assert "Before" in wide
    assert "Before" not in narrow
    assert "…" not in narrow
    assert "Promised" in narrow
