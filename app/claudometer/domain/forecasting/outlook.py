"""Decides which forecast of a window is shown, if any: one rule for every surface. Pure.

Times are seconds since 1970. Either the limit becomes full, or it lasts; in between, nothing is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.forecasting.outcomes import chance_of_full, left_when_full, quantiles

if TYPE_CHECKING:
    from claudometer.domain.forecasting.learner import Learner
    from claudometer.domain.forecasting.windows import SeenWindow

LEAST_SHARE = 0.1
"""In the first tenth of a window nothing is shown: a single message would weigh as much as a habit."""

LEAST_SEEN = 0.5
"""Share of the window so far that must have been watched. The first reading of an app that has just started
says how much was used, but not when."""

LEAST_PERCENT = 2.0
"""Percentage points that must have been used. Percents are whole: at 1 %, one more doubles the rate."""

LIKELY_FULL = 0.7
"""From this chance on, the limit is forecast to become full. A false alarm costs more than a late one."""

LIKELY_LASTS = 0.4
"""Up to this chance of becoming full, it is forecast to last. In between, nothing is shown."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is likely to come of a window: it becomes full before its reset, or it lasts.

    Attributes:
        full_at: when it becomes full; ``None`` if it lasts.
        earliest, latest: four of five such limits become full between these times. ``latest`` may be the
            reset.
        percent_at_reset: if it lasts, its percent at the reset, never below the present one; else ``None``.
        low, high: four of five such limits end between these percents. 100 stands for a full limit.
    """

    full_at: float | None
    earliest: float | None
    latest: float | None
    percent_at_reset: float | None
    low: float
    high: float


def outlook(learner: Learner, window: SeenWindow, now: float) -> Outlook | None:
    """Return the forecast of a window to show, ``None`` if too little is known.

    Args:
        window: with its readings until ``now``.
    """
    length_s, used = window.end - window.start, window.percent
    is_early = now - window.began < LEAST_SHARE * length_s
    is_unseen = not window.times or now - window.times[0] < LEAST_SEEN * (now - window.began)
    if is_early or is_unseen or now >= window.end or not LEAST_PERCENT <= used < 100:
        return None
    distribution = learner.distribution(window, now)
    low, high = learner.likely_range(distribution)
    middle = quantiles(distribution, (0.5,))[0]
    chance = chance_of_full(distribution)
    if chance <= LIKELY_LASTS:
        # A limit that lasts never reads 100 %, but 99.4 % now is not 99 % later either.
        at_reset = max(used, min(middle, 99.0))
        return Outlook(None, None, None, at_reset, min(low, 100.0), min(high, 100.0))
    if chance < LIKELY_FULL:
        return None

    def time_of(outcome: float) -> float:
        # It is not full yet, and an outcome in which it lasts stands for the reset.
        left = left_when_full(outcome) or 0.0
        return max(now, window.end - left * length_s)

    return Outlook(time_of(middle), time_of(high), time_of(low), None, min(low, 100.0), 100.0)
