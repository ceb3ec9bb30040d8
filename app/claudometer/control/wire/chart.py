"""The chart of one limit's history, as the window draws it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    from claudometer.control.wire.report import LevelName

    class ChartTick(TypedDict):
        """A label below the chart; ``x`` from 0 to 1000."""

        x: int
        label: str

    class ChartForecast(TypedDict):
        """What is likely to come: a line from now on, the outline of its range, and the words at its end."""

        line: list[int]
        range: list[int]
        full: bool
        text: str

    class ChartSample(TypedDict):
        """A value to read at one place of the chart; ``y`` is ``None`` where nothing is known."""

        x: int
        y: int | None
        time: str
        used: str
        text: str

    class HistoryChart(TypedDict):
        """The history of one limit. All ``x`` and ``y`` are from 0 to 1000, right and up.

        ``lines`` and ``paces`` are lists of ``x`` and ``y`` in turns, ``gaps`` of beginnings and ends,
        ``resets`` of ``x``; ``latest_resets`` says what the latest of them were, the last one first.
        ``full`` is where 100 % is; ``now`` is ``None`` at the right edge. ``summary`` says it in a sentence.
        """

        limit: str
        title: str
        summary: str
        empty: str | None
        lines: list[list[int]]
        gaps: list[list[int]]
        paces: list[list[int]]
        resets: list[int]
        latest_resets: list[str]
        ticks: list[ChartTick]
        samples: list[ChartSample]
        forecast: ChartForecast | None
        full: int
        now: int | None

    class DayColumn(TypedDict):
        """A day of a limit's window. Lengths are from 0 to 1000; ``text`` says the day, "" before it begins.

        It used between ``low`` and ``high``; ``ahead`` is what it may use, of a day that has not begun.
        """

        name: str
        value: str
        text: str
        low: int
        high: int
        ahead: int
        today: bool

    class DayByDay(TypedDict):
        """The present window of a limit of days; ``note`` says what a day may use from now on."""

        level: LevelName
        title: str
        note: str | None
        days: list[DayColumn]
