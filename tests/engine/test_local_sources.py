"""Tests the sources that cost no request: the poller follows them and requests only what they lack."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.clock import CorrectedClock, ServerTime
from claudometer.domain.events import SnapshotChanged
from claudometer.domain.freshness import is_stale
from claudometer.domain.next_poll import Poll, Reason
from claudometer.domain.outcome import Fetched, Offline, RateLimited, Status
from claudometer.domain.secret import Secret
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.domain.usage import AccountId, Limit, LocalReading, Mode, Source
from claudometer.engine.dependencies import Overrides
from tests.clocks import NOON
from tests.readings import account, reading, session, weekly
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _frequent_checks(bench: Bench) -> None:
    bench.check_every_s = 0.02


def line(*limits: Limit, at: datetime = NOON + MINUTE) -> LocalReading:
    return LocalReading(Source.STATUS_LINE, at, limits or (session(84.0), weekly(29.0)))


def claude_code(organization_id: str = "account-1") -> LocalReading:
    return replace(line(), source=Source.CLAUDE_CODE, organization_id=organization_id)


def percents(engine: Engine) -> list[float | None]:
    shown = engine.snapshot.reading
    return [limit.percent for limit in shown.limits] if shown else []


@asynccontextmanager
async def running(engine: Engine) -> AsyncIterator[None]:
    task = asyncio.create_task(engine.tasks.run("polling", engine.run))
    await until(lambda: not engine.snapshot.refreshing and engine.snapshot.status is not Status.STARTING)
    yield
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def planned(engine: Engine) -> Poll:
    assert isinstance(engine.snapshot.next_poll, Poll)
    return engine.snapshot.next_poll


def test_numbers_of_the_status_line_are_shown_without_a_request(bench: Bench) -> None:
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            bench.clock.advance(30)
            bench.status_line.leave(line(at=NOON + timedelta(seconds=20)))
            await until(lambda: percents(engine)[0] == 84.0)
            assert engine.snapshot.status is Status.OK

    asyncio.run(scenario())
    assert bench.cli.requests == 1


def test_unchanged_files_are_not_read_again(bench: Bench) -> None:
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            await bench.until_checked()

    asyncio.run(scenario())
    assert bench.status_line.looks == 1


def test_requests_are_rare_while_the_status_line_is_fresh(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            assert planned(engine).reason is Reason.INTERVAL
            bench.status_line.leave(line(at=NOON))
            await until(lambda: planned(engine).reason is Reason.COVERED)
            # 12 minutes, with a jitter of 10 %
            assert 10.8 * MINUTE <= planned(engine).at - NOON <= 13.2 * MINUTE
            for minute in range(1, 9):
                bench.status_line.leave(line(session(81.0 + minute), weekly(), at=NOON + MINUTE * minute))
                bench.clock.advance(60)
                await until(lambda now=minute: percents(engine)[0] == 81.0 + now)  # type: ignore[misc]
            assert bench.cli.requests == 1
            bench.status_line.leave(line(session(90.9), weekly(), at=NOON + 12 * MINUTE))
            bench.clock.advance(5.3 * 60)
            await until(lambda: bench.cli.requests == 2)

    asyncio.run(scenario())
    assert bench.cli.reasons[1] is Reason.COVERED


def test_requests_resume_when_the_status_line_stops(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    bench.status_line.leave(line(at=NOON))
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            assert planned(engine).reason is Reason.COVERED
            bench.clock.advance(299)  # a local reading counts as fresh for 300 s
            await bench.until_checked()
            assert bench.cli.requests == 1
            bench.clock.advance(32)  # the usual pace is 5 minutes, with a jitter of 10 %
            await until(lambda: bench.cli.requests == 2)

    asyncio.run(scenario())
    assert bench.cli.reasons[1] is Reason.INTERVAL


def test_a_click_sends_a_request_even_if_local_sources_cover_everything(bench: Bench) -> None:
    bench.status_line.leave(line(at=NOON))
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            await engine.refresh()

    asyncio.run(scenario())
    assert bench.cli.requests == 2


def test_a_reset_is_followed_by_a_request_even_if_local_sources_cover_everything(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    bench.cli.answers[0] = Fetched(reading(session(81.0, NOON + 2 * MINUTE), weekly()))
    bench.status_line.leave(line(session(82.0, NOON + 2 * MINUTE), weekly(), at=NOON))
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            assert planned(engine).reason is Reason.RESET_DUE
            bench.clock.advance(122)
            await bench.until_checked()
            assert planned(engine).reason is Reason.RESET_DUE
            bench.clock.advance(4)
            await until(lambda: bench.cli.requests == 2)

    asyncio.run(scenario())
    assert bench.cli.reasons[1] is Reason.RESET_DUE


def test_session_and_week_stay_current_during_a_rate_limit(bench: Bench) -> None:
    bench.cli.answers.append(RateLimited(3600))
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            await engine.refresh()
            assert engine.snapshot.status is Status.RATE_LIMITED
            bench.clock.advance(1800)
            assert is_stale(engine.snapshot, bench.clock.now())
            bench.status_line.leave(line(at=bench.clock.now()))
            await until(lambda: percents(engine)[0] == 84.0)
            assert engine.snapshot.status is Status.RATE_LIMITED
            assert planned(engine).reason is Reason.RATE_LIMITED
            assert not is_stale(engine.snapshot, bench.clock.now())

    asyncio.run(scenario())
    assert bench.cli.requests == 2


def test_only_the_response_is_saved_and_a_restart_merges_it_with_the_local_sources_again(
    bench: Bench,
) -> None:
    bench.status_line.leave(line(at=NOON + MINUTE))
    bench.clock.advance(60)
    first = bench.engine()
    asyncio.run(first.poll_once())
    assert percents(first) == [84.0, 29.0, 66.0]
    restarted = bench.engine()
    asyncio.run(restarted.recall())
    assert percents(restarted) == [84.0, 29.0, 66.0]
    bench.status_line.leave(None)
    again = bench.engine()
    asyncio.run(again.recall())
    assert again.snapshot.reading == reading()


def test_a_free_reading_older_than_the_login_is_not_shown(bench: Bench) -> None:
    bench.status_line.leave(line(at=NOON + MINUTE))
    bench.clock.advance(120)
    bench.login_written_at = NOON + 1.5 * MINUTE
    engine = bench.engine()
    asyncio.run(engine.poll_once())
    assert engine.snapshot.reading == reading()


def test_a_switch_of_the_login_removes_the_first_accounts_free_readings(bench: Bench) -> None:
    bench.status_line.leave(line(at=NOON))
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            bench.cli.answers[0] = Offline()
            bench.cli.account, bench.cli.stamp = AccountId("account-2"), 1
            await until(lambda: engine.snapshot.status is Status.OFFLINE)
            assert engine.snapshot.reading is None
            bench.status_line.leave(line(at=NOON))
            await bench.until_checked()
            assert engine.snapshot.reading is None

    asyncio.run(scenario())


def test_claude_codes_own_reading_is_shown_before_the_first_response(bench: Bench) -> None:
    bench.clock.advance(120)
    bench.cli.answers[0] = Offline()
    bench.status_line.leave(claude_code())
    engine = bench.engine()
    asyncio.run(engine.poll_once())
    assert percents(engine) == [84.0, 29.0]
    assert engine.snapshot.reading is not None
    assert engine.snapshot.reading.source is Source.CLAUDE_CODE
    assert engine.snapshot.status is Status.OFFLINE


@pytest.mark.parametrize(("organization_id", "is_used"), [("account-1", True), ("org-2", False)])
def test_in_web_mode_local_sources_apply_only_to_the_same_organization(
    bench: Bench, organization_id: str, *, is_used: bool
) -> None:
    bench.clock.advance(120)
    key = Secret("sk-ant-sid01-" + "a" * 40)
    bench.overrides = Overrides(mode=Mode.WEB, session_key=key)
    web = replace(reading(), account=account(Mode.WEB, organization_id=organization_id))
    web = replace(web, account=replace(web.account, id=AccountId("a-key")), source=Source.WEB)
    bench.web.account = AccountId("a-key")
    bench.web.answers[0] = Fetched(web)
    bench.status_line.leave(claude_code())
    engine = bench.engine()
    asyncio.run(engine.poll_once())
    assert (percents(engine)[0] == 84.0) is is_used


def test_in_web_mode_a_free_reading_is_not_shown_before_the_first_response(bench: Bench) -> None:
    bench.mode = Mode.WEB
    bench.clock.advance(120)
    bench.status_line.leave(claude_code())
    engine = bench.engine()
    asyncio.run(engine.poll_once())
    assert engine.snapshot.reading is None


def test_a_free_reading_is_dropped_when_the_mode_changes_while_it_is_read(bench: Bench) -> None:
    key = Secret("sk-ant-sid01-" + "a" * 40)
    bench.overrides = Overrides(session_key=key)
    bench.web.answers[0] = Offline()
    engine = bench.engine()
    seen: list[tuple[Mode, bool]] = []
    bench.bus.subscribe(
        SnapshotChanged, lambda event: seen.append((event.snapshot.mode, event.snapshot.reading is not None))
    )

    async def scenario() -> None:
        async with running(engine):
            hold = bench.status_line.hold = asyncio.Event()
            bench.status_line.leave(line(at=NOON))
            await until(lambda: bench.status_line.looks == 2)
            await engine.save({"mode": "web"})
            hold.set()
            await until(lambda: engine.snapshot.status is Status.OFFLINE)

    asyncio.run(scenario())
    assert (Mode.WEB, True) not in seen[seen.index((Mode.WEB, False)) :]


def test_the_retry_planned_after_a_crash_is_not_replaced(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    engine = bench.engine()

    def crash() -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        async with running(engine):
            bench.cli.on_fetch = crash
            await engine.refresh()
            await bench.until_checked()  # the first check follows the restart
            assert planned(engine).reason is Reason.RETRY

    asyncio.run(scenario())
    assert "polling stopped unexpectedly" in caplog.text


def test_no_request_is_needed_when_a_local_source_shows_the_new_limit_window(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    bench.cli.answers[0] = Fetched(reading(session(81.0, NOON + 2 * MINUTE), weekly()))
    bench.status_line.leave(line(session(82.0, NOON + 2 * MINUTE), weekly(), at=NOON))
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            assert planned(engine).reason is Reason.RESET_DUE
            bench.clock.advance(121)
            begun = session(1.0, NOON + 301 * MINUTE)
            bench.status_line.leave(line(begun, weekly(), at=bench.clock.now()))
            await until(lambda: planned(engine).reason is Reason.COVERED)

    asyncio.run(scenario())
    assert bench.cli.requests == 1


@pytest.mark.parametrize("is_known_to_be_wrong", [True, False])
def test_a_free_reading_dated_before_the_clock_was_set_back_does_not_become_new_again(
    bench: Bench, *, is_known_to_be_wrong: bool
) -> None:
    hour = timedelta(hours=1)
    bench.corrected = CorrectedClock(bench.clock)
    bench.clock.set_wall(NOON + hour)
    if is_known_to_be_wrong:
        bench.corrected.observe(ServerTime(NOON, bench.clock.boottime(), 1.0))
    bench.status_line.leave(line(at=NOON + hour))
    engine = bench.engine()
    asyncio.run(engine.recall())
    bench.clock.set_wall(NOON)
    bench.clock.advance(59 * 60)
    after_an_early_reset = replace(reading(session(2.0), weekly()), fetched_at=NOON + 55 * MINUTE)
    bench.cli.answers[0] = Fetched(after_an_early_reset)
    asyncio.run(engine.poll_once())
    assert percents(engine)[0] == 2.0
