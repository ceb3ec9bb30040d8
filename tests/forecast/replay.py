"""Replays generated months: at each moment a method forecasts from what was readable then, and is scored."""

from __future__ import annotations

import statistics
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from claudometer.domain.forecasting.outlook import LEAST_PERCENT, LEAST_SHARE
from claudometer.domain.forecasting.windows import WindowSorter
from tests.forecast.months import HOUR_S, SESSION_S, WEEK_S, Month, TrueWindow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from claudometer.domain.forecasting.windows import Sample, SeenWindow

LENGTHS_S = {"session": float(SESSION_S), "weekly": float(WEEK_S)}
EVERY_S = {"session": 1200.0, "weekly": 6.0 * HOUR_S}
"""How often a forecast is scored."""

QUANTILES = (0.1, 0.5, 0.9)


def windows_of(points: Iterable[Sample], length_s: float) -> list[SeenWindow]:
    """Sort readings, the oldest first, into windows; the last one may not be over."""
    sorter = WindowSorter(length_s)
    windows = [window for point in points if (window := sorter.add(point)) is not None]
    return windows if sorter.current is None else [*windows, sorter.current]


class Answer(NamedTuple):
    """A forecast: three quantiles and a range that is to hold 80 %, as outcomes; whether it says "full"."""

    quantiles: tuple[float, float, float]
    low: float
    high: float
    says_full: bool


class Method(Protocol):
    """A way to forecast one limit. It is told of each window when that is over."""

    def add(self, window: SeenWindow) -> None: ...
    def answer(self, window: SeenWindow, now: float) -> Answer | None:
        """Forecast a window of which only the readings until ``now`` are given; ``None`` says nothing."""
        ...


@dataclass(frozen=True)
class Graded:
    """An answer beside what came of it."""

    answer: Answer | None
    outcome: float
    window: float
    number: int


def replay(month: Month, limit: str, method: Method) -> Iterator[Graded]:
    """Yield a grade for each moment of each whole window in which a forecast may be shown at all."""
    length_s = LENGTHS_S[limit]
    for number, window in enumerate(windows_of(month.readings.get(limit, ()), length_s)):
        truth = _truth_of(window, month.truth[limit])
        if truth is not None:
            came = outcome(truth, month.decimals)
            for now in _moments(window, truth, limit):
                yield Graded(method.answer(window.until(now), now), came, window.end, number)
        method.add(window)


def _moments(window: SeenWindow, truth: TrueWindow, limit: str) -> Iterator[float]:
    end = window.end if truth.full_at is None else truth.full_at
    now = window.began + LEAST_SHARE * LENGTHS_S[limit] + 1
    while now < end:
        place = bisect_left(window.times, now)
        if place and LEAST_PERCENT <= window.percents[place - 1] < 100:
            yield now
        now += EVERY_S[limit]


def _truth_of(window: SeenWindow, truths: Sequence[TrueWindow]) -> TrueWindow | None:
    for truth in truths:
        if truth.is_whole and abs(truth.end - window.end) < 60 and truth.began <= window.times[0]:
            return truth
    return None


def outcome(truth: TrueWindow, decimals: int) -> float:
    """Return what came of a window on the scale of ``domain.forecasting.outcomes``."""
    if truth.full_at is None:
        return round(truth.final, decimals)
    return 100 + 100 * (truth.end - truth.full_at) / (truth.end - truth.start)


@dataclass(frozen=True)
class Scores:
    """The scores of a method over many grades.

    Attributes:
        error: the median of how far the middle was off, in points (beyond 100, in percents of the window).
        pinball: the mean pinball loss of the quantiles, in the same unit.
        covered: the share of outcomes within the 80 % range.
        false_full: windows a week in which it said "full" and the limit lasted.
        missed_full: the share of full windows in which it never said so.
        spoke: the share of moments at which it said something.
    """

    error: float
    pinball: tuple[float, ...]
    covered: float
    false_full: float
    missed_full: float
    spoke: float


ROUNDING = 0.05


def scores_of(grades: Sequence[Sequence[Graded]], weeks: float) -> Scores:
    """Return the scores over months; ``grades`` has one list a month, of ``weeks`` weeks each."""
    spoken = [(each.answer, each) for month in grades for each in month if each.answer is not None]
    asked = sum(map(len, grades))
    said: dict[tuple[int, float], bool] = {}
    came: dict[tuple[int, float], bool] = {}
    for number, month in enumerate(grades):
        for each in month:
            key = number, each.window
            came[key] = each.outcome >= 100
            said[key] = said.get(key, False) or (each.answer is not None and each.answer.says_full)
    fulls = [key for key, is_full in came.items() if is_full]
    return Scores(
        statistics.median(abs(each.outcome - answer.quantiles[1]) for answer, each in spoken),
        tuple(
            statistics.fmean(
                _pinball(share, each.outcome, answer.quantiles[place]) for answer, each in spoken
            )
            for place, share in enumerate(QUANTILES)
        ),
        statistics.fmean(
            answer.low - ROUNDING <= each.outcome <= answer.high + ROUNDING for answer, each in spoken
        ),
        sum(said[key] and not came[key] for key in came) / (weeks * len(grades)),
        sum(not said[key] for key in fulls) / max(1, len(fulls)),
        len(spoken) / max(1, asked),
    )


def _pinball(share: float, outcome: float, value: float) -> float:
    return (outcome - value) * share if outcome >= value else (value - outcome) * (1 - share)


def utc(_at: float) -> float:
    """Return the offset of the generated users' time zone."""
    return 0.0
