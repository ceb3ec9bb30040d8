"""When to poll next: what the policy decides, and a timer that setting the clock cannot disturb.

The timekeeper notices that the computer slept or that its clock was set, and converts the plan to the new
time.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.clock import ClockReading, Lapse
from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import (
    FOUND_WITHOUT_REQUEST,
    Cause,
    Paused,
    Poll,
    Reason,
    Situation,
    decide_next,
)
from claudometer.domain.poll_intervals import NEAR_LIMIT_PERCENT
from claudometer.domain.snapshot import Problem
from claudometer.domain.token_bucket import MAX_BLOCK_S, shifted
from claudometer.domain.usage import LimitKind, Money, has_reset

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.next_poll import Budget, Coverage, Why
    from claudometer.domain.usage import AccountKey, Mode, Reading, Spend
    from claudometer.engine.bus import SnapshotStore

log = logging.getLogger(__name__)

Policy = Callable[[Situation, "Budget | None"], Poll | Paused]
"""Decides when to poll next: ``domain.next_poll.decide_next``, or another one that it is compared with."""

SAME_MOMENT = timedelta(seconds=2)
"""Two clocks are read one after the other, so a smaller difference means nothing."""

WAKE_DELAY_S = 3.0
"""After waking up, a computer needs a moment until its network is back."""

ONE_LAPSE_S = 60.0
"""The system's signal and our clocks report the same sleep, and a clock may be set several times in a row:
one poll is enough for all of it."""

STEADY_S = 2
"""A clock skew that moves by less has not changed."""

_WORDS = {Cause.WAKE: "the computer was asleep", Cause.CLOCK: "the clock was set"}


class PollSchedule:
    """Holds one planned poll, and polls that are wanted sooner: at once, or in some seconds.

    Its times are seconds of ``Clock.boottime()``.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = asyncio.Event()
        self._wanted: Cause | None = None
        self._delayed: tuple[float, Cause] | None = None
        self._planned: tuple[float, Reason] | None = None

    @property
    def is_delayed(self) -> bool:
        """Whether a poll in a few seconds takes the place of the planned one."""
        return self._delayed is not None

    def follow(self, plan: Poll | Paused) -> None:
        """Be due when the plan says, or after ``MAX_BLOCK_S`` if that is sooner."""
        self._planned = None
        at, reason = (plan.at, plan.reason) if isinstance(plan, Poll) else (plan.until, Reason.REFUSED)
        if at is not None:
            # The requester holds a request that is due too soon, so looking again earlier costs nothing.
            wait_s = min(float(MAX_BLOCK_S), (at - self._clock.now()).total_seconds())
            self._planned = (self._clock.boottime() + wait_s, reason)
        self._changed.set()

    def restated(self, plan: Poll) -> Poll:
        """Return the plan with the time that the clock, as it is set now, will show then."""
        if self._planned is None:
            return plan
        left_s = self._planned[0] - self._clock.boottime()
        return Poll(self._clock.now() + timedelta(seconds=left_s), plan.reason)

    def want(self, cause: Cause) -> None:
        """Be due now."""
        self._wanted = cause
        self._changed.set()

    def want_later(self, cause: Cause, delay_s: float) -> None:
        """Be due in ``delay_s`` seconds and not before."""
        self._delayed = (self._clock.boottime() + delay_s, cause)
        self._changed.set()

    def begin_poll(self) -> None:
        """Forget what was wanted: the poll that begins now does it."""
        self._wanted = self._delayed = None

    def due(self) -> Why | None:
        """Return why a poll is due now, ``None`` while it is not."""
        if self._wanted is not None:
            return self._wanted
        at_s, why = self._next()
        return why if at_s <= self._clock.boottime() else None

    async def wait(self, longest_s: float) -> None:
        """Wait until a poll may be due or the schedule has changed, at most ``longest_s`` seconds."""
        if self._wanted is None:
            left_s = self._next()[0] - self._clock.boottime()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(longest_s, left_s)):
                    await self._changed.wait()
        self._changed.clear()

    def _next(self) -> tuple[float, Why | None]:
        return self._delayed or self._planned or (math.inf, None)


