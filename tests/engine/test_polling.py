"""Tests what a poll does to the snapshot."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import SnapshotChanged
from claudometer.domain.next_poll import Cause, Paused, Poll, Reason
from claudometer.domain.outcome import (
    Fetched,
    MissingCredentials,
    Offline,
    RateLimited,
    Status,
    Unauthorized,
)
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.domain.usage import AccountId, Mode
from tests.clocks import NOON
from tests.readings import reading, session
from tests.waiting import until

if TYPE_CHECKING:
    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench


def poll(engine: Engine, times: int = 1) -> None:
    for _ in range(times):
        asyncio.run(engine.poll_once())


def test_a_reading_is_shown_with_the_time_of_the_next_poll(bench: Bench) -> None:
    engine = bench.engine()
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert engine.snapshot.reading == reading()
    assert isinstance(engine.snapshot.next_poll, Poll)
    assert engine.snapshot.next_poll.reason is Reason.INTERVAL
    assert not engine.snapshot.refreshing


def test_a_failed_poll_keeps_the_numbers(bench: Bench) -> None:
    bench.cli.answers.append(Offline(ErrorCode.DNS_FAILED))
    engine = bench.engine()
    poll(engine, 2)
    assert engine.snapshot.status is Status.OFFLINE
    assert engine.snapshot.reading == reading()
    assert engine.snapshot.problem is not None
    assert engine.snapshot.problem.code is ErrorCode.DNS_FAILED


def test_a_successful_poll_removes_the_problem(bench: Bench) -> None:
    bench.cli.answers.extendleft([Offline()])
    engine = bench.engine()
    poll(engine, 2)
    assert engine.snapshot.status is Status.OK
    assert engine.snapshot.problem is None


def planned_s(bench: Bench, engine: Engine) -> float:
    assert isinstance(engine.snapshot.next_poll, Poll)
    return (engine.snapshot.next_poll.at - bench.clock.now()).total_seconds()


def test_requests_become_rarer_until_the_numbers_change(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    engine = bench.engine()
    poll(engine, 4)
    assert 540 <= planned_s(bench, engine) <= 660  # 600 s, with a jitter of 10 %
    bench.cli.answers[0] = Fetched(reading(session(82.0)))
    poll(engine)
    assert 270 <= planned_s(bench, engine) <= 330  # 300 s, with a jitter of 10 %


def test_the_pause_grows_with_each_failure_until_a_success(bench: Bench) -> None:
    bench.cli.answers[0] = Offline()
    engine = bench.engine()
    poll(engine, 4)
    assert 216 <= planned_s(bench, engine) <= 264  # 240 s, with a jitter of 10 %
    bench.cli.answers[0] = Fetched(reading())
    poll(engine)
    bench.cli.answers[0] = Offline()
    poll(engine)
    assert 27 <= planned_s(bench, engine) <= 33  # 30 s, with a jitter of 10 %


def test_rejected_credentials_pause_polling(bench: Bench) -> None:
    bench.cli.answers.extendleft([Unauthorized(ErrorCode.LOGIN_REJECTED)])
    engine = bench.engine()
    poll(engine)
    assert engine.snapshot.next_poll == Paused(ErrorCode.LOGIN_REJECTED)


def test_nothing_is_sent_without_credentials(bench: Bench) -> None:
    bench.cli.account = MissingCredentials(ErrorCode.LOGIN_MISSING)
    engine = bench.engine()
    poll(engine)
    assert bench.cli.requests == 0
    assert engine.snapshot.status is Status.MISSING_CREDENTIALS


def test_a_rate_limit_shows_its_end_and_sends_nothing_before(bench: Bench) -> None:
    bench.cli.answers.extendleft([RateLimited(3600)])
    engine = bench.engine()
    poll(engine)
    ends = NOON + timedelta(seconds=3630)  # Retry-After and a margin
    assert engine.snapshot.problem is not None
    assert engine.snapshot.problem.until == ends
    assert engine.snapshot.next_poll == Poll(ends, Reason.RATE_LIMITED)
    bench.clock.advance(600)
    poll(engine, 3)
    assert bench.cli.requests == 1
    assert engine.snapshot.status is Status.RATE_LIMITED
    answer = asyncio.run(engine.refresh())
    assert (answer.accepted, answer.until) == (False, ends)


def test_polling_resumes_after_a_rate_limit(bench: Bench) -> None:
    bench.cli.answers.extendleft([RateLimited(3600)])
    engine = bench.engine()
    poll(engine)
    bench.clock.advance(4501)
    poll(engine)
    assert engine.snapshot.status is Status.OK


def test_a_rate_limit_survives_a_restart(bench: Bench) -> None:
    bench.cli.answers.extendleft([RateLimited(3600)])
    poll(bench.engine())
    restarted = bench.engine()
    poll(restarted)
    assert bench.cli.requests == 1
    assert restarted.snapshot.status is Status.RATE_LIMITED


def test_fifty_restarts_within_an_hour_send_no_more_than_the_budget(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    for _ in range(50):
        poll(bench.engine(), 2)
        bench.clock.advance(72)  # 50 times make an hour
    assert 20 <= bench.cli.requests <= 28  # 8 tokens at first, and one more every 180 s


def test_the_latest_numbers_are_shown_immediately_after_a_restart(bench: Bench) -> None:
    poll(bench.engine())
    bench.clock.advance(60)
    bench.cli.answers.appendleft(Offline())
    restarted = bench.engine()
    asyncio.run(restarted.recall())
    assert restarted.snapshot.reading == reading()


def test_the_old_numbers_are_never_shown_after_a_restart_with_another_login(
    bench: Bench,
) -> None:
    poll(bench.engine())
    bench.cli.account = AccountId("account-2")
    restarted = bench.engine()
    asyncio.run(restarted.recall())
    assert restarted.snapshot.reading is None


def test_numbers_of_one_account_are_never_shown_for_another(bench: Bench) -> None:
    engine = bench.engine()
    poll(engine)
    bench.cli.account = AccountId("account-2")
    bench.cli.answers[0] = Offline()
    poll(engine)
    assert engine.snapshot.reading is None


def test_events_are_published_only_for_changes(bench: Bench) -> None:
    events: list[SnapshotChanged] = []
    engine = bench.engine()
    asyncio.run(engine.recall())
    bench.bus.subscribe(SnapshotChanged, events.append)
    poll(engine)
    assert [event.snapshot.refreshing for event in events] == [True, False]
    assert events[-1].snapshot == engine.snapshot


async def running(engine: Engine) -> asyncio.Task[None]:
    task = asyncio.create_task(engine.run())
    await until(lambda: not engine.snapshot.refreshing and engine.snapshot.status is not Status.STARTING)
    return task


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_click_sends_a_request_and_returns_with_its_result(bench: Bench) -> None:
    engine = bench.engine()
    bench.cli.answers.append(Fetched(reading(session(82.0))))

    async def scenario() -> None:
        task = await running(engine)
        answer = await engine.refresh()
        assert answer.accepted
        assert engine.snapshot.reading == reading(session(82.0))
        await stop(task)

    asyncio.run(scenario())
    assert bench.cli.requests == 2


def test_clicks_during_a_request_share_its_result(bench: Bench) -> None:
    bench.check_every_s = 0.02
    engine = bench.engine()

    async def scenario() -> None:
        task = await running(engine)
        await asyncio.gather(engine.refresh(), engine.refresh(), engine.refresh())
        await bench.until_checked()
        await stop(task)

    asyncio.run(scenario())
    assert bench.cli.requests == 2


def test_a_new_login_is_noticed_without_a_click(bench: Bench) -> None:
    bench.check_every_s = 0.02
    bench.cli.account = MissingCredentials(ErrorCode.LOGIN_MISSING)
    engine = bench.engine()

    async def scenario() -> None:
        task = await running(engine)
        assert engine.snapshot.next_poll == Paused(ErrorCode.LOGIN_MISSING)
        bench.cli.account, bench.cli.stamp = AccountId("account-1"), 1
        await until(lambda: engine.snapshot.status is Status.OK)
        await stop(task)

    asyncio.run(scenario())


def test_the_mode_is_detected_again_until_the_user_chooses_one(bench: Bench) -> None:
    bench.check_every_s = 0.02
    bench.mode = Mode.WEB
    engine = bench.engine()

    async def scenario() -> None:
        task = await running(engine)
        assert engine.snapshot.problem is not None
        assert engine.snapshot.problem.code is ErrorCode.SESSION_KEY_MISSING
        bench.mode, bench.cli.stamp = Mode.CLI, 1
        await until(lambda: engine.snapshot.status is Status.OK)
        assert engine.snapshot.mode is Mode.CLI
        await stop(task)

    asyncio.run(scenario())


def test_a_bug_in_a_source_is_logged_and_polling_goes_on(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    engine = bench.engine()

    def crash() -> None:
        raise ZeroDivisionError

    bench.cli.on_fetch = crash

    async def scenario() -> None:
        task = asyncio.create_task(engine.tasks.run("polling", engine.run))
        await until(lambda: engine.snapshot.notices)
        assert engine.snapshot.notices[0].code is ErrorCode.INTERNAL
        bench.cli.on_fetch = None
        await engine.refresh()
        assert engine.snapshot.status is Status.OK
        await stop(task)

    asyncio.run(scenario())
    assert caplog.text.count("polling stopped unexpectedly") == 1


def test_every_request_has_its_reason(bench: Bench) -> None:
    bench.check_every_s = 0.02
    engine = bench.engine()

    async def wait_for_requests(times: int) -> None:
        await until(lambda: bench.cli.requests >= times and not engine.snapshot.refreshing)

    async def scenario() -> None:
        task = await running(engine)
        await engine.refresh()
        bench.clock.advance(70)
        await wait_for_requests(3)
        bench.cli.stamp = 1
        await wait_for_requests(4)
        await engine.save({"interval_seconds": 120})
        await wait_for_requests(5)
        await stop(task)

    asyncio.run(scenario())
    assert bench.cli.reasons == [
        Cause.START,
        Cause.CLICK,
        Reason.INTERVAL,
        Cause.CREDENTIALS,
        Cause.SAVING,
    ]


def test_the_request_of_a_command_has_its_own_reason(bench: Bench) -> None:
    poll(bench.engine())
    assert bench.cli.reasons == [Cause.ONE_SHOT]
