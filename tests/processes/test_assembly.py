"""The engine as it is assembled from real files, for a user who has not chosen a mode."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.clock import CorrectedClock
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import Mode
from claudometer.processes.assembly import assemble, find_browser
from claudometer.processes.run_context import read_context
from claudometer.system.login_folder import with_tilde
from claudometer.system.state import JsonState
from tests.clocks import NOON, FakeClock
from tests.simulator.account import SESSION_KEY, write_login
from tests.simulator.fixtures import simulator
from tests.unprivileged import unprivileged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator import Simulator

__all__ = ["simulator"]

CANARY = "sk-ant-oat01-canary-locked-away"


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simulator: Simulator) -> Path:
    """A private home with a login in the folder that CLAUDE_CONFIG_DIR names."""
    for name in tuple(os.environ):
        if name.startswith(("CLAUDOMETER_", "XDG_")):
            monkeypatch.delenv(name)
    for name, value in simulator.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "logins"))
    path = write_login(tmp_path / "logins", CANARY)
    path.parent.chmod(0o755)
    return path


def poll() -> Snapshot:
    async def assemble_and_poll() -> Snapshot:
        engine = await assemble(read_context(demo=False))
        return await engine.poll_once()

    with unprivileged():
        return asyncio.run(assemble_and_poll())


def test_an_unreadable_login_is_reported_with_its_folder_even_before_a_mode_is_chosen(
    tmp_path: Path, login: Path, simulator: Simulator
) -> None:
    login.chmod(0)
    snapshot = poll()
    facts = (("login_folder", str(tmp_path / "logins")),)
    assert (snapshot.mode, snapshot.problem) == (Mode.CLI, Problem(ErrorCode.LOGIN_DENIED, facts=facts))
    assert simulator.requests == []


def test_a_damaged_login_is_reported_even_before_a_mode_is_chosen(tmp_path: Path, login: Path) -> None:
    login.write_text("{", encoding="utf-8")
    login.chmod(0o644)
    snapshot = poll()
    assert (snapshot.mode, snapshot.problem) == (Mode.CLI, Problem(ErrorCode.LOGIN_UNREADABLE))


def test_with_a_session_key_in_the_environment_an_unreadable_login_does_not_matter(
    tmp_path: Path, login: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDOMETER_SESSION_KEY", SESSION_KEY)
    login.chmod(0)
    snapshot = poll()
    assert (snapshot.mode, snapshot.problem) == (Mode.WEB, None)


def test_without_any_login_a_session_key_is_requested(login: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    login.unlink()
    monkeypatch.delenv("CLAUDE_CONFIG_DIR")
    snapshot = poll()
    assert (snapshot.mode, snapshot.problem) == (Mode.WEB, Problem(ErrorCode.SESSION_KEY_MISSING))


def test_a_variable_that_names_a_folder_without_a_login_is_named(login: Path) -> None:
    login.unlink()
    snapshot = poll()
    facts = (("reason", "empty"), ("folder", with_tilde(login.parent)), ("variable", "CLAUDE_CONFIG_DIR"))
    assert (snapshot.mode, snapshot.problem) == (Mode.CLI, Problem(ErrorCode.LOGIN_FOLDER_WRONG, facts=facts))


def test_the_login_is_read_from_the_folder_saved_in_an_earlier_run(
    tmp_path: Path, login: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLAUDE_CONFIG_DIR")
    write_login(tmp_path / "chosen")
    settings = read_context(demo=False).places.settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"claude_folder": str(tmp_path / "chosen")}), encoding="utf-8")

    async def assemble_and_poll() -> Snapshot:
        return await (await assemble(read_context(demo=False))).poll_once()

    snapshot = asyncio.run(assemble_and_poll())
    assert (snapshot.mode, snapshot.status, snapshot.problem) == (Mode.CLI, Status.OK, None)
    assert [request.credential for request in simulator.requests] == ["known"]


@pytest.mark.skipif(sys.platform != "linux", reason="the browser's engine is WebKitGTK")
def test_setting_the_clock_forward_does_not_shorten_the_browsers_pause(
    tmp_path: Path, login: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    clock = FakeClock()
    context = replace(read_context(demo=False), clock=CorrectedClock(clock))
    browser = find_browser(context, JsonState(tmp_path / "state.json"), "this run of the machine")
    assert browser is not None
    assert asyncio.run(browser.refuse(testing=False)) is None
    clock.set_wall(NOON + timedelta(hours=1))
    refused = asyncio.run(browser.refuse(testing=False))
    assert refused is not None
    assert refused.code is ErrorCode.BROWSER_RESTING
