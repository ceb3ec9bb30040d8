"""The poller: one task that asks, decides when to ask again, and waits until then or until it is wanted."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.outcome import (
    Challenged,
    Fetched,
    MissingCredentials,
    RateLimited,
    Status,
    status_of,
)
from claudometer.domain.policy import Cause, Paused, Poll, Reason, Situation, decide_next
from claudometer.domain.snapshot import problem_of
from claudometer.domain.usage import Source
from claudometer.engine.alarm import Alarm
from claudometer.engine.plans import Settled, in_words, is_same_plan, next_reset
from claudometer.engine.timekeeping import Timekeeper
from claudometer.engine.watch import Watch

if TYPE_CHECKING:
    from claudometer.domain.clock import Clock
    from claudometer.domain.outcome import Outcome
    from claudometer.domain.policy import Why
    from claudometer.domain.usage import Reading
    from claudometer.engine.asking import Asked, Asker
    from claudometer.engine.board import Board
    from claudometer.engine.numbers import Numbers
    from claudometer.engine.targets import Target, Targets

log = logging.getLogger(__name__)

SLICE_S = 7.0
"""Longest sleep at a stretch: the credentials are looked at and the clocks are compared this often."""

RETRY_AFTER_FAULT_S = 300
"""A poll that failed by a fault of ours may have sent its request: no server is asked again sooner."""


@dataclass(slots=True)
class _Streak:
    """What repeated: the policy slows down on it."""

    failures: int = 0
    unchanged: int = 0


class Poller:
    """Asks in time. Single flight: whoever wants numbers during a request gets that request's answer."""

    slice_s = SLICE_S

    def __init__(
        self,
        targets: Targets,
        asker: Asker,
        numbers: Numbers,
        *,
        board: Board,
        clock: Clock,
    ) -> None:
        self._targets = targets
        self._asker = asker
        self._numbers = numbers
        self._board = board
        self._clock = clock
        self._watch = Watch(targets, numbers, board)
        self._streak = _Streak()
        self._alarm = Alarm(clock)
        self._timekeeper = Timekeeper(clock, board=board, alarm=self._alarm)
        self._finished = asyncio.Condition()
        self._busy = False
        self._question = 0
        self._settled: Settled | None = None
        self._is_first = True

    async def run(self) -> None:
        """Poll until cancelled. Raises for a fault; called again after one, it goes on with the plan."""
        while True:
            why: Why = Cause.START if self._is_first else await self._sleep()
            self._is_first = False
            self._alarm.answer()
            await self._tick(why)

    def ask_anew(self) -> None:
        """Ask now, for what is wanted from now on: an answer still under way was to another question."""
        self._question += 1
        self._alarm.ring(Cause.SAVING)

    def woke(self) -> None:
        """Show everything anew, and ask once as soon as the network may be there."""
        self._timekeeper.woke()

    async def wake_and_wait(self, timeout_s: float) -> None:
        """Ask now and return when the answer is in.

        Raises:
            TimeoutError: no answer within ``timeout_s`` seconds.
        """
        async with asyncio.timeout(timeout_s), self._finished:
            if not self._busy:
                self._alarm.ring(Cause.CLICK)
            await self._finished.wait()

    async def accept(self, asked: Asked) -> None:
        """Take an answer that was got elsewhere, in place of one that may be under way."""
        self._question += 1
        question = self._question
        await self._watch.look()
        await self._settle(self._targets.current(), asked, question)

    async def _tick(self, why: Why) -> None:
        self._busy = True
        try:
            await self.poll_once(why)
        except BaseException:
            self._plan_after_fault()
            raise
        finally:
            self._busy = False
            async with self._finished:
                self._finished.notify_all()

    def _plan_after_fault(self) -> None:
        plan = Poll(self._clock.now() + timedelta(seconds=RETRY_AFTER_FAULT_S), Reason.RETRY)
        self._alarm.follow(plan)
        self._board.change(refreshing=False, next_poll=plan)

    async def poll_once(self, why: Why) -> None:
        """Ask the present target once and show what came of it."""
        question, self._settled = self._question, None
        self._board.change(refreshing=True)
        for cause in (why, Cause.CREDENTIALS):
            target = await self._watch.begin()
            asking = self._asker.ask(target.source, cause)
            asked = await self._watch.attend(asking, target, every_s=self.slice_s)
            if question != self._question:
                break
            if asked is not None:
                await self._settle(target, asked, question)
                break
        else:
            self._board.change(refreshing=False)
        self._timekeeper.look()

    async def _settle(self, target: Target, asked: Asked, question: int) -> None:
        if isinstance(asked.outcome, Fetched):
            answer, before = asked.outcome.reading, self._numbers.last(target.mode, asked.account)
            self._streak.unchanged = self._streak.unchanged + 1 if _same(before, answer) else 0
            await self._numbers.keep(answer)
        await self._numbers.look()
        if question == self._question:
            self._show(target, asked)

    def _show(self, target: Target, asked: Asked) -> None:
        reading = self._numbers.shown(target.mode, asked.account)
        next_poll = self._decide(target, asked, reading)
        self._alarm.follow(next_poll)
        until = next_poll.at if isinstance(next_poll, Poll) else None
        status, problem = self._board.snapshot.status, self._board.snapshot.problem
        if asked.outcome is not None and not _only_rests(asked.outcome, reading):
            status, problem = status_of(asked.outcome), problem_of(asked.outcome, until)
        elif status is Status.STARTING and reading is not None:
            status = Status.OK
        organizations = (
            asked.outcome.organizations
            if isinstance(asked.outcome, Fetched | MissingCredentials)
            else self._board.snapshot.organizations
        )
        log.info("poll: %s; %s", status.value, in_words(next_poll))
        self._board.change(
            account=asked.account or (reading.key if reading else None),
            mode=target.mode,
            status=status,
            reading=reading,
            problem=problem,
            next_poll=next_poll,
            organizations=organizations,
            refreshing=False,
        )

    def _decide(self, target: Target, asked: Asked, reading: Reading | None) -> Poll | Paused:
        self._settled = Settled(self._question, target.mode, asked.account, self._clock.boottime())
        if asked.refused_until is not None:
            reason = Reason.RATE_LIMITED if isinstance(asked.outcome, RateLimited) else Reason.BUDGET
            return Poll(asked.refused_until, reason)
        outcome = asked.outcome
        if outcome is None:
            raise AssertionError("an attempt that was not refused has an outcome")
        self._streak.failures = 0 if isinstance(outcome, Fetched) else self._streak.failures + 1
        situation = Situation(
            now=self._clock.now(),
            interval_s=target.interval_s,
            outcome=outcome,
            unchanged=self._streak.unchanged,
            failures=self._streak.failures,
            next_reset=next_reset(reading, self._clock.now()),
            jitter=random.uniform(-1, 1),  # noqa: S311 - spreads requests, guards nothing
            coverage=self._numbers.coverage(target.mode, asked.account),
        )
        if isinstance(outcome, Fetched):
            self._settled = replace(self._settled, situation=situation, budget=asked.budget)
        return decide_next(situation, asked.budget)

    async def _sleep(self) -> Why:
        """Sleep until the next poll is due or wanted, and say why it is."""
        while True:
            await self._alarm.wait(self.slice_s)
            self._timekeeper.look()
            why = self._alarm.due()
            if why is not None:
                return why
            if not self._alarm.is_owing and await self._watch.changed():
                log.info("the credentials changed; asking now")
                return Cause.CREDENTIALS
            await self._follow()

    async def _follow(self) -> None:
        """Show what free sources tell meanwhile, and ask sooner or later for it."""
        if await self._numbers.has_news():
            await self._numbers.look()
        settled = self._settled
        if settled is None or settled.question != self._question:
            return
        reading = self._numbers.shown(settled.mode, settled.account)
        coverage = self._numbers.coverage(settled.mode, settled.account)
        shown = self._board.snapshot.next_poll
        plan = settled.plan_anew(reading, coverage, self._clock)
        if plan is not None and not is_same_plan(plan, shown):
            log.info("free sources: %s", in_words(plan))
            self._alarm.follow(plan)
            shown = plan
        self._board.change(reading=reading, next_poll=shown)


def _only_rests(outcome: Outcome, reading: Reading | None) -> bool:
    """Tell whether all that is wrong is that the browser, which brought the numbers shown, has its pause."""
    resting = isinstance(outcome, Challenged) and outcome.until is not None
    return resting and reading is not None and reading.source is Source.BROWSER


def _same(before: Reading | None, after: Reading) -> bool:
    """Tell whether two readings hold the same numbers; reset times jitter and do not count."""
    if before is None:
        return False
    return _numbers(before) == _numbers(after)


def _numbers(reading: Reading) -> object:
    return [(limit.id, limit.percent) for limit in reading.limits], reading.spend
