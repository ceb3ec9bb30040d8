"""Tests a switch of Claude Code's login while the program runs: no other account's numbers are shown."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import SnapshotChanged
from claudometer.domain.next_poll import Paused, Poll, Reason
from claudometer.domain.outcome import Status
from tests.engine.served import ServedBench, running
from tests.fixtures import load_case
from tests.simulator import ACCESS_TOKEN, Reply, Token, bodies
from tests.simulator.account import CHAT_ORGANIZATION, TEAM_ORGANIZATION
from tests.simulator.fixtures import simulator
from tests.waiting import until

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import AccountId
    from tests.simulator import Simulator

__all__ = ["simulator"]

OTHER_TOKEN = "sk-ant-oat01-simulated-other-account-01"
RENEWED_TOKEN = "sk-ant-oat01-simulated-renewed-token-01"


@pytest.fixture
def bench(tmp_path: Path, simulator: Simulator) -> ServedBench:
    """A server with two accounts, a login for the first, and a poller that checks the login every 20 ms."""
    simulator.account.tokens = {ACCESS_TOKEN: Token(), OTHER_TOKEN: Token(), RENEWED_TOKEN: Token()}
    bench = ServedBench(tmp_path, simulator)
    bench.check_every_s = 0.02
    bench.log_in()
    return bench


def shown(snapshot: Snapshot) -> AccountId | None:
    return snapshot.reading.account.id if snapshot.reading else None


def test_the_old_numbers_are_removed_before_the_new_accounts_response_arrives(
    bench: ServedBench, simulator: Simulator
) -> None:
    engine = bench.engine()

    async def story() -> None:
        async with running(engine):
            await until(lambda: shown(engine.snapshot) == CHAT_ORGANIZATION)
            arrives = simulator.oauth.hold(usage_reply(simulator))
            bench.log_in(OTHER_TOKEN, organization=TEAM_ORGANIZATION)
            await until(lambda: len(simulator.requests) == 2)
            assert shown(engine.snapshot) is None
            arrives.set()
            await until(lambda: shown(engine.snapshot) == TEAM_ORGANIZATION)

    asyncio.run(story())
    assert engine.snapshot.status is Status.OK


def usage_reply(simulator: Simulator) -> Reply:
    return Reply(body=simulator.account.usage(simulator.now()))


def test_a_switch_during_a_slow_request_removes_the_numbers_immediately_and_drops_the_response(
    bench: ServedBench, simulator: Simulator
) -> None:
    engine = bench.engine()
    seen: list[AccountId | None] = []

    async def story() -> None:
        await engine.poll_once()
        bench.clock.advance(3600)
        arrives = simulator.oauth.hold(usage_reply(simulator))
        async with running(engine):
            await until(lambda: len(simulator.requests) == 2)
            assert shown(engine.snapshot) == CHAT_ORGANIZATION
            bench.log_in(OTHER_TOKEN, organization=TEAM_ORGANIZATION)
            await until(lambda: shown(engine.snapshot) is None)
            engine.bus.subscribe(SnapshotChanged, lambda event: seen.append(shown(event.snapshot)))
            arrives.set()
            await until(lambda: shown(engine.snapshot) == TEAM_ORGANIZATION)

    asyncio.run(story())
    assert CHAT_ORGANIZATION not in seen
    assert TEAM_ORGANIZATION in seen
    assert [request.credential for request in simulator.requests] == ["known"] * 3
    kept = bench.state.read()["readings"][f"claude/{TEAM_ORGANIZATION}"]["account"]
    assert kept["id"] == TEAM_ORGANIZATION


def test_a_renewed_token_of_the_same_account_keeps_the_numbers_and_the_response(
    bench: ServedBench, simulator: Simulator
) -> None:
    engine = bench.engine()
    seen: list[tuple[AccountId | None, datetime | None, int]] = []

    def note(event: SnapshotChanged) -> None:
        reading = event.snapshot.reading
        fetched_at = reading.fetched_at if reading else None
        seen.append((shown(event.snapshot), fetched_at, len(simulator.requests)))

    async def story() -> None:
        await engine.poll_once()
        bench.clock.advance(3600)
        arrives = simulator.oauth.hold(usage_reply(simulator))
        engine.bus.subscribe(SnapshotChanged, note)
        async with running(engine):
            await until(lambda: len(simulator.requests) == 2)
            bench.log_in(RENEWED_TOKEN)
            await asyncio.sleep(0.1)  # during a request, too, the login is checked every 20 ms
            arrives.set()
            await until(lambda: not engine.snapshot.refreshing)

    asyncio.run(story())
    assert {account for account, _, _ in seen} == {CHAT_ORGANIZATION}
    # With two requests sent, the new time can only be that of the response during which the token changed.
    assert (CHAT_ORGANIZATION, bench.clock.now(), 2) in seen


def test_switching_between_plans_and_back_loses_and_mixes_nothing(
    bench: ServedBench, simulator: Simulator
) -> None:
    credit_spent = load_case("credit_spent")
    without_session = {"seven_day": {"utilization": 40.0}, "limits": [], "extra_usage": EXTRA_USAGE}
    simulator.account.tokens = {
        ACCESS_TOKEN: Token(usage=lambda _now: credit_spent),
        OTHER_TOKEN: Token(usage=lambda _now: without_session),
    }
    engine = bench.engine()
    seen: set[tuple[object, ...]] = set()
    engine.bus.subscribe(SnapshotChanged, lambda _: seen.add(holdings(engine.snapshot)))

    def is_shown(organization: str) -> bool:
        return shown(engine.snapshot) == organization

    async def story() -> None:
        async with running(engine):
            for token, organization in (
                (ACCESS_TOKEN, CHAT_ORGANIZATION),
                (OTHER_TOKEN, TEAM_ORGANIZATION),
                (ACCESS_TOKEN, CHAT_ORGANIZATION),
            ):
                bench.log_in(token, organization=organization)
                await until(partial(is_shown, organization))

    asyncio.run(story())
    assert seen <= {
        (None,),
        (CHAT_ORGANIZATION, ("session", "weekly"), ("iguana_necktie",), None),
        (TEAM_ORGANIZATION, ("weekly",), (), 120),
    }
    assert len(seen) == 3


EXTRA_USAGE = {"is_enabled": True, "used_credits": 120, "monthly_limit": 500, "currency": "EUR"}


def holdings(snapshot: Snapshot) -> tuple[object, ...]:
    """Return whose numbers are shown, and which."""
    reading = snapshot.reading
    if reading is None:
        return (None,)
    limits = tuple(limit.id for limit in reading.limits)
    spent = reading.spend.used.minor if reading.spend and reading.spend.used else None
    return reading.account.id, limits, tuple(credit.id for credit in reading.credits), spent


def test_an_expired_login_of_another_account_removes_the_first_accounts_numbers(bench: ServedBench) -> None:
    engine = bench.engine()

    async def story() -> None:
        await engine.poll_once()
        bench.log_in(OTHER_TOKEN, organization=TEAM_ORGANIZATION, hours=-1)
        await engine.poll_once()

    asyncio.run(story())
    assert shown(engine.snapshot) is None
    assert engine.snapshot.next_poll == Paused(ErrorCode.LOGIN_RESTING)


def test_the_first_accounts_numbers_are_not_shown_after_a_restart_with_another_login(
    bench: ServedBench,
) -> None:
    asyncio.run(bench.engine().poll_once())
    bench.log_in(OTHER_TOKEN, organization=TEAM_ORGANIZATION)
    engine = bench.engine()
    asyncio.run(engine.recall())
    assert shown(engine.snapshot) is None


def test_an_expired_login_keeps_its_numbers_sends_nothing_and_resumes_after_a_renewal(
    bench: ServedBench, simulator: Simulator
) -> None:
    engine = bench.engine()

    async def story() -> None:
        async with running(engine):
            await until(lambda: engine.snapshot.status is Status.OK)
            bench.clock.advance(9 * 3600)
            await until(lambda: engine.snapshot.next_poll == Paused(ErrorCode.LOGIN_RESTING))
            bench.clock.advance(9 * 3600)
            await bench.until_checked()
            assert len(simulator.requests) == 1, "no request is sent while the login is expired"
            assert shown(engine.snapshot) == CHAT_ORGANIZATION
            bench.log_in(RENEWED_TOKEN)
            await until(lambda: len(simulator.requests) == 2)
            await until(lambda: engine.snapshot.status is Status.OK)

    asyncio.run(story())
    assert engine.snapshot.problem is None


def test_a_click_sends_no_request_while_the_login_is_expired(
    bench: ServedBench, simulator: Simulator
) -> None:
    bench.log_in(hours=-1)
    engine = bench.engine()

    async def story() -> None:
        async with running(engine):
            await until(lambda: engine.snapshot.status is Status.UNAUTHORIZED)
            for _ in range(3):
                await engine.refresh()

    asyncio.run(story())
    assert simulator.requests == []


def test_a_login_renewed_during_a_rejected_request_is_tried_again_with_a_second_token_of_the_bucket(
    bench: ServedBench, simulator: Simulator
) -> None:
    del simulator.account.tokens[ACCESS_TOKEN]
    arrives = simulator.oauth.hold(bodies.EXPIRED)
    engine = bench.engine()

    async def story() -> None:
        polling = asyncio.create_task(engine.poll_once())
        await until(lambda: len(simulator.requests) == 1)
        bench.log_in(RENEWED_TOKEN)
        arrives.set()
        await polling

    asyncio.run(story())
    assert engine.snapshot.status is Status.OK
    assert [request.status for request in simulator.requests] == [401, 200]
    left = bench.state.read()["allowances"][f"claude/{CHAT_ORGANIZATION}"]["tokens"]
    assert left == pytest.approx(6.0)  # of 8 tokens, each request took one


def test_logins_that_are_always_renewed_and_rejected_send_at_most_28_requests_an_hour(
    bench: ServedBench, simulator: Simulator
) -> None:
    engine = bench.engine()
    sent_each_minute: list[int] = []
    number = 0

    async def poll_under_a_renewal() -> None:
        nonlocal number
        before = len(simulator.requests)
        polling = asyncio.create_task(engine.poll_once())
        while not polling.done():
            if len(simulator.requests) > before:
                before, number = len(simulator.requests), number + 1
                bench.log_in(f"sk-ant-oat01-simulated-renewed-{number:012}")
            await asyncio.sleep(0.002)
        await polling

    async def story() -> None:
        for _ in range(60):
            sent = len(simulator.requests)
            await poll_under_a_renewal()
            sent_each_minute.append(len(simulator.requests) - sent)
            bench.clock.advance(60)

    simulator.account.tokens = {}
    simulator.oauth.stand(Reply(401, bodies.EXPIRED.body, delay_s=0.05))
    asyncio.run(story())
    assert max(sent_each_minute) == 2, "a renewed login is tried once more"
    assert 20 <= sum(sent_each_minute) <= 28  # 8 tokens at first, and one more every 180 s
    assert engine.snapshot.next_poll is not None


def test_the_second_request_waits_when_the_bucket_is_empty(bench: ServedBench, simulator: Simulator) -> None:
    engine = bench.engine()

    async def story() -> None:
        for _ in range(7):  # of 8 tokens: the next request takes the last one
            await engine.poll_once()
        arrives = simulator.oauth.hold(bodies.EXPIRED)
        polling = asyncio.create_task(engine.poll_once())
        await until(lambda: len(simulator.requests) == 8)
        bench.log_in(RENEWED_TOKEN)
        arrives.set()
        await polling

    asyncio.run(story())
    assert len(simulator.requests) == 8
    assert isinstance(engine.snapshot.next_poll, Poll)
    assert engine.snapshot.next_poll.reason is Reason.BUDGET
    assert shown(engine.snapshot) == CHAT_ORGANIZATION
