"""Tests the end of a session key: claude.ai tells it, restarts keep it, and it is removed with the key."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.secret import Secret
from claudometer.domain.usage import Mode
from claudometer.engine.dependencies import Overrides
from claudometer.vault.memory import MemoryStore
from tests.engine.served import ServedBench
from tests.settings_with import settings_with
from tests.simulator import SESSION_KEY
from tests.simulator.fixtures import simulator

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.engine.engine import Engine
    from tests.simulator import Simulator

__all__ = ["simulator"]

NEW = "sk-ant-sid02-CANARY-renewed-0123456789"
TYPED = "sk-ant-sid02-CANARY-typed-0123456789"
FOUR_WEEKS = "; Max-Age=2419200"


@pytest.fixture
def bench(tmp_path: Path, simulator: Simulator) -> ServedBench:
    """A bench in web mode with a key in the keyring."""
    store = MemoryStore()
    store.write(Secret(SESSION_KEY))
    bench = ServedBench(tmp_path, simulator, store=store)
    bench.settings_store.save(settings_with(mode=Mode.WEB))
    return bench


def answer_with(simulator: Simulator, key: str, attributes: str = "") -> None:
    """Make the next usage response set this key."""
    body = simulator.account.usage(simulator.now())
    simulator.usage.answer(200, body, cookies=[f"sessionKey={key}; Path=/; HttpOnly{attributes}"])
    simulator.account.session_keys.add(key)


def poll(engine: Engine) -> None:
    asyncio.run(engine.poll_once())


def days_left(bench: ServedBench, engine: Engine) -> float | None:
    """Return how many days the key has, by the snapshot and by the form."""
    ends_at = asyncio.run(engine.form())["session_key"]["ends_at"]
    shown = engine.snapshot.key_ends_at
    assert ends_at == (None if shown is None else shown.timestamp())
    return None if shown is None else (shown - bench.clock.now()) / timedelta(days=1)


def state_file(bench: ServedBench) -> str:
    return (bench.folder / "state" / "state.json").read_text(encoding="utf-8")


def is_end_on_disk(bench: ServedBench) -> bool:
    kept = bench.state.read().get("key_ends") or {}
    return any("+00:00" in str(member) for member in kept.values())


@pytest.mark.parametrize("key", [SESSION_KEY, NEW])
def test_an_end_that_a_response_tells_is_known_also_after_a_restart(
    bench: ServedBench, simulator: Simulator, key: str
) -> None:
    engine = bench.engine()
    poll(engine)
    assert days_left(bench, engine) is None
    answer_with(simulator, key, FOUR_WEEKS)
    poll(engine)
    assert days_left(bench, engine) == pytest.approx(28, abs=0.01)
    restarted = bench.engine()
    poll(restarted)
    assert days_left(bench, restarted) == pytest.approx(28, abs=0.01)
    assert "CANARY" not in state_file(bench)
    assert key not in state_file(bench)


def test_a_new_key_without_an_end_has_none(bench: ServedBench, simulator: Simulator) -> None:
    engine = bench.engine()
    answer_with(simulator, SESSION_KEY, FOUR_WEEKS)
    poll(engine)
    answer_with(simulator, NEW)
    poll(engine)
    assert days_left(bench, engine) is None


def test_a_typed_key_brings_its_own_end_and_another_typed_key_does_not_keep_it(
    bench: ServedBench, simulator: Simulator
) -> None:
    engine = bench.engine()
    answer_with(simulator, TYPED, FOUR_WEEKS)
    asyncio.run(engine.save({"session_key": TYPED}))
    assert days_left(bench, engine) == pytest.approx(28, abs=0.01)
    restarted = bench.engine()
    poll(restarted)
    assert days_left(bench, restarted) == pytest.approx(28, abs=0.01)
    asyncio.run(restarted.save({"session_key": SESSION_KEY}))
    assert days_left(bench, restarted) is None


def test_a_removed_key_and_one_that_is_not_kept_leave_no_end_on_the_disk(
    bench: ServedBench, simulator: Simulator
) -> None:
    engine = bench.engine()
    answer_with(simulator, SESSION_KEY, FOUR_WEEKS)
    poll(engine)
    assert is_end_on_disk(bench)
    asyncio.run(engine.save({"remember": False}))
    assert not is_end_on_disk(bench)
    assert days_left(bench, engine) == pytest.approx(28, abs=0.01)
    asyncio.run(engine.save({"remember": True}))
    assert is_end_on_disk(bench)
    asyncio.run(engine.forget_key())
    assert days_left(bench, engine) is None
    assert not is_end_on_disk(bench)


def test_the_end_of_a_key_from_the_environment_is_for_this_run_only(
    bench: ServedBench, simulator: Simulator
) -> None:
    bench.overrides = Overrides(session_key=Secret(SESSION_KEY))
    engine = bench.engine()
    answer_with(simulator, SESSION_KEY, FOUR_WEEKS)
    poll(engine)
    assert days_left(bench, engine) == pytest.approx(28, abs=0.01)
    assert "key_ends" not in state_file(bench)
