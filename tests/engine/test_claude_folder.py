"""Tests a change of Claude Code's folder: its login applies at once, and the old account's numbers go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode, InvalidSettingError
from claudometer.domain.outcome import Status
from claudometer.system.login_folder import ClaudeFolder
from tests.engine.served import ServedBench, running
from tests.simulator import ACCESS_TOKEN, Reply, Token
from tests.simulator.account import CHAT_ORGANIZATION, TEAM_ORGANIZATION, write_login
from tests.simulator.fixtures import simulator
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.engine.engine import Engine
    from tests.simulator import Simulator

__all__ = ["simulator"]

OTHER_TOKEN = "sk-ant-oat01-simulated-other-account-01"


@pytest.fixture
def bench(tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> ServedBench:
    """A home folder with a login in the default folder and one of another account in ``work``."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    monkeypatch.delenv("CLAUDE_SECURESTORAGE_CONFIG_DIR", raising=False)
    simulator.account.tokens = {ACCESS_TOKEN: Token(), OTHER_TOKEN: Token()}
    write_login(tmp_path / ".claude")
    write_login(tmp_path / "work", OTHER_TOKEN, organization=TEAM_ORGANIZATION)
    bench = ServedBench(tmp_path, simulator)
    bench.claude_folder = ClaudeFolder()
    return bench


def shown(engine: Engine) -> str | None:
    reading = engine.snapshot.reading
    return reading.account.id if reading else None


def test_a_chosen_folder_applies_immediately_and_removes_the_other_accounts_numbers(
    bench: ServedBench, simulator: Simulator, tmp_path: Path
) -> None:
    engine = bench.engine()

    async def story() -> None:
        async with running(engine):
            await until(lambda: shown(engine) == CHAT_ORGANIZATION)
            arrives = simulator.oauth.hold(Reply(body=simulator.account.usage(simulator.now())))
            form = await engine.save({"claude_folder": "~/work"})
            assert shown(engine) is None
            assert form["claude_folder"] == {"own": "~/work", "variable": None}
            arrives.set()
            await until(lambda: shown(engine) == TEAM_ORGANIZATION)
            await engine.save({"claude_folder": ""})
            await until(lambda: shown(engine) == CHAT_ORGANIZATION)

    asyncio.run(story())
    assert bench.saved().account.claude_folder is None


def test_a_folder_without_a_login_is_saved_and_waits_for_one(bench: ServedBench, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    engine = bench.engine()

    async def story() -> None:
        await engine.save({"claude_folder": str(tmp_path / "empty")})
        await engine.poll_once()

    asyncio.run(story())
    assert bench.saved().account.claude_folder == str(tmp_path / "empty")
    assert engine.snapshot.status is Status.MISSING_CREDENTIALS


@pytest.mark.parametrize("typed", ["work", "~/nowhere", 7, "x" * 5000, "~/a\nb"])
def test_an_invalid_folder_is_refused_and_nothing_is_saved(bench: ServedBench, typed: object) -> None:
    engine = bench.engine()
    with pytest.raises(InvalidSettingError) as refused:
        asyncio.run(engine.save({"claude_folder": typed, "interval_seconds": 300}))
    assert (refused.value.field, refused.value.code) == ("claude_folder", ErrorCode.CLAUDE_FOLDER_REFUSED)
    assert not (bench.folder / "settings.json").exists()


def test_other_settings_can_be_saved_while_the_chosen_folder_is_missing(
    bench: ServedBench, tmp_path: Path
) -> None:
    engine = bench.engine()
    asyncio.run(engine.save({"claude_folder": "~/work"}))
    (tmp_path / "work").rename(tmp_path / "away")
    asyncio.run(engine.save({"interval_seconds": 300}))
    assert bench.saved().interval_seconds == 300
    assert bench.saved().account.claude_folder == str(tmp_path / "work")
