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
        """The forecast: a line from now on, the outline of its range, and the text at its end."""

        line: list[int]
        range: list[int]
        full: bool
        text: str

    class ChartSample(TypedDict):
        """The value at one point of the chart, as text; ``y`` is ``None`` where it is unknown."""

        x: int
        y: int | None
        time: str
        used: str
        text: str

    class HistoryChart(TypedDict):
        """The history of one limit. All ``x`` and ``y`` are from 0 to 1000, right and up.

        ``lines`` and ``paces`` are lists of alternating ``x`` and ``y``, ``gaps`` of beginnings and ends,
        ``resets`` of ``x``; ``latest_resets`` describes the latest of them, the last one first. ``full`` is
        the ``y`` of 100 %; ``now`` is ``None`` if it is at the right edge. ``summary`` is all of it in a
        sentence, and ``empty`` what to say if there is nothing to draw.
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
        """A day of a limit's window. Lengths are from 0 to 1000.

        The day used between ``low`` and ``high``, as ``text`` says ("" before the day begins). ``ahead`` is
        what a day that has not begun may use.
        """

        name: str
        value: str
        text: str
        low: int
        high: int
        ahead: int
        today: bool

    class DayByDay(TypedDict):
        """The present window of a limit that lasts for days; ``note`` says what a day may use from now on."""

        level: LevelName
        title: str
        note: str | None
        days: list[DayColumn]
