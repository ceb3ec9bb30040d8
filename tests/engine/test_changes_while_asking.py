"""Tests changes that the user makes during a request: its response no longer applies."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import SnapshotChanged
from claudometer.domain.next_poll import Poll, Reason
from claudometer.domain.outcome import Fetched, Offline, Status, Unauthorized
from claudometer.domain.secret import Secret
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.domain.usage import AccountId, Mode
from tests.engine.served import running
from tests.readings import account, reading, session
from tests.settings_with import settings_with
from tests.waiting import TIMEOUT_S, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from claudometer.domain.usage import Reading
    from claudometer.engine.dependencies import StateFile
    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench, ScriptedSource

OLD_KEY = Secret("sk-ant-sid01-OLD-0123456789abcdef")
NEW_KEY = "sk-ant-sid02-CANARY-0123456789abcdef"


def web_reading(percent: float) -> Reading:
    return replace(reading(session(percent)), account=account(Mode.WEB))


@pytest.fixture
def in_web_mode(bench: Bench) -> Bench:
    bench.store.write(OLD_KEY)
    bench.settings_store.save(settings_with(mode=Mode.WEB))
    return bench


@pytest.fixture(autouse=True)
def _frequent_checks(bench: Bench) -> None:
    bench.check_every_s = 0.02


@asynccontextmanager
async def requesting(bench: Bench, engine: Engine, source: ScriptedSource) -> AsyncIterator[None]:
    """Run the engine; the block runs during its first request, whose response arrives at the block's end."""
    arrive = source.hold = asyncio.Event()
    async with running(engine):
        await source.is_asked.wait()
        yield
        arrive.set()
        # Checks go on after that response and after the request that the change leads to.
        await bench.until_checked()
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
        async with requesting(bench, engine, bench.web):
            await engine.save({"session_key": NEW_KEY})

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
        async with requesting(bench, engine, bench.cli):
            await engine.save({"mode": "web"})  # uses the key that is in the keyring

    asyncio.run(scenario())
    assert engine.snapshot.mode is Mode.WEB
    assert engine.snapshot.status is Status.OFFLINE
    assert engine.snapshot.reading is None


def test_numbers_that_arrive_after_the_key_is_forgotten_are_not_kept(in_web_mode: Bench) -> None:
    bench = in_web_mode
    bench.web.answers[0] = Fetched(web_reading(11.0))
    engine = bench.engine()

    async def scenario() -> None:
        async with requesting(bench, engine, bench.web):
            await engine.forget_key()

    asyncio.run(scenario())
    assert engine.snapshot.status is Status.MISSING_CREDENTIALS
    assert engine.snapshot.reading is None
    assert "11.0" not in (bench.folder / "state" / "state.json").read_text(encoding="utf-8")


class SlowDisk:
    """A state file whose first write of a reading returns once ``may_return`` is set."""

    is_spare = False
    fault: Mapping[str, str] = {}

    def __init__(self, state: StateFile) -> None:
        self._state = state
        self.has_written, self.may_return = threading.Event(), threading.Event()

    def read(self) -> dict[str, Any]:
        return self._state.read()

    def change(self, edit: Callable[[dict[str, Any]], None], *, durable: bool = True) -> None:
        self._state.change(edit, durable=durable)
        if self.read().get("readings") and not self.has_written.is_set():
            self.has_written.set()
            assert self.may_return.wait(TIMEOUT_S)


def test_a_mode_switched_while_a_response_is_written_does_not_show_the_other_modes_numbers(
    bench: Bench,
) -> None:
    bench.store.write(OLD_KEY)
    bench.web.answers[0] = Offline()
    bench.state = disk = SlowDisk(bench.state)
    engine = bench.engine()
    modes: list[Mode] = []

    async def scenario() -> None:
        async with running(engine):
            await until(disk.has_written.is_set)
            await engine.save({"mode": "web"})
            bench.bus.subscribe(SnapshotChanged, lambda event: modes.append(event.snapshot.mode))
            disk.may_return.set()
            await until(lambda: engine.snapshot.status is Status.OFFLINE)

    asyncio.run(scenario())
    assert set(modes) == {Mode.WEB}
    assert engine.snapshot.reading is None


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
