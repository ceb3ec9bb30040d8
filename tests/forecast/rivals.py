"""The methods that were compared with the one in use. Each has the range that it is usually shown with."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from claudometer.domain.forecasting.outcomes import outcome_of
from claudometer.domain.forecasting.rhythm import HOUR_S, Rhythm
from tests.forecast.replay import Answer, Method, utc

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.forecasting.windows import SeenWindow

Z80 = 1.2816
"""An 80 % range of a normal distribution reaches so many standard deviations to both sides."""


def _answer(window: SeenWindow, now: float, grows: tuple[float, float, float]) -> Answer:
    left = (window.end - now) / (window.end - window.start)
    low, middle, high = (outcome_of(window.percent, max(0.0, each), left) for each in sorted(grows))
    return Answer((low, middle, high), low, high, middle >= 100)


class WindowAverage:
    """(a) As much an hour as on average since the window began; the range is that of its own pieces."""

    def __init__(self, piece_s: float) -> None:
        self._piece_s = piece_s

    def add(self, window: SeenWindow) -> None:
        pass

    def answer(self, window: SeenWindow, now: float) -> Answer | None:
        rates = self._rates(window, now)
        middle = window.percent / (now - window.start)
        left = window.end - now
        return _answer(window, now, (min(rates) * left, middle * left, max(rates) * left))

    def _rates(self, window: SeenWindow, now: float) -> list[float]:
        """Return the rate of each piece of the window so far, the newest first."""
        rates, end = [], now
        while end > window.start:
            begin = max(window.start, end - self._piece_s)
            rates.append((window.percent_at(end) - window.percent_at(begin)) / (end - begin))
            end = begin
        return rates


class RecentRate(WindowAverage):
    """(b) As much an hour as in the last hour (of a week: the last day)."""

    def answer(self, window: SeenWindow, now: float) -> Answer | None:
        rates = self._rates(window, now)
        left = window.end - now
        return _answer(window, now, (min(rates) * left, rates[0] * left, max(rates) * left))


class OwnRhythm:
    """(c) What the user's usual week has in the hours that are left; the range is a half more and less."""

    def __init__(self, length_s: float) -> None:
        self._rhythm = Rhythm(length_s, utc)

    def add(self, window: SeenWindow) -> None:
        self._rhythm.add(window)

    def answer(self, window: SeenWindow, now: float) -> Answer | None:
        middle = self._rhythm.expected(now, window.end)
        return _answer(window, now, (0.5 * middle, middle, 1.5 * middle))


class EmpiricalBayes:
    """(d) A rate with a gamma prior from the user's past windows, and growth by a Poisson process."""

    def __init__(self) -> None:
        self._rates: list[float] = []

    def add(self, window: SeenWindow) -> None:
        if not window.is_cut and window.times:
            self._rates.append(window.percent / (window.end - window.start) * HOUR_S)

    def answer(self, window: SeenWindow, now: float) -> Answer | None:
        shape, hours = 1.0, 1.0 / (50 / ((window.end - window.start) / HOUR_S))
        if len(self._rates) >= 3:
            mean = statistics.fmean(self._rates)
            spread = max(statistics.variance(self._rates), 0.01 * mean * mean, 1e-6)
            shape, hours = max(0.1, mean * mean / spread), max(mean, 1e-3) / spread
        shape += window.percent
        hours += (now - window.start) / HOUR_S
        grows = shape / hours * (window.end - now) / HOUR_S
        spread = math.sqrt(grows + grows * grows / shape)
        return _answer(window, now, (grows - Z80 * spread, grows, grows + Z80 * spread))


def rivals(limit: str, length_s: float) -> dict[str, Callable[[], Method]]:
    """Return what makes each rival, by its name in the table."""
    piece_s = HOUR_S if limit == "session" else 24 * HOUR_S
    return {
        "(a) window average": lambda: WindowAverage(piece_s),
        "(b) recent rate": lambda: RecentRate(piece_s),
        "(c) own rhythm": lambda: OwnRhythm(length_s),
        "(d) empirical Bayes": EmpiricalBayes,
    }
