"""When to ask next, planned after an attempt and again when free sources have news. Decides by the policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.budget import rebased
from claudometer.domain.policy import Paused, Poll, Situation, decide_next

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.policy import Budget, Coverage
    from claudometer.domain.usage import AccountKey, Mode, Reading

SAME_MOMENT = timedelta(seconds=2)
"""Two clocks are read one after the other: less than this is no difference."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What the last attempt left to plan on.

    Attributes:
        question: which of the poller's questions it answered.
        boot_s: when that was, by the clock that nobody sets.
        situation: as of then; ``None`` when the plan is the server's or the budget's word alone.
    """

    question: int
    mode: Mode
    account: AccountKey | None
    boot_s: float
    situation: Situation | None = None
    budget: Budget | None = None

    def plan_anew(
        self, shown: Reading | None, coverage: Coverage | None, clock: Clock
    ) -> Poll | Paused | None:
        """Plan with what free sources tell by now; ``None`` when that has no say.

        Resets count from the attempt on: one that has just passed is still to be asked about.
        """
        if self.situation is None:
            return None
        since = timedelta(seconds=clock.boottime() - self.boot_s)
        shift = clock.now() - since - self.situation.now
        if abs(shift) < SAME_MOMENT:
            shift = timedelta()
        then = self.situation.now + shift  # as the clock tells it now, which may have been set since
        situation = replace(self.situation, now=then, next_reset=next_reset(shown, then), coverage=coverage)
        return decide_next(situation, _shifted(self.budget, shift))


def is_same_plan(plan: Poll | Paused, shown: Poll | Paused | None) -> bool:
    """Tell whether a plan is the one that is shown already."""
    if not isinstance(plan, Poll) or not isinstance(shown, Poll):
        return plan == shown
    return plan.reason is shown.reason and abs(plan.at - shown.at) < SAME_MOMENT


def _shifted(budget: Budget | None, shift: timedelta) -> Budget | None:
    if budget is None or not shift:
        return budget
    return replace(budget, allowance=rebased(budget.allowance, budget.allowance.counted_at + shift))


def next_reset(reading: Reading | None, now: datetime) -> datetime | None:
    """Return the earliest reset that is still ahead."""
    resets = (limit.resets_at for limit in reading.limits) if reading else ()
    return min((at for at in resets if at is not None and at > now), default=None)


def in_words(plan: Poll | Paused) -> str:
    """Return the plan for the log."""
    if isinstance(plan, Paused):
        return f"paused: {plan.code.value}"
    return f"next at {plan.at:%H:%M:%S} UTC: {plan.reason.value}"
