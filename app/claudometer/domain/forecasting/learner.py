"""Forecasts of one limit, with ranges from how wrong the same forecasts were in past windows. Pure.

The expected use is the user's rhythm over the hours of the week, times how this window compares with it so
far. The actual use of past windows, as multiples of what was expected of them, gives the distribution. How
good that is: ``.github/architecture/forecast.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from claudometer.domain.forecasting.outcomes import Distribution, outcome_of, shortest_range
from claudometer.domain.forecasting.rhythm import HOUR_S, Rhythm

if TYPE_CHECKING:
    from claudometer.domain.forecasting.rhythm import OffsetAt
    from claudometer.domain.forecasting.windows import SeenWindow

STAGES = 10
"""A past window is compared after a tenth of its length, after two tenths, and so on, but not at its end."""

FLOOR = 0.5
"""Percentage points added to every expected growth, so that a ratio exists when none was expected."""

MOST_KEPT = 120
"""Past windows that are compared with: a month of sessions, more than two years of weeks."""

COVERED = 0.8
"""The share of windows whose outcome is to lie within the range."""

_LEAST_SHARE, _MOST_SHARE = 0.5, 0.97
"""Bounds of the share of the distribution that a range holds, however its past ranges did."""

_REACH = 1.5
"""Ratios of stages nearer than this count, less with distance, so that no forecast jumps at a stage."""

_ROUNDING = 0.05
"""An outcome this close to a range counts as within it."""


class Ratio(NamedTuple):
    """How a window went on after a stage: what was used, as a multiple of what had been expected.

    ``moved`` says whether the user was at work at that stage. A user who has paused may not come back.
    """

    value: float
    moved: bool


Prior = tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]
"""Ratios that are equally likely, for each stage: of users who had paused, and of users at work."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """Numbers that differ between session and week, chosen by back-test.

    Attributes:
        step_s, half_life_s: this window's use is compared with the rhythm in steps of this length; the weight
            of a step halves with this age.
        points: percentage points, used as the rhythm expects, with which that comparison begins: as long as
            little was used, they keep it near 1.
        moved_s: after this long without any use, the user counts as away.
        prior: as how many past windows the built-in ratios count.
        learning: how quickly the share that a range holds follows the windows that it missed or held.
        caution: how much more than that share it holds before the first window is over; halved by each
            window.
    """

    step_s: float
    half_life_s: float
    points: float
    moved_s: float
    prior: float
    learning: float
    caution: float


SESSION = Tuning(900.0, 0.5 * HOUR_S, 3.0, 1500.0, 4.0, 0.05, 0.0)
WEEK = Tuning(3 * HOUR_S, 24 * HOUR_S, 25.0, 18 * HOUR_S, 8.0, 0.15, 0.06)


class Learner:
    """Learns from the windows of one limit, in order, and forecasts the current one.

    Args:
        length_s: the length of the windows, in seconds.
        offset_at: the local time zone, see ``rhythm.OffsetAt``.
        prior: the ratios to begin with.
    """

    def __init__(self, length_s: float, offset_at: OffsetAt, tuning: Tuning, prior: Prior) -> None:
        self._length_s = length_s
        self._tuning = tuning
        self._rhythm = Rhythm(length_s, offset_at)
        self._prior = prior
        self.ratios: list[list[Ratio]] = [[] for _ in range(STAGES)]
        """By stage, the oldest first."""
        self._share = COVERED
        self._caution = tuning.caution

    def add(self, window: SeenWindow) -> None:
        """Learn from a window that is over: rhythm, ratios, and how wide a range must be."""
        if window.times and not window.is_cut:
            held = [self._compare(window, stage) for stage in range(1, STAGES)]
            known = [is_held for is_held in held if is_held is not None]
            if known:
                # Adaptive conformal inference: ranges grow wider after a miss, and narrower after a hit.
                share = self._share + self._tuning.learning * (COVERED - sum(known) / len(known))
                self._caution /= 2
                self._share = min(_MOST_SHARE, max(_LEAST_SHARE, share))
        self._rhythm.add(window)

    def distribution(self, window: SeenWindow, now: float) -> Distribution:
        """Return what may come of the window: outcomes with weights, see ``outcomes``.

        Args:
            window: has some use and is not full.
            now: within the window.
        """
        used, length_s = window.percent_at(now), self._length_s
        grows = self._expected(window, now) + FLOOR
        left = (window.end - now) / length_s
        stage = min(STAGES - 1.0, max(1.0, (1 - left) * STAGES))
        is_moving = self._moved(window, now)
        outcomes = []
        for place in range(1, STAGES):
            near = 1 - abs(place - stage) / _REACH
            if near > 0:
                outcomes += [
                    (outcome_of(used, value * grows, left), weight * near)
                    for value, weight in self._weighted(place, moved=is_moving)
                ]
        return sorted(outcomes)

    def likely_range(self, distribution: Distribution) -> tuple[float, float]:
        """Return the shortest range of outcomes that is to hold four of five, lowest and highest."""
        return shortest_range(distribution, min(_MOST_SHARE, self._share + self._caution))

    def _weighted(self, place: int, *, moved: bool) -> list[tuple[float, float]]:
        # A moment at which the user was in the other state says little about this one.
        own = [(ratio.value, 1.0 if ratio.moved is moved else 0.1) for ratio in self.ratios[place]]
        prior = self._prior[place - 1][moved]
        return own + [(value, self._tuning.prior / len(prior)) for value in prior]

    def _compare(self, window: SeenWindow, stage: int) -> bool | None:
        """Keep how the window went on after a stage; return whether the forecast would have held."""
        now = window.start + stage / STAGES * self._length_s
        known = window.until(now)
        used, left = known.percent, (window.end - now) / self._length_s
        if not 1 <= used < 100:
            return None
        full_at = window.full_at
        # Of a window that was full early, what would have been used until its end at the same pace.
        came = (
            window.percent - used
            if full_at is None
            else (100 - used) * (window.end - now) / max(1.0, full_at - now)
        )
        low, high = self.likely_range(self.distribution(known, now))
        ratio = Ratio(came / (self._expected(known, now) + FLOOR), self._moved(known, now))
        self.ratios[stage] = [*self.ratios[stage][1 - MOST_KEPT :], ratio]
        return low - _ROUNDING <= outcome_of(used, came, left) <= high + _ROUNDING

    def _expected(self, window: SeenWindow, now: float) -> float:
        """Return how many points more will be used until the window's end."""
        return self._rhythm.expected(now, window.end) * self._level(window, now)

    def _moved(self, window: SeenWindow, now: float) -> bool:
        return window.percent_at(now) > window.percent_at(now - self._tuning.moved_s)

    def _level(self, window: SeenWindow, now: float) -> float:
        """Return how the use of this window compares with the rhythm, recent use more than earlier."""
        tuning = self._tuning
        used = expected = tuning.points
        end = now
        while end > window.began:
            begin = max(window.began, end - tuning.step_s)
            weight = 0.5 ** ((now - (begin + end) / 2) / tuning.half_life_s)
            used += weight * (window.spread_at(end) - window.spread_at(begin))
            expected += weight * self._rhythm.expected(begin, end)
            end = begin
        return used / expected
