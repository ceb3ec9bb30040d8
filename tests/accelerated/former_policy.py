"""When to poll next, as commit 83baf42 decided it: what the present policy is compared with."""

from __future__ import annotations

from datetime import timedelta

from claudometer.domain.next_poll import (
    AFTER_RESET_S,
    JITTER,
    RESERVE,
    Budget,
    Paused,
    Poll,
    Reason,
    Situation,
    decide_next,
)
from claudometer.domain.outcome import Fetched
from claudometer.domain.token_bucket import BucketRule, allowed_at

FORMER_BUDGET = BucketRule(capacity=8, refill_s=180)
FORMER_INTERVAL_S = 60.0
QUIET_INTERVAL_S = 300.0


def decide_as_before(situation: Situation, budget: Budget | None) -> Poll | Paused:
    """Decide when to poll next a source with a budget. Failures were planned as they are now."""
    if budget is None or not isinstance(situation.outcome, Fetched):
        return decide_next(situation, budget)
    now, next_reset = situation.now, situation.next_reset
    delay_s, reason = FORMER_INTERVAL_S, Reason.INTERVAL
    if situation.unchanged:
        slowed_s = FORMER_INTERVAL_S * 2 ** min(situation.unchanged, 10)
        delay_s, reason = min(QUIET_INTERVAL_S, slowed_s), Reason.QUIET
    coverage = situation.coverage
    if coverage is not None:
        covered_s = (QUIET_INTERVAL_S if coverage.jumped else 720.0) if coverage.incomplete else 1800.0
        delay_s, reason = (covered_s, Reason.COVERED) if covered_s > delay_s else (delay_s, reason)
    planned = Poll(now + timedelta(seconds=delay_s * (1 + JITTER * situation.jitter)), reason)
    earliest = allowed_at(budget.bucket, budget.rule, now, reserve=RESERVE)
    planned = Poll(earliest, Reason.BUDGET) if earliest > planned.at else planned
    if next_reset is None or next_reset + timedelta(seconds=AFTER_RESET_S) >= planned.at:
        return planned
    at = max(next_reset + timedelta(seconds=AFTER_RESET_S), allowed_at(budget.bucket, budget.rule, now))
    return Poll(at, Reason.RESET_DUE) if at < planned.at else planned
