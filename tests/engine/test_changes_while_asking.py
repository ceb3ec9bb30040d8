"""What the user changes while a request is under way: its late answer was to another question."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.budget import OAUTH_BUDGET
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Fetched, Offline, Status, Unauthorized
from claudometer.domain.policy import Poll, Reason
from claudometer.domain.secret import Secret
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
async def asking(engine: Engine, source: object) -> AsyncIterator[asyncio.Event]:
    """Run the engine up to its first request; setting the event lets the answer come, and all after it."""
    arrive = source.hold = asyncio.Event()  # type: ignore[attr-defined]
    task = asyncio.create_task(engine.run())
    async with asyncio.timeout(5):
        await source.is_asked.wait()  # type: ignore[attr-defined]
        yield arrive
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def settled(engine: Engine, arrive: asyncio.Event) -> None:
    arrive.set()
    await asyncio.sleep(0.2)
    assert not engine.snapshot.refreshing


@pytest.mark.parametrize(
    "late", [Unauthorized(ErrorCode.SESSION_KEY_REJECTED), Offline(), Fetched(web_reading(11.0))]
)
def test_the_late_answer_for_an_old_key_says_nothing_about_the_new_one(
    in_web_mode: Bench, late: Unauthorized | Offline | Fetched
) -> None:
    bench = in_web_mode
    bench.web.answers.extendleft([late])
    bench.web.answers[1] = Fetched(web_reading(77.0))
    engine = bench.engine()

    async def scenario() -> None:
        async with asking(engine, bench.web) as arrive:
            await engine.save({"session_key": NEW_KEY})
            await settled(engine, arrive)

    asyncio.run(scenario())
    assert engine.snapshot.status is Status.OK
    assert engine.snapshot.reading == web_reading(77.0)
    assert isinstance(engine.snapshot.next_poll, Poll)
    assert bench.web.requests == 2


def test_a_mode_switched_while_asking_does_not_show_the_other_modes_numbers(bench: Bench) -> None:
    bench.store.write(OLD_KEY)
    bench.web.answers[0] = Offline()
    engine = bench.engine()

    async def scenario() -> None:
        async with asking(engine, bench.cli) as arrive:
            await engine.save({"mode": "web"})  # finds the key of an earlier time
            await settled(engine, arrive)

    asyncio.run(scenario())
    assert engine.snapshot.mode is Mode.WEB
    assert engine.snapshot.status is Status.OFFLINE
    assert engine.snapshot.reading is None


def test_numbers_that_arrive_after_their_key_was_forgotten_are_not_kept(in_web_mode: Bench) -> None:
    bench = in_web_mode
    bench.web.answers[0] = Fetched(web_reading(11.0))
    engine = bench.engine()

    async def scenario() -> None:
        async with asking(engine, bench.web) as arrive:
            await engine.forget_key()
            await settled(engine, arrive)

    asyncio.run(scenario())
    assert engine.snapshot.status is Status.MISSING_CREDENTIALS
    assert engine.snapshot.reading is None
    assert "11.0" not in (bench.folder / "state" / "state.json").read_text(encoding="utf-8")


def test_two_saves_at_once_both_count(bench: Bench) -> None:
    engine = bench.engine()

    async def scenario() -> None:
        await engine.recall()
        await asyncio.gather(engine.save({"interval_seconds": 30}), engine.save({"remember": False}))

    asyncio.run(scenario())
    assert bench.saved() == settings_with(interval_seconds=30, remember_session_key=False)
    assert engine.settings == bench.saved()


def test_a_rejected_key_is_no_problem_of_cli_mode_even_while_its_budget_is_spent(in_web_mode: Bench) -> None:
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


def test_another_organization_is_not_shown_with_the_numbers_of_the_one_before(in_web_mode: Bench) -> None:
    bench = in_web_mode
    bench.web.answers[0] = Fetched(web_reading(11.0))
    engine = bench.engine()

    async def scenario() -> None:
        await engine.poll_once()
        bench.web.account = AccountId("account-1:another")
        await engine.save({"organization_id": "another"})

    asyncio.run(scenario())
    assert engine.snapshot.reading is None
