"""Tests changes that the user makes during a request: its response no longer applies."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Poll, Reason
from claudometer.domain.outcome import Fetched, Offline, Status, Unauthorized
from claudometer.domain.secret import Secret
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.domain.usage import AccountId, Mode
from tests.readings import account, reading, session
from tests.settings_with import settings_with

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from claudometer.domain.usage import Reading
    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench

OLD_KEY = Secret("sk-ant-sid01-OLD-0123456789abcdef")
NEW_KEY = "sk-ant-sid02-CANARY-0123456789abcdef"


def web_reading(percent: float) -> Reading:
    return replace(reading(session(percent)), account=account(Mode.WEB))


@pytest.fixture
def in_web_mode(bench: Bench) -> Bench:
    bench.store.write(OLD_KEY)
    bench.settings_store.save(settings_with(mode=Mode.WEB))
    return bench


@asynccontextmanager
async def requesting(engine: Engine, source: object) -> AsyncIterator[asyncio.Event]:
    """Run the engine up to its first request, which ends when the test sets the event."""
    arrive = source.hold = asyncio.Event()  # type: ignore[attr-defined]
    task = asyncio.create_task(engine.run())
    async with asyncio.timeout(60):
        await source.is_asked.wait()  # type: ignore[attr-defined]
        yield arrive
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def let_arrive(engine: Engine, arrive: asyncio.Event) -> None:
    arrive.set()
    await asyncio.sleep(0.2)  # long enough for a second request, which the scripted source answers directly
    assert not engine.snapshot.refreshing


@pytest.mark.parametrize(
    "late", [Unauthorized(ErrorCode.SESSION_KEY_REJECTED), Offline(), Fetched(web_reading(11.0))]
)
def test_the_late_response_for_the_old_key_is_dropped(
    in_web_mode: Bench, late: Unauthorized | Offline | Fetched
) -> None:
    bench = in_web_mode
    bench.web.answers.extendleft([late])
    bench.web.answers[1] = Fetched(web_reading(77.0))
    engine = bench.engine()

    async def scenario() -> None:
        async with requesting(engine, bench.web) as arrive:
            await engine.save({"session_key": NEW_KEY})
            await let_arrive(engine, arrive)

    asyncio.run(scenario())
    assert engine.snapshot.status is Status.OK
    assert engine.snapshot.reading == web_reading(77.0)
    assert isinstance(engine.snapshot.next_poll, Poll)
    assert bench.web.requests == 2


def test_a_mode_switched_during_a_request_does_not_show_the_other_modes_numbers(bench: Bench) -> None:
    bench.store.write(OLD_KEY)
    bench.web.answers[0] = Offline()
    engine = bench.engine()

    async def scenario() -> None:
        async with requesting(engine, bench.cli) as arrive:
            await engine.save({"mode": "web"})  # uses the key that is in the keyring
            await let_arrive(engine, arrive)

    asyncio.run(scenario())
    assert engine.snapshot.mode is Mode.WEB
    assert engine.snapshot.status is Status.OFFLINE
    assert engine.snapshot.reading is None


def test_numbers_that_arrive_after_the_key_is_forgotten_are_not_kept(in_web_mode: Bench) -> None:
    bench = in_web_mode
    bench.web.answers[0] = Fetched(web_reading(11.0))
    engine = bench.engine()

    async def scenario() -> None:
        async with requesting(engine, bench.web) as arrive:
            await engine.forget_key()
            await let_arrive(engine, arrive)

    asyncio.run(scenario())
    assert engine.snapshot.status is Status.MISSING_CREDENTIALS
    assert engine.snapshot.reading is None
    assert "11.0" not in (bench.folder / "state" / "state.json").read_text(encoding="utf-8")


def test_two_concurrent_saves_are_both_kept(bench: Bench) -> None:
    engine = bench.engine()

    async def scenario() -> None:
        await engine.recall()
        await asyncio.gather(engine.save({"interval_seconds": 30}), engine.save({"remember": False}))

    asyncio.run(scenario())
    assert bench.saved() == settings_with(interval_seconds=30, remember_session_key=False)
    assert engine.settings == bench.saved()


def test_a_rejected_key_is_no_problem_in_cli_mode_even_with_an_empty_bucket(in_web_mode: Bench) -> None:
    bench = in_web_mode
    bench.cli.budget = OAUTH_BUDGET
    bench.web.account = AccountId("account-of-the-key")
    bench.web.answers[0] = Unauthorized(ErrorCode.SESSION_KEY_REJECTED)
    engine = bench.engine()

    async def scenario() -> None:
        await engine.save({"mode": "cli"})
        for _ in range(OAUTH_BUDGET.capacity):
            await engine.poll_once()
        await engine.save({"mode": "web"})
        await engine.poll_once()
        assert engine.snapshot.status is Status.UNAUTHORIZED
        await engine.save({"mode": "cli"})
        await engine.poll_once()

    asyncio.run(scenario())
    assert isinstance(engine.snapshot.next_poll, Poll)
    assert engine.snapshot.next_poll.reason is Reason.BUDGET
    assert (engine.snapshot.status, engine.snapshot.problem) == (Status.OK, None)


def test_choosing_another_organization_removes_the_first_ones_numbers(in_web_mode: Bench) -> None:
    bench = in_web_mode
    bench.web.answers[0] = Fetched(web_reading(11.0))
    engine = bench.engine()

    async def scenario() -> None:
        await engine.poll_once()
        bench.web.account = AccountId("account-1:another")
        await engine.save({"organization_id": "another"})

    asyncio.run(scenario())
    assert engine.snapshot.reading is None
