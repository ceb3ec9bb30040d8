"""What is said of a window, and when nothing is. Pure. Times are seconds since 1970.

One rule for every surface: which of two sentences is true enough to be said, rounded so that it promises no
more than the method can keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.forecasting.outcomes import chance_of_full, left_when_full, quantiles

if TYPE_CHECKING:
    from claudometer.domain.forecasting.learner import Learner
    from claudometer.domain.forecasting.windows import SeenWindow

LEAST_SHARE = 0.1
"""In the first tenth of a window nothing is said: one message weighs as much as a habit there."""

LEAST_SEEN = 0.5
"""As much of the window so far must have been watched: of an app that has just started, the first numbers say
how much was used, but not when."""

LEAST_PERCENT = 2.0
"""So many points must have been used: percents are whole numbers, and one more would double the rate."""

LIKELY_FULL = 0.7
"""From this chance on the limit is said to become full. A false alarm costs more than a late one."""

LIKELY_LASTS = 0.4
"""Up to this chance of becoming full it is said to last. In between nothing is said: nobody knows."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is likely to come of a window: it becomes full before its reset, or it lasts.

    Attributes:
        full_at: when it is full, seconds since 1970; ``None`` if it lasts.
        earliest, latest: four of five such limits are full between these; ``latest`` may be the reset.
        percent_at_reset: if it lasts, its percent at the reset, never below the present one; else ``None``.
        low, high: four of five such limits end between these percents; 100 stands for a full one.
    """

    full_at: float | None
    earliest: float | None
    latest: float | None
    percent_at_reset: float | None
    low: float
    high: float


def outlook(learner: Learner, window: SeenWindow, now: float) -> Outlook | None:
    """Return what can be said of a window of which the readings until ``now`` are known, if anything."""
    length_s, used = window.end - window.start, window.percent
    is_early = now - window.began < LEAST_SHARE * length_s
    is_unseen = not window.times or now - window.times[0] < LEAST_SEEN * (now - window.began)
    if is_early or is_unseen or now >= window.end or not LEAST_PERCENT <= used < 100:
        return None
    distribution = learner.distribution(window, now)
    low, high = learner.range(distribution)
    middle = quantiles(distribution, (0.5,))[0]
    chance = chance_of_full(distribution)
    if chance <= LIKELY_LASTS:
        return Outlook(None, None, None, min(middle, 99.0), min(low, 100.0), min(high, 100.0))
    if chance < LIKELY_FULL:
        return None

    def time_of(outcome: float) -> float:
        left = left_when_full(outcome) or 0.0
        return max(now, window.end - left * length_s)

    return Outlook(time_of(middle), time_of(high), time_of(low), None, min(low, 100.0), 100.0)
