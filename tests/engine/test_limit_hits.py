"""A limit that Claude Code hits is shown at once, and leads to a request when the budget allows one."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Cause, Reason
from claudometer.domain.outcome import Fetched, RateLimited
from claudometer.domain.usage import Mode
from claudometer.engine.notices import ASK_AGAIN_S
from tests.clocks import NOON
from tests.engine.test_local_sources import MINUTE, line, percents, running
from tests.readings import reading, session, weekly
from tests.waiting import until

if TYPE_CHECKING:
    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench


@pytest.fixture(autouse=True)
def _frequent_checks(bench: Bench) -> None:
    bench.check_every_s = 0.02


def is_shown(engine: Engine) -> bool:
    return any(notice.code is ErrorCode.LIMIT_HIT for notice in engine.snapshot.notices)


def test_a_hit_leads_to_one_request_which_says_which_limit_it_was(bench: Bench) -> None:
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            bench.clock.advance(30)
            full = reading(session(100.0), weekly(29.0), fetched_at=NOON + MINUTE)
            bench.cli.answers[0] = Fetched(full)
            bench.hits.hit_at = NOON + timedelta(seconds=29)
            await until(lambda: bench.cli.requests == 2)
            await until(lambda: percents(engine)[0] == 100.0)
            assert not is_shown(engine)

    asyncio.run(scenario())
    assert bench.cli.reasons[-1] is Cause.LIMIT_HIT


def test_many_hits_lead_to_one_request_in_ten_minutes(bench: Bench) -> None:
    engine = bench.engine()

    async def hit() -> None:
        bench.clock.advance(5)
        bench.hits.hit_at = bench.clock.now()
        await bench.until_checked()

    async def scenario() -> None:
        async with running(engine):
            for _ in range(5):  # every prompt at a limit is a hit
                await hit()
            assert bench.cli.reasons.count(Cause.LIMIT_HIT) == 1
            bench.clock.advance(ASK_AGAIN_S)
            await until(lambda: bench.cli.reasons[-1] is Reason.INTERVAL and not engine.snapshot.refreshing)
            await hit()
            assert bench.cli.reasons.count(Cause.LIMIT_HIT) == 2

    asyncio.run(scenario())


def test_while_claude_makes_us_wait_the_hit_is_shown_with_its_time(bench: Bench) -> None:
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            bench.clock.advance(30)
            bench.cli.answers[0] = RateLimited(600.0)
            bench.hits.hit_at = NOON + timedelta(seconds=29)
            await until(lambda: is_shown(engine))
            (notice,) = [each for each in engine.snapshot.notices if each.code is ErrorCode.LIMIT_HIT]
            assert notice.at == NOON + timedelta(seconds=29)
            await until(lambda: bench.cli.requests == 2)
            for second in range(5):  # every prompt at a limit is a hit
                bench.clock.advance(10)
                bench.hits.hit_at = NOON + timedelta(seconds=60 + second)
                await bench.until_checked()
            assert bench.cli.requests == 2
            bench.status_line.leave(line(session(100.0), weekly(29.0), at=bench.clock.now()))
            await until(lambda: not is_shown(engine))

    asyncio.run(scenario())


def test_a_hit_from_before_the_start_leads_to_no_second_request(bench: Bench) -> None:
    bench.hits.hit_at = NOON - MINUTE
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            await bench.until_checked()
            assert not is_shown(engine)

    asyncio.run(scenario())
    assert bench.cli.requests == 1


def test_a_hit_of_claude_codes_login_says_nothing_about_a_session_key(bench: Bench) -> None:
    bench.mode = Mode.WEB
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            bench.hits.hit_at = NOON
            await bench.until_checked()
            assert not is_shown(engine)

    asyncio.run(scenario())


def test_a_hit_is_forgotten_once_a_session_must_have_reset(bench: Bench) -> None:
    bench.hits.hit_at = NOON - timedelta(hours=5)
    bench.cli.answers[0] = RateLimited(600.0)
    engine = bench.engine()

    async def scenario() -> None:
        async with running(engine):
            await bench.until_checked()
            assert not is_shown(engine)

    asyncio.run(scenario())
