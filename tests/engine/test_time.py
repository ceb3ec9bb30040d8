"""Tests suspend and clock changes: each leads to a single request, and the shown times stay correct."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.clock import CorrectedClock, ServerTime
from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import SnapshotChanged
from claudometer.domain.next_poll import Cause, Paused, Poll, Reason
from claudometer.domain.outcome import Fetched, Offline, RateLimited, Status, Unauthorized
from claudometer.domain.token_bucket import MAX_BLOCK_S, OAUTH_BUDGET
from tests.clocks import NOON
from tests.readings import reading
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench

HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)
NIGHT_S = 8 * 3600.0


@pytest.fixture(autouse=True)
def _frequent_checks(bench: Bench) -> None:
    bench.check_every_s = 0.005


@asynccontextmanager
async def polling(bench: Bench) -> AsyncIterator[Engine]:
    """Run an engine, and start the block after its first outcome."""
    engine = bench.engine()
    task = asyncio.create_task(engine.run())
    await until(lambda: engine.snapshot.status is not Status.STARTING and not engine.snapshot.refreshing)
    try:
        yield engine
    finally:
        task.cancel()
        await asyncio.wait({task})


def play(bench: Bench, scenario: Callable[[Engine], Awaitable[None]]) -> None:
    async def run() -> None:
        async with polling(bench) as engine:
            await scenario(engine)

    asyncio.run(run())


def planned_s(bench: Bench, engine: Engine) -> float:
    plan = engine.snapshot.next_poll
    assert isinstance(plan, Poll)
    return (plan.at - bench.clock.now()).total_seconds()


# Suspend.


def test_a_single_request_is_sent_three_seconds_after_waking(bench: Bench) -> None:
    async def scenario(engine: Engine) -> None:
        bench.clock.sleep(NIGHT_S)
        await bench.until_checked()
        assert bench.cli.requests == 1
        bench.clock.advance(2.9)
        await bench.until_checked()
        assert bench.cli.requests == 1
        bench.clock.advance(0.2)
        await until(lambda: bench.cli.requests == 2 and not engine.snapshot.refreshing)
        bench.clock.advance(20)
        await bench.until_checked()
        assert bench.cli.requests == 2

    play(bench, scenario)
    assert bench.cli.reasons == [Cause.START, Cause.WAKE]


def test_the_numbers_are_published_again_on_waking_before_the_request(bench: Bench) -> None:
    async def scenario(engine: Engine) -> None:
        events: list[SnapshotChanged] = []
        bench.bus.subscribe(SnapshotChanged, events.append)
        bench.clock.sleep(NIGHT_S)
        await until(lambda: bool(events))
        assert events[0].snapshot.reading == reading()
        assert bench.cli.requests == 1

    play(bench, scenario)


def test_a_suspend_of_a_few_seconds_causes_no_request(bench: Bench) -> None:
    async def scenario(_engine: Engine) -> None:
        bench.clock.sleep(9)
        await bench.until_checked()
        bench.clock.advance(4)
        await bench.until_checked()
        assert bench.cli.requests == 1

    play(bench, scenario)


@pytest.mark.parametrize("order", ["signal first", "clocks first", "signal twice"])
def test_the_systems_wake_signal_and_the_clocks_lead_to_a_single_request(bench: Bench, order: str) -> None:
    async def scenario(engine: Engine) -> None:
        bench.clock.sleep(NIGHT_S)
        if order == "clocks first":
            await bench.until_checked()
        engine.woke()
        if order == "signal twice":
            engine.woke()
        for _ in range(8):
            bench.clock.advance(3)
            await bench.until_checked()
            engine.woke()
        assert bench.cli.requests == 2

    play(bench, scenario)
    assert bench.cli.reasons[1:] == [Cause.WAKE]


def test_the_wake_signal_alone_leads_to_a_request(bench: Bench) -> None:
    async def scenario(engine: Engine) -> None:
        engine.woke()
        bench.clock.advance(3)
        await until(lambda: bench.cli.requests == 2)

    play(bench, scenario)
    assert bench.cli.reasons[1:] == [Cause.WAKE]


def test_each_suspend_is_followed_by_a_request(bench: Bench) -> None:
    async def scenario(engine: Engine) -> None:
        for night in range(3):
            bench.clock.sleep(NIGHT_S)
            await bench.until_checked()
            bench.clock.advance(3)
            await until(lambda n=night: bench.cli.requests == n + 2 and not engine.snapshot.refreshing)  # type: ignore[misc]

    play(bench, scenario)
    assert bench.cli.reasons[1:] == [Cause.WAKE] * 3


def test_a_suspend_during_a_request_is_followed_by_another_request(bench: Bench) -> None:
    async def scenario(engine: Engine) -> None:
        hold = bench.cli.hold = asyncio.Event()
        click = asyncio.create_task(engine.refresh())
        await until(lambda: bench.cli.requests == 2)
        bench.clock.sleep(NIGHT_S)
        hold.set()
        await click
        await bench.until_checked()
        bench.clock.advance(3)
        await until(lambda: bench.cli.requests == 3)

    play(bench, scenario)
    assert bench.cli.reasons[1:] == [Cause.CLICK, Cause.WAKE]


def test_a_click_right_after_waking_replaces_the_request_for_waking(bench: Bench) -> None:
    async def scenario(engine: Engine) -> None:
        bench.clock.sleep(NIGHT_S)
        engine.woke()
        assert (await engine.refresh()).accepted
        bench.clock.advance(3)
        await bench.until_checked()
        assert bench.cli.requests == 2

    play(bench, scenario)
    assert bench.cli.reasons[1:] == [Cause.CLICK]


def test_credentials_changed_during_a_suspend_wait_for_the_network_too(bench: Bench) -> None:
    async def scenario(engine: Engine) -> None:
        bench.clock.sleep(NIGHT_S)
        bench.cli.stamp = "renewed meanwhile"
        engine.woke()
        await bench.until_checked()
        assert bench.cli.requests == 1
        bench.clock.advance(3)
        await until(lambda: bench.cli.requests == 2 and not engine.snapshot.refreshing)
        await bench.until_checked()
        assert bench.cli.requests == 2

    play(bench, scenario)
    assert bench.cli.reasons[1:] == [Cause.WAKE]


def test_waking_during_a_rate_limit_sends_nothing_and_keeps_its_end(bench: Bench) -> None:
    bench.cli.answers.extendleft([RateLimited(3600)])

    async def scenario(engine: Engine) -> None:
        planned = engine.snapshot.next_poll
        bench.clock.sleep(1800)
        engine.woke()
        bench.clock.advance(3)
        await bench.until_checked()
        assert bench.cli.requests == 1
        assert (
            engine.snapshot.next_poll == planned == Poll(NOON + timedelta(seconds=3630), Reason.RATE_LIMITED)
        )
        assert engine.snapshot.status is Status.RATE_LIMITED

    play(bench, scenario)


def test_waking_sends_nothing_while_the_bucket_is_empty(bench: Bench) -> None:
    bench.cli.budget = replace(OAUTH_BUDGET, capacity=1)

    async def scenario(engine: Engine) -> None:
        bench.clock.sleep(60)
        engine.woke()
        bench.clock.advance(3)
        await bench.until_checked()
        assert bench.cli.requests == 1
        # The next token takes 180 s, of which 63 have passed.
        assert planned_s(bench, engine) == pytest.approx(180 - 63, abs=1)

    play(bench, scenario)


def test_waking_checks_an_expired_login_again_but_not_a_rejected_one(bench: Bench) -> None:
    bench.cli.account = Unauthorized(ErrorCode.LOGIN_RESTING)

    async def resting(engine: Engine) -> None:
        assert engine.snapshot.next_poll == Paused(ErrorCode.LOGIN_RESTING)
        bench.cli.account = reading().account.id
        bench.clock.sleep(NIGHT_S)
        await bench.until_checked()
        bench.clock.advance(3)
        await until(lambda: engine.snapshot.status is Status.OK)

    play(bench, resting)
    bench.cli.answers[0] = Unauthorized(ErrorCode.LOGIN_REJECTED)
    requests = bench.cli.requests + 1

    async def refused(engine: Engine) -> None:
        assert engine.snapshot.next_poll == Paused(ErrorCode.LOGIN_REJECTED)
        bench.clock.sleep(NIGHT_S)
        engine.woke()
        bench.clock.advance(3)
        await bench.until_checked()
        assert bench.cli.requests == requests

    play(bench, refused)


def test_a_request_is_retried_after_half_a_minute_without_a_network(bench: Bench) -> None:
    async def scenario(engine: Engine) -> None:
        bench.clock.sleep(NIGHT_S)
        bench.cli.answers[0] = Offline()
        engine.woke()
        bench.clock.advance(3)
        await until(lambda: engine.snapshot.status is Status.OFFLINE)
        assert 27 <= planned_s(bench, engine) <= 33

    play(bench, scenario)


# Clock changes while the server's time is unknown.


@pytest.mark.parametrize("jump", [HOUR, -HOUR, YEAR, -YEAR, timedelta(minutes=-2)])
def test_a_clock_change_leads_to_a_single_request_and_a_plan_within_the_interval(
    bench: Bench, jump: timedelta
) -> None:
    async def scenario(engine: Engine) -> None:
        bench.clock.set_wall(bench.clock.now() + jump)
        await until(lambda: abs(planned_s(bench, engine)) <= 66)
        assert bench.cli.requests == 1
        bench.clock.advance(3)
        await until(lambda: bench.cli.requests == 2 and not engine.snapshot.refreshing)
        assert 0 < planned_s(bench, engine) <= 132
        await bench.until_checked()
        assert bench.cli.requests == 2

    play(bench, scenario)
    assert bench.cli.reasons[1:] == [Cause.CLOCK]


def test_a_clock_that_keeps_jumping_causes_few_requests(bench: Bench) -> None:
    async def scenario(_engine: Engine) -> None:
        for step in range(40):
            bench.clock.set_wall(bench.clock.now() + (YEAR if step % 2 else -YEAR))
            bench.clock.advance(3)
            await bench.until_checked()

    play(bench, scenario)
    assert 2 <= bench.cli.requests <= 4


def test_the_end_of_a_rate_limit_moves_with_the_clock(bench: Bench) -> None:
    bench.cli.answers.extendleft([RateLimited(3600)])

    async def scenario(engine: Engine) -> None:
        bench.clock.set_wall(NOON - YEAR)
        ends = NOON - YEAR + timedelta(seconds=3630)
        await until(lambda: engine.snapshot.next_poll == Poll(ends, Reason.RATE_LIMITED))
        assert engine.snapshot.problem is not None
        assert engine.snapshot.problem.until == ends
        bench.clock.advance(3530)
        await bench.until_checked()
        assert bench.cli.requests == 1
        bench.clock.advance(101)
        await until(lambda: bench.cli.requests == 2)

    play(bench, scenario)


def test_correcting_the_clock_resumes_a_login_that_only_seemed_expired(bench: Bench) -> None:
    bench.cli.account = Unauthorized(ErrorCode.LOGIN_RESTING)

    async def scenario(engine: Engine) -> None:
        bench.cli.account = reading().account.id
        bench.clock.set_wall(NOON - YEAR)
        await bench.until_checked()
        bench.clock.advance(3)
        await until(lambda: engine.snapshot.status is Status.OK)

    play(bench, scenario)


# Wrong clocks while the server's time is known.


def observe_server_time(bench: Bench, ahead: timedelta) -> None:
    """Make each response carry the server's time, which is ``ahead`` of the machine's clock."""
    corrected = bench.corrected = CorrectedClock(bench.clock)

    def observe() -> None:
        server = NOON + timedelta(seconds=bench.clock.boottime() - began_s) + ahead
        corrected.observe(ServerTime(server, bench.clock.boottime(), 1.0))
        bench.cli.answers[0] = Fetched(reading(fetched_at=corrected.now()))

    began_s = bench.clock.boottime()
    bench.cli.on_fetch = observe


def codes(engine: Engine) -> list[ErrorCode]:
    return [notice.code for notice in engine.snapshot.notices]


def test_a_notice_reports_a_wrong_clock_and_its_skew_until_it_is_corrected(bench: Bench) -> None:
    observe_server_time(bench, timedelta(minutes=58))

    async def scenario(engine: Engine) -> None:
        await until(lambda: codes(engine) == [ErrorCode.CLOCK_WRONG])
        assert engine.snapshot.notices[0].facts == (("behind_s", "3480"),)
        assert engine.snapshot.clock_skew_s == 3480
        bench.clock.set_wall(bench.clock.now() + timedelta(minutes=58))
        await until(lambda: codes(engine) == [])
        assert engine.snapshot.clock_skew_s == 0
        assert engine.snapshot.next_poll is not None

    play(bench, scenario)


def test_a_save_keeps_the_notice_about_the_clock(bench: Bench) -> None:
    observe_server_time(bench, timedelta(minutes=58))

    async def scenario(engine: Engine) -> None:
        await engine.save({"interval_seconds": 120})
        await until(lambda: codes(engine) == [ErrorCode.CLOCK_WRONG])

    play(bench, scenario)


def test_a_single_poll_reports_a_wrong_clock_too(bench: Bench) -> None:
    observe_server_time(bench, timedelta(minutes=-58))
    snapshot = asyncio.run(bench.engine().poll_once())
    assert [notice.code for notice in snapshot.notices] == [ErrorCode.CLOCK_WRONG]
    assert snapshot.clock_skew_s == -3480


@pytest.mark.parametrize("jump", [HOUR, -HOUR, YEAR, -YEAR])
def test_a_clock_change_leaves_age_and_plan_unchanged_once_the_servers_time_is_known(
    bench: Bench, jump: timedelta
) -> None:
    observe_server_time(bench, timedelta())

    async def scenario(engine: Engine) -> None:
        plan = engine.snapshot.next_poll
        bench.clock.set_wall(bench.clock.now() + jump)
        await until(lambda: codes(engine) == [ErrorCode.CLOCK_WRONG])
        assert isinstance(plan, Poll)
        assert isinstance(engine.snapshot.next_poll, Poll)
        assert abs(engine.snapshot.next_poll.at - plan.at) < timedelta(seconds=1)
        assert engine.snapshot.reading is not None
        assert bench.corrected is not None
        assert abs(bench.corrected.now() - engine.snapshot.reading.fetched_at) < timedelta(seconds=1)

    play(bench, scenario)


# The rate-limit bucket.


def requests_in_an_hour(bench: Bench, *, restarting: bool) -> int:
    """Poll every 30 s for an hour while the clock jumps a year back and forth; return the requests sent."""
    bench.cli.budget = OAUTH_BUDGET
    engine = bench.engine()
    for step in range(120):
        bench.clock.set_wall(bench.clock.now() + (YEAR if step % 2 else -YEAR))
        engine = bench.engine() if restarting else engine
        asyncio.run(engine.poll_once())
        bench.clock.advance(30)
    return bench.cli.requests


@pytest.mark.parametrize("restarting", [False, True])
def test_a_jumping_clock_gains_no_request(bench: Bench, *, restarting: bool) -> None:
    assert 20 <= requests_in_an_hour(bench, restarting=restarting) <= 28


def test_the_bucket_refills_by_the_wall_clock_while_the_machine_is_off(bench: Bench) -> None:
    bench.cli.budget = replace(OAUTH_BUDGET, capacity=1)
    asyncio.run(bench.engine().poll_once())
    bench.boot_id = "the second boot"
    bench.clock.set_wall(NOON + timedelta(seconds=170))  # a token takes 180 s
    asyncio.run(bench.engine().poll_once())
    assert bench.cli.requests == 1
    bench.clock.set_wall(NOON + timedelta(seconds=181))
    bench.boot_id = "the third boot"
    asyncio.run(bench.engine().poll_once())
    assert bench.cli.requests == 2


def test_a_rate_limit_that_ends_in_the_far_future_is_shortened(bench: Bench) -> None:
    bench.cli.answers.extendleft([RateLimited(3600)])
    bench.clock.set_wall(NOON + YEAR)
    asyncio.run(bench.engine().poll_once())
    bench.clock.set_wall(NOON)
    bench.boot_id = "the second boot"
    engine = bench.engine()
    asyncio.run(engine.poll_once())
    assert 0 < planned_s(bench, engine) <= MAX_BLOCK_S
    bench.clock.advance(MAX_BLOCK_S + 1)
    asyncio.run(engine.poll_once())
    assert bench.cli.requests == 2


def test_an_invalid_uptime_gains_no_request(bench: Bench) -> None:
    bench.cli.budget = replace(OAUTH_BUDGET, capacity=1)
    asyncio.run(bench.engine().poll_once())
    for damage in ("x", None, float("inf"), float("nan"), -1e300, [1]):

        def spoil(state: dict[str, dict[str, dict[str, object]]], seconds: object = damage) -> None:
            state["allowances"]["claude/account-1"]["uptime"] = {"boot": bench.boot_id, "seconds": seconds}

        bench.state.change(spoil)
        asyncio.run(bench.engine().poll_once())
        assert bench.cli.requests == 1, damage
