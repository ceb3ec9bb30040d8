"""The poller: one task that requests numbers, decides when to do so again, and waits until then."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.next_poll import Cause, Paused, Poll, Reason, Situation
from claudometer.domain.outcome import (
    Challenged,
    Fetched,
    MissingCredentials,
    RateLimited,
    Status,
    status_of,
)
from claudometer.domain.snapshot import problem_of
from claudometer.domain.usage import Source
from claudometer.engine.requester import AccountGuard
from claudometer.engine.schedule import (
    LastAttempt,
    PollSchedule,
    Timekeeper,
    in_words,
    is_near_limit,
    is_same_plan,
    next_reset,
)

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.next_poll import Why
    from claudometer.domain.outcome import Outcome
    from claudometer.domain.usage import Reading
    from claudometer.engine.bus import SnapshotStore
    from claudometer.engine.dependencies import WatchedFiles
    from claudometer.engine.kept_readings import ReadingMerger
    from claudometer.engine.notices import LimitHits
    from claudometer.engine.requester import Attempt, Requester
    from claudometer.engine.schedule import Policy
    from claudometer.engine.source_selector import Selected, SourceSelector

log = logging.getLogger(__name__)

RETRY_AFTER_FAULT_S = 300
"""A poll that failed by a fault of ours may have sent its request: no server gets another one sooner."""


@dataclass(slots=True)
class _Streak:
    """Failed attempts in a row, and answers in a row with the same numbers: the policy waits longer then."""

    failures: int = 0
    unchanged: int = 0


class Poller:
    """Polls when it is due, with at most one request under way. A click meanwhile shares its result.

    Args:
        files: says whether credentials and local sources need to be checked at all.
        check_every_s: how often credentials, local sources and clocks are checked, in seconds.
        policy: decides when to poll next.
    """

    def __init__(  # noqa: PLR0913 - named by their words, and built in one place
        self,
        selector: SourceSelector,
        requester: Requester,
        merger: ReadingMerger,
        *,
        snapshots: SnapshotStore,
        clock: Clock,
        files: WatchedFiles,
        check_every_s: float,
        hits: LimitHits,
        policy: Policy,
    ) -> None:
        self._selector = selector
        self._requester = requester
        self._merger = merger
        self._snapshots = snapshots
        self._clock = clock
        self._files = files
        self._check_every_s = check_every_s
        self._hits = hits
        self._policy = policy
        self._guard = AccountGuard(selector, merger, snapshots)
        self._streak = _Streak()
        self._schedule = PollSchedule(clock)
        self._timekeeper = Timekeeper(clock, snapshots=snapshots, schedule=self._schedule)
        self._finished = asyncio.Condition()
        self._is_polling = False
        # Counts the changes of what is wanted. A request under way belongs to the one at its start; if that
        # has passed, its result is dropped.
        self._generation = 0
        self._last: LastAttempt | None = None
        self._is_first = True

    async def run(self) -> None:
        """Poll until canceled. Raises for a fault; called again after one, it goes on with the plan."""
        while True:
            why: Why = Cause.START if self._is_first else await self._sleep()
            self._is_first = False
            self._schedule.begin_poll()
            await self._poll(why)

    def start_over(self) -> None:
        """Poll now, and drop the result of a request under way: it is not what is wanted any more."""
        self._generation += 1
        self._schedule.want(Cause.SAVING)

    def woke(self) -> None:
        """Refresh what is shown, and poll once as soon as the network may be back."""
        self._timekeeper.woke()

    async def poll_and_wait(self, timeout_s: float) -> None:
        """Poll now, or join the poll under way, and return at its end.

        Raises:
            TimeoutError: it took longer than ``timeout_s`` seconds.
        """
        async with asyncio.timeout(timeout_s), self._finished:
            if not self._is_polling:
                self._schedule.want(Cause.CLICK)
            await self._finished.wait()

    async def accept(self, attempt: Attempt) -> None:
        """Show an attempt that a save has made, in place of one that may be under way."""
        self._generation += 1
        generation = self._generation
        await self._guard.note_credentials()
        await self._settle(self._selector.current(), attempt, generation)

    async def _poll(self, why: Why) -> None:
        self._is_polling = True
        try:
            await self.poll_once(why)
        except BaseException:  # also a canceled poll may have sent its request
            self._plan_after_fault()
            raise
        finally:
            self._is_polling = False
            async with self._finished:
                self._finished.notify_all()

    def _plan_after_fault(self) -> None:
        plan = Poll(self._clock.now() + timedelta(seconds=RETRY_AFTER_FAULT_S), Reason.RETRY)
        self._schedule.follow(plan)
        self._snapshots.change(refreshing=False, next_poll=plan)

    async def poll_once(self, why: Why) -> None:
        """Request numbers once and show the result. Raises for a fault."""
        generation, self._last = self._generation, None
        self._snapshots.change(refreshing=True)
        for cause in (why, Cause.CREDENTIALS):  # the second time for an account that changed meanwhile
            selected = await self._guard.begin()
            request = self._requester.request(selected.source, cause)
            attempt = await self._guard.attend(request, selected, every_s=self._check_every_s)
            if generation != self._generation:  # a save or a removed key: nobody wants this result
                break
            if attempt is not None:
                await self._settle(selected, attempt, generation)
                break
        else:  # the account changed twice: the overdue plan, or the next check of the credentials, polls
            self._snapshots.change(refreshing=False)
        await self._hits.check()
        self._timekeeper.compare_clocks()

    async def _settle(self, selected: Selected, attempt: Attempt, generation: int) -> None:
        if isinstance(attempt.outcome, Fetched):
            answer, before = (
                attempt.outcome.reading,
                self._merger.answers.last(selected.mode, attempt.account),
            )
            self._streak.unchanged = self._streak.unchanged + 1 if _is_unchanged(before, answer) else 0
            await self._merger.answers.keep(answer)
        await self._merger.answers.finish_forgetting()  # the disk may have room by now
        await self._merger.read_local()
        if generation == self._generation:  # it may have changed while the disk was written
            self._show(selected, attempt)

    def _show(self, selected: Selected, attempt: Attempt) -> None:
        reading = self._merger.shown(selected.mode, attempt.account)
        next_poll = self._decide(selected, attempt, reading)
        self._schedule.follow(next_poll)
        until = next_poll.at if isinstance(next_poll, Poll) else None
        snapshot = self._snapshots.snapshot
        status, problem, organizations = snapshot.status, snapshot.problem, snapshot.organizations
        if attempt.outcome is not None and not _is_only_resting(attempt.outcome, reading):
            status, problem = status_of(attempt.outcome), problem_of(attempt.outcome, until)
        elif status is Status.STARTING and reading is not None:
            status = Status.OK
        if attempt.outcome is not None:
            # Any other failure may have come before they were listed.
            is_list = isinstance(attempt.outcome, Fetched | MissingCredentials)
            organizations = attempt.outcome.organizations or (() if is_list else organizations)
        log.info("poll: %s; %s", status.value, in_words(next_poll))
        self._snapshots.change(
            account=attempt.account or (reading.key if reading else None),
            mode=selected.mode,
            status=status,
            reading=reading,
            problem=problem,
            next_poll=next_poll,
            organizations=organizations,
            refreshing=False,
        )

    def _decide(self, selected: Selected, attempt: Attempt, reading: Reading | None) -> Poll | Paused:
        last = LastAttempt(
            self._generation, selected.mode, attempt.account, self._clock.boottime(), policy=self._policy
        )
        self._last = last
        if attempt.refused_until is not None:
            reason = Reason.RATE_LIMITED if isinstance(attempt.outcome, RateLimited) else Reason.BUDGET
            return Poll(attempt.refused_until, reason)
        outcome = attempt.outcome
        if outcome is None:
            raise AssertionError("an attempt that was not refused has an outcome")
        self._streak.failures = 0 if isinstance(outcome, Fetched) else self._streak.failures + 1
        coverage = self._merger.coverage(selected.mode, attempt.account)
        situation = Situation(
            now=self._clock.now(),
            interval_s=selected.interval_s,
            outcome=outcome,
            unchanged=self._streak.unchanged,
            failures=self._streak.failures,
            next_reset=next_reset(reading, self._clock.now()),
            jitter=random.uniform(-1, 1),  # noqa: S311 - spreads requests, guards nothing
            coverage=coverage,
            near_limit=is_near_limit(reading, self._clock.now(), covered=coverage is not None),
        )
        if isinstance(outcome, Fetched):
            self._last = replace(last, situation=situation, budget=attempt.budget)
        return _until(self._policy(situation, attempt.budget), attempt.held_until)

    async def _sleep(self) -> Why:
        """Sleep until the next poll is due or wanted, and return why it is."""
        while True:
            await self._schedule.wait(self._check_every_s)
            self._timekeeper.compare_clocks()
            why = self._schedule.due()
            if why is not None:
                return why
            have_changed = await self._files.may_have_changed()
            # Before a poll that is a few seconds away: that one reads all of them.
            is_news = have_changed and not self._schedule.is_delayed
            if is_news and await self._guard.have_credentials_changed():
                log.info("the credentials have changed; polling now")
                return Cause.CREDENTIALS
            if have_changed and await self._merger.has_news():
                await self._merger.read_local()
            self._plan_again()
            if await self._hits.check(may_have_changed=have_changed) and not self._schedule.is_delayed:
                log.info("Claude Code has hit a limit; polling now")
                return Cause.LIMIT_HIT

    def _plan_again(self) -> None:
        """Show what local sources report meanwhile, and poll sooner or later because of it."""
        last = self._last
        if last is None or last.generation != self._generation:
            return
        reading = self._merger.shown(last.mode, last.account)
        coverage = self._merger.coverage(last.mode, last.account)
        shown = self._snapshots.snapshot.next_poll
        plan = last.plan_again(reading, coverage, self._clock)
        if plan is not None and not is_same_plan(plan, shown):
            log.info("local sources: %s", in_words(plan))
            self._schedule.follow(plan)
            shown = plan
        self._snapshots.change(reading=reading, next_poll=shown)


def _until(plan: Poll | Paused, held_until: datetime | None) -> Poll | Paused:
    """Return the plan, with ``held_until`` as the next request's time after a lasting refusal."""
    if held_until is None:
        return plan
    return replace(plan, until=held_until) if isinstance(plan, Paused) else Poll(held_until, plan.reason)


def _is_only_resting(outcome: Outcome, reading: Reading | None) -> bool:
    """Return whether nothing is wrong but the pause of the browser that fetched the numbers shown."""
    is_resting = isinstance(outcome, Challenged) and outcome.until is not None
    return is_resting and reading is not None and reading.source is Source.BROWSER


def _is_unchanged(before: Reading | None, after: Reading) -> bool:
    """Return whether two readings hold the same numbers. Reset times do not count: they jitter."""
    return before is not None and _numbers_in(before) == _numbers_in(after)


def _numbers_in(reading: Reading) -> object:
    return [(limit.id, limit.percent) for limit in reading.limits], reading.spend, reading.credits
