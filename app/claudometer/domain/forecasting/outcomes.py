"""What may come of a window, on one scale, and how likely it is. Pure.

An outcome below 100 is the percent at the reset. From 100 on the limit is full before that: 100 plus the
share of the window, in percent, that is left then. 120 means that a session of 5 hours is full an hour before
its reset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Distribution = list[tuple[float, float]]
"""Outcomes with weights above 0, ascending."""

_TAILS = (0.0, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2)
"""Where a range that holds 0.8 of the weight may begin. For another share they are scaled."""


def outcome_of(used: float, grows: float, left: float) -> float:
    """Return the outcome of growing evenly.

    Args:
        used: percent now, below 100.
        grows: points until the reset, 0 or more.
        left: share of the window that is left, 0 to 1.
    """
    if used + grows < 100:
        return used + grows
    return 100 + 100 * left * (1 - (100 - used) / grows)


def left_when_full(outcome: float) -> float | None:
    """Return the share of the window that is left when the limit is full, ``None`` if it lasts."""
    return None if outcome < 100 else (outcome - 100) / 100


def quantiles(distribution: Distribution, shares: Sequence[float]) -> list[float]:
    """Return, for each share, the least outcome that has at least that share of the weight at or below it.

    The shares ascend, and the distribution is not empty.
    """
    total = sum(weight for _, weight in distribution)
    found: list[float] = []
    reached, place = 0.0, -1
    for share in shares:
        # The tolerance is for sums of weights, which add up to a hair less than their share.
        while place < len(distribution) - 1 and (place < 0 or reached < share * total - 1e-9):
            place += 1
            reached += distribution[place][1]
        found.append(distribution[place][0])
    return found


def shortest_range(distribution: Distribution, share: float) -> tuple[float, float]:
    """Return the shortest range of outcomes that holds a share of the weight, the lowest one of several.

    If the user has probably stopped, it begins with the present percent.
    """
    spare = 1 - share
    lows = quantiles(distribution, [tail * spare / 0.2 for tail in _TAILS])
    highs = quantiles(distribution, [tail * spare / 0.2 + share for tail in _TAILS])
    return min(zip(lows, highs, strict=True), key=lambda each: (each[1] - each[0], each[0]))


def chance_of_full(distribution: Distribution) -> float:
    """Return the share of the weight of outcomes in which the limit is full before its reset."""
    total = sum(weight for _, weight in distribution)
    return sum(weight for outcome, weight in distribution if outcome >= 100) / total
