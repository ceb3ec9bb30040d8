"""Tests how many requests local sources save, in a simulated working day with Claude Code.

The day is simulated without a status line and with it, with the real policy, bucket and merging.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import pytest

from claudometer.domain.freshness import TRUST_FOR, shown_percent
from claudometer.domain.next_poll import Budget, Poll, Situation
from claudometer.domain.outcome import Fetched
from claudometer.domain.token_bucket import OAUTH_BUDGET, Bucket, full, take
from claudometer.domain.usage import (
    SESSION_WINDOW_S,
    AccountId,
    Limit,
    LimitKind,
    LocalLogin,
    LocalReading,
    Mode,
    Reading,
    Source,
    origin_of,
)
from claudometer.engine.schedule import LastAttempt, next_reset
from claudometer.providers.claude.local_coverage import coverage_of
from claudometer.providers.claude.merging import merge
from tests.clocks import FakeClock
from tests.readings import fable, reading, session, weekly

SLICE_S = 7
"""The poller checks whether a poll is due this often."""

DRAWN_S = 14
"""The status line gets new numbers this often while Claude Code works; a multiple of `SLICE_S`."""

MORNING = datetime.fromisoformat("2026-08-20T09:00:00+00:00")
HOURS = 8
WORK = ((0, 55), (70, 180), (240, 330), (345, 400), (420, 480))
"""When Claude Code works, in minutes since the morning. Between: coffee, lunch, a walk and a meeting."""

POINTS_A_MINUTE = {LimitKind.SESSION: 0.4, LimitKind.WEEKLY: 0.05, LimitKind.WEEKLY_MODEL: 0.08}


class Account:
    """The limits at the server. A session window begins with the first work after the last window ended."""

    def __init__(self) -> None:
        self.limits = {
            LimitKind.SESSION: session(0.0, None),
            LimitKind.WEEKLY: weekly(20.0, MORNING + timedelta(days=4)),
            LimitKind.WEEKLY_MODEL: fable(10.0, MORNING + timedelta(days=4)),
        }

    def work(self, now: datetime, seconds: float) -> None:
        known = self.limits[LimitKind.SESSION]
        if known.resets_at is None or known.resets_at <= now:
            resets_at = now + timedelta(seconds=SESSION_WINDOW_S)
            self.limits[LimitKind.SESSION] = replace(known, percent=0.0, resets_at=resets_at)
        for kind, limit in self.limits.items():
            used = (limit.percent or 0.0) + POINTS_A_MINUTE[kind] * seconds / 60
            self.limits[kind] = replace(limit, percent=round(used, 6))

    def answer(self, now: datetime) -> Reading:
        """Return the endpoint's reading, in whole percent."""
        return reading(*(_whole(limit, now) for limit in self.limits.values()), fetched_at=now)

    def line(self, now: datetime, *, whole: bool) -> LocalReading:
        """Return the status line's reading, which has only session and week."""
        limits = (self.limits[LimitKind.SESSION], self.limits[LimitKind.WEEKLY])
        return LocalReading(
            Source.STATUS_LINE, now, tuple(_whole(limit, now) for limit in limits) if whole else limits
        )


def _whole(limit: Limit, now: datetime) -> Limit:
    if limit.resets_at is not None and limit.resets_at <= now:
        return replace(limit, percent=0.0, resets_at=None)
    return replace(limit, percent=float(int((limit.percent or 0.0) + 0.5)))


@dataclass
class Day:
    """The result of a day.

    Attributes:
        requests: requests sent in each hour.
        session_age_s: average age of the session's number during work, in seconds.
        oldest_s: greatest age of any limit's number, in seconds.
        farthest: greatest difference between the shown and the real session, in percentage points.
    """

    requests: list[int]
    session_age_s: float
    oldest_s: float
    farthest: float


