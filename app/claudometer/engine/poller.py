"""The poller: one task that asks, decides when to ask again, and sleeps until then or until woken."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import (
    Challenged,
    Fetched,
    MissingCredentials,
    RateLimited,
    Status,
    status_of,
)
from claudometer.domain.policy import Cause, Paused, Poll, Reason, Situation, decide_next
from claudometer.domain.snapshot import Problem, problem_of
from claudometer.domain.usage import Source

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.outcome import Outcome
    from claudometer.domain.policy import Why
    from claudometer.domain.usage import Reading
    from claudometer.engine.asking import Asked, Asker
    from claudometer.engine.board import Board
    from claudometer.engine.recollection import Recollection
    from claudometer.engine.targets import Target, Targets

log = logging.getLogger(__name__)

SLICE_S = 7.0
"""Longest sleep at a stretch: the credentials are looked at and the wall clock is compared this often."""

AFTER_CRASH_S = 300


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
        recollection: Recollection,
        *,
        board: Board,
        clock: Clock,
    ) -> None:
        self._targets = targets
        self._asker = asker
        self._recollection = recollection
        self._board = board
        self._clock = clock
        self._streak = _Streak()
        self._woken = asyncio.Event()
        self._woken_by = Cause.START
        self._finished = asyncio.Condition()
        self._stamp: Hashable = None
        self._busy = False
        self._question = 0
        self._due_s = 0.0

    async def run(self) -> None:
        """Poll until cancelled."""
        why: Why = Cause.START
        while True:
            self._woken.clear()
            await self._tick(why)
            why = await self._sleep()

    def ask_anew(self) -> None:
        """Ask now, for what is wanted from now on: an answer still under way was to another question."""
        self._question += 1
        self._wake(Cause.SAVING)

    async def wake_and_wait(self, timeout_s: float) -> None:
        """Ask now and return when the answer is in.

        Raises:
            TimeoutError: no answer within ``timeout_s`` seconds.
        """
        async with asyncio.timeout(timeout_s), self._finished:
            if not self._busy:
                self._wake(Cause.CLICK)
            await self._finished.wait()

    async def accept(self, asked: Asked) -> None:
        """Take an answer that was got elsewhere, in place of one that may be under way."""
        self._question += 1
        question = self._question
        self._stamp = await self._targets.stamp()
        await self._settle(self._targets.current(), asked, question)

    def _wake(self, cause: Cause) -> None:
        self._woken_by = cause
        self._woken.set()

    async def _tick(self, why: Why) -> None:
        self._busy = True
        try:
            await self.poll_once(why)
        except Exception:  # barrier
            log.exception("a poll failed unexpectedly")
            at = self._clock.now() + timedelta(seconds=AFTER_CRASH_S)
            problem, plan = Problem(ErrorCode.INTERNAL), Poll(at, Reason.RETRY)
            self._note_due(plan)
            self._board.change(refreshing=False, problem=problem, next_poll=plan)
        finally:
            self._busy = False
            async with self._finished:
                self._finished.notify_all()

    async def poll_once(self, why: Why) -> None:
        """Ask the present target once and show what came of it."""
        question = self._question
        self._board.change(refreshing=True)
        self._stamp = await self._targets.stamp()
        target = await self._targets.choose()
        asked = await self._asker.ask(target.mode, target.source, why)
        if question == self._question:
            await self._settle(target, asked, question)

    async def _settle(self, target: Target, asked: Asked, question: int) -> None:
        reading = self._recollection.last(target.mode, asked.account)
        if isinstance(asked.outcome, Fetched):
            self._streak.unchanged = (
                self._streak.unchanged + 1 if _same(reading, asked.outcome.reading) else 0
            )
            reading = asked.outcome.reading
            await self._recollection.keep(reading)
        if question == self._question:
            self._show(target, asked, reading)

    def _show(self, target: Target, asked: Asked, reading: Reading | None) -> None:
        next_poll = self._decide(target, asked, reading)
        self._note_due(next_poll)
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
        log.info("poll: %s; %s", status.value, _plan(next_poll))
        self._board.change(
            mode=target.mode,
            status=status,
            reading=reading,
            problem=problem,
            next_poll=next_poll,
            organizations=organizations,
            refreshing=False,
        )

    def _decide(self, target: Target, asked: Asked, reading: Reading | None) -> Poll | Paused:
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
            next_reset=_next_reset(reading, self._clock.now()),
            jitter=random.uniform(-1, 1),  # noqa: S311 - spreads requests, guards nothing
        )
        return decide_next(situation, asked.budget)

    async def _sleep(self) -> Why:
        """Sleep until the next poll is due or wanted, and say why it is."""
        while not self._woken.is_set() and not self._is_due():
            remaining_s = self._remaining_s()
            try:
                async with asyncio.timeout(min(self.slice_s, remaining_s)):
                    await self._woken.wait()
            except TimeoutError:
                if await self._credentials_changed():
                    log.info("the credentials changed; asking now")
                    return Cause.CREDENTIALS
        return self._woken_by if self._woken.is_set() else self._planned_reason()

    def _planned_reason(self) -> Reason:
        planned = self._board.snapshot.next_poll
        return planned.reason if isinstance(planned, Poll) else Reason.RETRY

    def _is_due(self) -> bool:
        return self._remaining_s() <= 0

    def _note_due(self, plan: Poll | Paused) -> None:
        if isinstance(plan, Poll):
            self._due_s = self._clock.monotonic() + (plan.at - self._clock.now()).total_seconds()

    def _remaining_s(self) -> float:
        """Whichever clock says it is time is right: one may be set back, the other stand still in sleep."""
        next_poll = self._board.snapshot.next_poll
        if not isinstance(next_poll, Poll):
            return self.slice_s
        by_wall_s = (next_poll.at - self._clock.now()).total_seconds()
        return min(by_wall_s, self._due_s - self._clock.monotonic())

    async def _credentials_changed(self) -> bool:
        return await self._targets.stamp() != self._stamp


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


def _next_reset(reading: Reading | None, now: datetime) -> datetime | None:
    if reading is None:
        return None
    return min(
        (limit.resets_at for limit in reading.limits if limit.resets_at and limit.resets_at > now),
        default=None,
    )


def _plan(next_poll: Poll | Paused) -> str:
    if isinstance(next_poll, Paused):
        return f"paused: {next_poll.code.value}"
    return f"next at {next_poll.at:%H:%M:%S} UTC: {next_poll.reason.value}"
