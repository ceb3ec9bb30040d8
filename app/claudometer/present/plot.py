"""A chart as lines of a terminal: braille dots, or plain characters without Unicode. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claudometer.present.messages import history as words
from claudometer.present.typesetting import LEVEL_INKS, Ink

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from claudometer.domain.history import Reset
    from claudometer.present.chart import Chart, Tick
    from claudometer.present.levels import Thresholds
    from claudometer.present.typesetting import TerminalStyle

AXIS = 6
"""Columns of the axis: "100 %" and its line."""

_BRAILLE = 0x2800
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot of a braille cell, by column and row."""


class _Marks(NamedTuple):
    gap: str
    reset: str
    wall: str
    floor: str
    corner: str
    foot: str


_UNICODE = _Marks("░", "┊", "│", "─", "└", "┴")
_ASCII = _Marks(":", "|", "|", "-", "+", "+")


def marks_of(style: TerminalStyle) -> tuple[str, str]:
    """Return how a gap and a reset are drawn, for the key below a plot."""
    marks = _UNICODE if style.unicode else _ASCII
    return marks.gap, marks.reset


def plot(  # noqa: PLR0913 - named by their words
    chart: Chart,
    resets: Sequence[Reset],
    style: TerminalStyle,
    *,
    thresholds: Thresholds,
    width: int,
    height: int,
) -> list[str]:
    """Return the chart as lines of at most ``width`` cells: ``height`` rows, an axis, and its labels.

    Args:
        resets: those to mark; what is outside the chart is left out.
        thresholds: from where on the curve is amber and red.
        height: rows of cells, odd, so that one is at 50 percent.
    """
    marks = _UNICODE if style.unicode else _ASCII
    columns = max(8, width - AXIS)
    grid = _Grid(chart, columns, height, per_cell=(2, 4) if style.unicode else (1, 1))
    for line in chart.lines:
        grid.draw(line)
    gaps = {column for gap in chart.gaps for column in grid.columns_of(*gap)}
    falls = {
        grid.column_of(reset.seen_after) for reset in resets if chart.since <= reset.seen_after <= chart.until
    }
    rows: list[str] = []
    for row in range(height):
        label = _label(chart.top, row, height)
        cells = []
        for column in range(columns):
            drawn = grid.character(column, row, is_braille=style.unicode)
            if drawn is not None:
                cells.append(style.ink(drawn, LEVEL_INKS[thresholds.level_of(grid.highest(column))]))
            elif column in falls:
                cells.append(style.ink(marks.reset, Ink.FAINT))
            elif column in gaps:
                cells.append(style.ink(marks.gap, Ink.FAINT))
            else:
                cells.append(" ")
        rows.append(f"{label:>{AXIS - 1}}{marks.wall}{''.join(cells)}".rstrip())
    feet = {grid.column_of(tick.at) for tick in chart.ticks}
    floor = "".join(marks.foot if column in feet else marks.floor for column in range(columns))
    return [*rows, f"{' ' * (AXIS - 1)}{marks.corner}{floor}", _labels(chart.ticks, grid, columns)]


class _Grid:
    """The dots of a plot: several in each cell, the lowest row at 0 percent."""

    def __init__(self, chart: Chart, columns: int, height: int, *, per_cell: tuple[int, int]) -> None:
        self._chart = chart
        self._across, self._down = per_cell
        self._wide, self._high = columns * self._across, height * self._down
        self._dots: dict[tuple[int, int], int] = {}
        self._peaks: dict[int, float] = {}

    def column_of(self, at: datetime) -> int:
        """Return the column of cells at a time."""
        return self._dot_of(at) // self._across

    def columns_of(self, start: datetime, end: datetime) -> range:
        """Return the columns that are wholly between two times."""
        return range(
            self.column_of(start) + (start > self._chart.since),
            self.column_of(end) + (end >= self._chart.until),
        )

    def draw(self, line: Sequence[tuple[datetime, float]]) -> None:
        """Draw a line, with all dots between the lowest and the highest percent of each column of dots."""
        for (start, first), (end, last) in zip(line, [*line[1:], line[-1]], strict=True):
            left, right = self._dot_of(start), self._dot_of(end)
            for dot in range(left, right + 1):
                share = (dot - left) / (right - left) if right > left else 1.0
                before = (dot - 1 - left) / (right - left) if right > left else 0.0
                low, high = (first + (last - first) * max(0.0, each) for each in (before, share))
                self._fill(dot, low, high)

    def highest(self, column: int) -> float:
        """Return the largest percent in a column of cells."""
        return self._peaks.get(column, 0.0)

    def character(self, column: int, row: int, *, is_braille: bool) -> str | None:
        """Return what is drawn in a cell, ``None`` for nothing."""
        found = self._dots.get((column, row))
        return None if not found else chr(_BRAILLE + found) if is_braille else "*"

    def _fill(self, dot: int, first: float, second: float) -> None:
        column, across = divmod(dot, self._across)
        self._peaks[column] = max(self.highest(column), first, second)
        low, high = sorted((self._level(first), self._level(second)))
        # Neighbors meet halfway, so that a steep line is not twice as thick.
        for level in range(low if low == high else low + 1, high + 1):
            row, down = divmod(self._high - 1 - level, self._down)
            bit = _DOTS[across][down] if self._down > 1 else 1
            self._dots[column, row] = self._dots.get((column, row), 0) | bit

    def _level(self, percent: float) -> int:
        return round(min(max(percent, 0.0) / self._chart.top, 1.0) * (self._high - 1))

    def _dot_of(self, at: datetime) -> int:
        share = (at - self._chart.since) / (self._chart.until - self._chart.since)
        return min(self._wide - 1, max(0, int(share * self._wide)))


def _label(top: float, row: int, height: int) -> str:
    """Return the percent of the axis beside the first, the middle and the last row; "" beside the others."""
    share = {0: 1.0, height // 2: 1 - (height // 2) / (height - 1), height - 1: 0.0}.get(row)
    return "" if share is None else words.PERCENT_OF_AXIS.format(percent=round(top * share))


def _labels(ticks: Sequence[Tick], grid: _Grid, columns: int) -> str:
    text = " " * AXIS
    for column, label in _placed(ticks, grid, columns):
        start = AXIS + column
        # Without a space in between, two labels would read as one.
        if start > len(text) or len(text) == AXIS:
            text = text.ljust(start) + label
    return text.rstrip()


def _placed(ticks: Sequence[Tick], grid: _Grid, columns: int) -> Iterator[tuple[int, str]]:
    for tick in ticks:
        column = grid.column_of(tick.at) - len(tick.label) // 2
        yield max(0, min(column, columns - len(tick.label))), tick.label
