"""Tests that a lasting refusal is asked about once a day, on a click, and with other credentials."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Paused
from claudometer.domain.outcome import Fetched, MissingCredentials, Offline, Status, Unauthorized
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.domain.usage import AccountId, Mode, Organization
from tests.readings import reading
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from claudometer.domain.outcome import Outcome
    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench

DISABLED = Unauthorized(ErrorCode.ORGANIZATION_DISABLED)
HOUR_S = 3600.0


@contextlib.asynccontextmanager
async def running(engine: Engine) -> AsyncIterator[None]:
    engine.start_polling()
    try:
        yield
    finally:
        await engine.tasks.stop()


@pytest.fixture
def refused(bench: Bench) -> Bench:
    bench.cli.answers[0] = DISABLED
    bench.cli.budget = OAUTH_BUDGET
    bench.check_every_s = 0.01
    return bench


def test_the_app_asks_once_a_day_and_on_a_click(refused: Bench) -> None:
    async def story() -> None:
        engine = refused.engine()
        async with running(engine):
            await until(lambda: engine.snapshot.status is Status.UNAUTHORIZED)
            for _ in range(20):
                refused.clock.advance(HOUR_S)
                await refused.until_checked()
            assert refused.cli.requests == 1
            await until(lambda: not engine.snapshot.refreshing)
            await engine.refresh()
            assert refused.cli.requests == 2
            refused.clock.advance(23 * HOUR_S)  # the day begins with the last answer
            await refused.until_checked()
            await until(lambda: not engine.snapshot.refreshing)
            assert refused.cli.requests == 2
            refused.cli.answers[0] = Fetched(reading())
            refused.clock.advance(1.1 * HOUR_S)
            await until(lambda: engine.snapshot.status is Status.OK)

    asyncio.run(story())


def test_a_new_start_asks_nothing_and_shows_the_refusal(refused: Bench) -> None:
    home = Organization("home", "Example Home")
    refused.cli.answers[0] = Unauthorized(ErrorCode.ORGANIZATION_DISABLED, organizations=(home,))
    asyncio.run(refused.engine().poll_once())
    engine = refused.engine()
    asyncio.run(engine.poll_once())
    snapshot = engine.snapshot
    assert refused.cli.requests == 1
    assert snapshot.problem is not None
    assert (snapshot.status, snapshot.problem.code) == (Status.UNAUTHORIZED, DISABLED.code)
    assert isinstance(snapshot.next_poll, Paused)
    assert snapshot.next_poll.until == refused.clock.now() + timedelta(days=1)
    assert [each.id for each in snapshot.organizations] == ["home"]


@pytest.mark.parametrize("changes", ["credentials", "account", "nothing"])
def test_other_credentials_are_tried(refused: Bench, changes: str) -> None:
    asyncio.run(refused.engine().poll_once())
    if changes == "credentials":
        refused.cli.stamp = 1
    elif changes == "account":
        refused.cli.account = AccountId("account-2")
    asyncio.run(refused.engine().poll_once())
    assert refused.cli.requests == (1 if changes == "nothing" else 2)


@pytest.mark.parametrize("answer", [Offline(), Fetched(reading())])
def test_only_an_answer_lifts_a_refusal(refused: Bench, answer: Outcome) -> None:
    async def story() -> None:
        engine = refused.engine()
        async with running(engine):
            await until(lambda: engine.snapshot.status is Status.UNAUTHORIZED)
            refused.cli.answers[0] = answer
            await engine.refresh()
        await refused.engine().poll_once()

    asyncio.run(story())
    assert refused.cli.requests == (3 if isinstance(answer, Fetched) else 2)


def test_a_clock_that_was_set_back_prolongs_no_refusal(refused: Bench) -> None:
    asyncio.run(refused.engine().poll_once())
    refused.boot_id = "another boot"
    refused.clock.set_wall(refused.clock.now() - timedelta(days=400))
    asyncio.run(refused.engine().poll_once())
    refused.clock.advance(24 * HOUR_S)
    asyncio.run(refused.engine().poll_once())
    assert refused.cli.requests == 2


def test_an_account_without_a_plan_is_asked_about_once(refused: Bench) -> None:
    refused.cli.answers[0] = MissingCredentials(ErrorCode.ORGANIZATIONS_NONE)
    refused.mode = Mode.CLI
    for _ in range(2):
        engine = refused.engine()
        asyncio.run(engine.poll_once())
        assert engine.snapshot.status is Status.MISSING_CREDENTIALS
    assert refused.cli.requests == 1
