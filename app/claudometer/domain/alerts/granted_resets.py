"""Finds a reset that keeps the promised time: the percent falls inside a window. Pure.

The reset ledger's rule (:mod:`claudometer.domain.resets`): a fall by half, which the next answer confirms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claudometer.domain.alerts.model import Fall
from claudometer.domain.plan import is_other_plan
from claudometer.domain.resets import LEAST_DROP, has_fallen_by_half, is_fallen_for_good

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.alerts.model import AccountLimit, Memory, ToldWindow


@dataclass(frozen=True, slots=True)
class Number:
    """A percent (0 and up), when it was answered (aware UTC), and plan and tier, ``None`` if unknown."""

    percent: float
    at: datetime
    plan: str | None


def after_number(window: ToldWindow, number: Number, now: datetime) -> ToldWindow:
    """Return the window instance after a fresh number: a new one if a reset is confirmed now.

    A new one has the same ``end``, and ``since`` is ``now``.
    """
    if window.fall is not None and window.fall.at != number.at:
        if is_fallen_for_good(window.fall.before, window.fall.after, number.percent):
            window = replace(window, told=0, was_close=False, has_told_forecast=False, since=now)
        window = replace(window, fall=None, doubted_at=None)
    # Of a window that an earlier version kept, at least what was told is known.
    before = window.told if window.percent is None else window.percent
    if has_fallen_by_half(before, number.percent):
        is_other = is_other_plan(window.plan, number.plan)
        window = replace(window, fall=Fall(number.at, before, number.percent, is_other))
    return replace(window, percent=_noted(window, number.percent), plan=number.plan or window.plan)


def _noted(window: ToldWindow, percent: float) -> float:
    """Return the percent to remember: in steps when it rises, because each is a write to the disk."""
    known = window.percent
    return percent if known is None or not known <= percent < known + LEAST_DROP else known


def begun(before: Memory, after: Memory) -> frozenset[AccountLimit]:
    """Return the limits of which a reset inside their window was confirmed between the two."""
    return frozenset(
        key
        for key, windows in after.windows.items()
        if windows[-1].since is not None
        and all(each.since != windows[-1].since for each in before.windows.get(key, ()))
    )