class Program:
    """The poller's loop without its waiting: the real policy, budget, merging and coverage."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.sent: list[datetime] = []
        self.answer: Reading | None = None
        self.local: list[LocalReading] = []
        self.login = LocalLogin(AccountId("account-1"))
        self.bucket: Bucket = full(OAUTH_BUDGET, clock.now())
        self.last_attempt: LastAttempt | None = None
        self.unchanged = 0

    def shown(self) -> Reading | None:
        return merge(self.answer, self.local, self.login, self.clock.now())

    def receive(self, line: LocalReading) -> None:
        """Take the status line's reading; unchanged limits keep the time when they were first seen."""
        if not self.local or self.local[0].limits != line.limits:
            self.local = [line]

    def poll_if_due(self, account: Account) -> None:
        now = self.clock.now()
        if self.last_attempt is None:
            self._request(account)
        coverage = coverage_of(self.answer, self.local, self.login, now)
        last = self.last_attempt
        plan = last.plan_again(self.shown(), coverage, self.clock) if last else None
        if isinstance(plan, Poll) and plan.at <= now:
            self._request(account)

    def _request(self, account: Account) -> None:
        now = self.clock.now()
        left = take(self.bucket, OAUTH_BUDGET, now)
        if left is None:
            return
        self.bucket, before = left, self.answer
        self.sent.append(now)
        self.answer = account.answer(now)
        is_same = before is not None and [limit.percent for limit in before.limits] == [
            limit.percent for limit in self.answer.limits
        ]
        self.unchanged = self.unchanged + 1 if is_same else 0
        situation = Situation(now, None, Fetched(self.answer), unchanged=self.unchanged)
        situation = replace(situation, next_reset=next_reset(self.answer, now))
        budget = Budget(self.bucket, OAUTH_BUDGET)
        boot_s = self.clock.boottime()
        self.last_attempt = LastAttempt(0, Mode.CLI, self.answer.key, boot_s, situation, budget)


class Line(StrEnum):
    """The numbers of the status line: no numbers, fractions of a percent, or whole percent."""

    NONE = "none"
    FINE = "fine"
    WHOLE = "whole"


def live(line: Line) -> Day:
    clock, account = FakeClock(MORNING), Account()
    program = Program(clock)
    ages, oldest, off = [], 0.0, 0.0
    for second in range(0, HOURS * 3600, SLICE_S):
        works = any(start * 60 <= second < end * 60 for start, end in WORK)
        if works:
            account.work(clock.now(), SLICE_S)
            if line is not Line.NONE and second % DRAWN_S == 0:
                program.receive(account.line(clock.now(), whole=line is Line.WHOLE))
        program.poll_if_due(account)
        shown = program.shown()
        assert shown is not None
        times = [(clock.now() - origin_of(limit, shown).fetched_at).total_seconds() for limit in shown.limits]
        oldest = max(oldest, *times)
        value, truth = shown_percent(shown.limits[0], clock.now()), account.limits[LimitKind.SESSION].percent
        if works and value is not None and truth is not None:
            ages.append(times[0])
            off = max(off, abs(value - truth))
        clock.advance(SLICE_S)
    hours = [int((at - MORNING).total_seconds() // 3600) for at in program.sent]
    return Day([hours.count(hour) for hour in range(HOURS)], sum(ages) / len(ages), oldest, off)


@pytest.fixture(scope="module")
def without() -> Day:
    return live(Line.NONE)


@pytest.fixture(scope="module", params=[Line.FINE, Line.WHOLE])
def with_line(request: pytest.FixtureRequest) -> Day:
    return live(request.param)


def test_a_working_day_without_a_status_line_costs_at_most_twelve_requests_an_hour(without: Day) -> None:
    assert 9 <= sum(without.requests) / HOURS <= 12
    assert max(without.requests) <= 14


def test_a_status_line_saves_two_fifths_of_the_requests(without: Day, with_line: Day) -> None:
    assert sum(with_line.requests) < 0.6 * sum(without.requests)
    assert sum(with_line.requests) / HOURS <= 8


def test_a_status_line_makes_the_numbers_younger_and_more_accurate(without: Day, with_line: Day) -> None:
    assert with_line.session_age_s < without.session_age_s
    assert with_line.farthest < without.farthest


def test_no_number_becomes_stale_with_a_status_line(with_line: Day) -> None:
    assert with_line.oldest_s < TRUST_FOR.total_seconds()