class Timekeeper:
    """Compares the clocks regularly. Whatever happened to them, at most one poll a minute follows."""

    def __init__(self, clock: Clock, *, snapshots: SnapshotStore, schedule: PollSchedule) -> None:
        self._clock = clock
        self._snapshots = snapshots
        self._schedule = schedule
        self._seen = ClockReading.at(clock)
        self._lapsed_s = -math.inf

    def compare_clocks(self) -> None:
        """Compare the clocks with the last time, and react to a sleep or a clock that was set."""
        before, self._seen = self._seen, ClockReading.at(self._clock)
        lapse = self._seen.lapse_since(before)
        if self._show_skew() or lapse is not None:
            self._restate_plan()
        match lapse:
            case Lapse.SLEEP:
                self._react(Cause.WAKE)
            case Lapse.JUMP:
                self._react(Cause.CLOCK)
            case None:
                pass

    def woke(self) -> None:
        """React to the system's signal that it woke up."""
        self.compare_clocks()
        self._react(Cause.WAKE)

    def _react(self, cause: Cause) -> None:
        self._snapshots.announce()  # what is shown has aged, and its windows may have ended
        now_s = self._clock.boottime()
        if now_s - self._lapsed_s < ONE_LAPSE_S:
            return
        self._lapsed_s = now_s
        planned = self._snapshots.snapshot.next_poll
        # Polling is paused until the user acts, and a sleep is no act. What is found without a request may
        # have changed.
        if isinstance(planned, Paused) and planned.code not in FOUND_WITHOUT_REQUEST:
            return
        log.info("%s; polling in %.0f s", _WORDS[cause], WAKE_DELAY_S)
        self._schedule.want_later(cause, WAKE_DELAY_S)

    def _show_skew(self) -> bool:
        """Show how wrong the clock is, and return whether that has changed."""
        snapshot = self._snapshots.snapshot
        shown_s, skew_s = snapshot.clock_skew_s, round(self._clock.skew_s)
        # The skew of each answer differs by the time that it traveled, and each change is a line in the
        # log.
        has_changed = abs(skew_s - shown_s) >= STEADY_S or (not skew_s and bool(shown_s))
        if has_changed:
            shown_s = skew_s
            log.warning("this computer's clock is behind Claude's by %d s", skew_s)
        notice = Problem(ErrorCode.CLOCK_WRONG, facts=(("behind_s", str(shown_s)),))
        others = tuple(other for other in snapshot.notices if other.code is not ErrorCode.CLOCK_WRONG)
        self._snapshots.change(clock_skew_s=shown_s, notices=(*others, notice) if skew_s else others)
        return has_changed

    def _restate_plan(self) -> None:
        """Show the times ahead by the clock as it is now."""
        planned, problem = self._snapshots.snapshot.next_poll, self._snapshots.snapshot.problem
        if not isinstance(planned, Poll):
            return
        plan = self._schedule.restated(planned)
        # The message names the same moment as the plan and must not contradict it.
        if problem is not None and problem.until is not None:
            problem = replace(problem, until=plan.at)
        self._snapshots.change(next_poll=plan, problem=problem)


@dataclass(frozen=True, slots=True)
class LastAttempt:
    """What the last attempt left to plan with.

    Attributes:
        generation: which of the poller's generations it belongs to.
        boot_s: ``Clock.boottime()`` when it ended.
        situation: as of then; ``None`` when only the server or the budget decides when to poll next.
        policy: decides from it.
    """

    generation: int
    mode: Mode
    account: AccountKey | None
    boot_s: float
    situation: Situation | None = None
    budget: Budget | None = None
    policy: Policy = decide_next

    def plan_again(
        self, shown: Reading | None, coverage: Coverage | None, clock: Clock
    ) -> Poll | Paused | None:
        """Plan with what local sources report by now; ``None`` where they change nothing.

        The plan is made as of the attempt. As of now, a reset that has just passed would lead to no poll.
        """
        if self.situation is None:
            return None
        # Boottime counts the time asleep, and setting the clock does not change it.
        since = timedelta(seconds=clock.boottime() - self.boot_s)
        shift = clock.now() - since - self.situation.now
        if abs(shift) < SAME_MOMENT:
            shift = timedelta()
        then = self.situation.now + shift  # by the clock as it is now: it may have been set since
        situation = replace(
            self.situation,
            now=then,
            next_reset=next_reset(shown, then),
            coverage=coverage,
            near_limit=is_near_limit(shown, clock.now(), covered=coverage is not None),
        )
        return self.policy(situation, _shifted(self.budget, shift))


def is_same_plan(plan: Poll | Paused, shown: Poll | Paused | None) -> bool:
    """Return whether two plans are the same, small differences in time aside."""
    if not isinstance(plan, Poll) or not isinstance(shown, Poll):
        return plan == shown
    return plan.reason is shown.reason and abs(plan.at - shown.at) < SAME_MOMENT


def _shifted(budget: Budget | None, shift: timedelta) -> Budget | None:
    if budget is None or not shift:
        return budget
    return replace(budget, bucket=shifted(budget.bucket, budget.bucket.counted_at + shift))


def next_reset(reading: Reading | None, now: datetime) -> datetime | None:
    """Return the earliest reset after ``now``."""
    resets = (limit.resets_at for limit in reading.limits) if reading else ()
    return min((at for at in resets if at is not None and at > now), default=None)


def is_near_limit(reading: Reading | None, now: datetime, *, covered: bool) -> bool:
    """Return whether a limit or the extra usage is nearly used up, and not yet quite.

    Args:
        covered: local sources report session and week, so these two need no request.
    """
    if reading is None:
        return False
    reported = {LimitKind.SESSION, LimitKind.WEEKLY} if covered else set()
    percents = [
        limit.percent for limit in reading.limits if limit.kind not in reported and not has_reset(limit, now)
    ]
    percents.append(_percent_spent(reading.spend))
    # At 100 % nothing moves until the reset, which has a poll of its own.
    return any(percent is not None and NEAR_LIMIT_PERCENT <= percent < 100 for percent in percents)


def _percent_spent(spend: Spend | None) -> float | None:
    if spend is None or spend.used is None or not isinstance(spend.cap, Money) or spend.cap.minor <= 0:
        return None
    return 100 * spend.used.minor / spend.cap.minor


def in_words(plan: Poll | Paused) -> str:
    """Return the plan as the log shows it."""
    if isinstance(plan, Paused):
        return f"paused: {plan.code.value}"
    return f"next at {plan.at:%H:%M:%S} UTC: {plan.reason.value}"
