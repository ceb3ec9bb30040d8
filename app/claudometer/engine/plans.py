"""When to ask next, planned after an attempt and again when free sources have news. Decides by the policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claudometer.domain.policy import Paused, Poll, Situation, decide_next

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.coverage import Coverage
    from claudometer.domain.policy import Budget
    from claudometer.domain.usage import AccountId, Mode, Reading


@dataclass(frozen=True, slots=True)
class Settled:
    """What the last attempt left to plan on.

    Attributes:
        question: which of the poller's questions it answered.
        situation: as of then; ``None`` when the plan is the server's or the budget's word alone.
    """

    question: int
    mode: Mode
    account: AccountId | None
    situation: Situation | None = None
    budget: Budget | None = None

    def plan_anew(self, shown: Reading | None, coverage: Coverage | None) -> Poll | Paused | None:
        """Plan with what free sources tell by now; ``None`` when that has no say.

        Resets count from the attempt on: one that has just passed is still to be asked about.
        """
        if self.situation is None:
            return None
        at = next_reset(shown, self.situation.now)
        return decide_next(replace(self.situation, next_reset=at, coverage=coverage), self.budget)


def next_reset(reading: Reading | None, now: datetime) -> datetime | None:
    """Return the earliest reset that is still ahead."""
    resets = (limit.resets_at for limit in reading.limits) if reading else ()
    return min((at for at in resets if at is not None and at > now), default=None)


def in_words(plan: Poll | Paused) -> str:
    """Return the plan for the log."""
    if isinstance(plan, Paused):
        return f"paused: {plan.code.value}"
    return f"next at {plan.at:%H:%M:%S} UTC: {plan.reason.value}"
