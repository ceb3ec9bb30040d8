"""The check of this computer for the window: a real child process, and its report."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.processes import checkup
from claudometer.processes.checkup import CheckupProcess
from tests.desktop.private_home import PrivateHome
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.control.wire.checkup import DoctorAnswer

pytestmark = pytest.mark.slow  # each starts the whole program as a child, some three times


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateHome]:
    """A private home, in which this process and its children are, without a server to reach."""
    found = PrivateHome.create()
    for name, value in {**found.env, "CLAUDOMETER_OAUTH_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    yield found
    found.remove()


def run(what: str | None = None, *, demo: bool = False, has_session_key: bool = False) -> DoctorAnswer:
    async def once() -> DoctorAnswer:
        return await CheckupProcess(demo=demo, has_session_key=has_session_key).run(what)

    return asyncio.run(once())


def state_of(answer: DoctorAnswer, part: str) -> str:
    return next(check["state"] for check in answer["report"]["checks"] if check["id"] == part)


def test_the_report_is_that_of_the_command_with_a_text_to_copy(home: PrivateHome) -> None:
    write_login(home.path / ".claude")
    answer = run()
    assert answer["report"]["needs_you"] == 1
    assert state_of(answer, "login") == "ok"
    assert state_of(answer, "connection") == "attention"
    assert answer["rest"] == ""  # the clock is not known without a connection
    assert "- ✗ **Connection to Claude**" in answer["text"]


def test_a_button_installs_before_it_checks(home: PrivateHome) -> None:
    write_login(home.path / ".claude")
    assert state_of(run(), "status-line") == "not-here"
    assert state_of(run("install-status-line"), "status-line") == "ok"
    assert state_of(run("install-hook"), "hook") == "ok"
    settings = json.loads((home.path / ".claude/settings.json").read_text(encoding="utf-8"))
    assert settings.keys() == {"statusLine", "hooks"}


def test_any_other_word_only_checks(home: PrivateHome) -> None:
    write_login(home.path / ".claude")
    run("quit")
    assert not (home.path / ".claude/settings.json").exists()


def test_a_session_key_of_the_environment_counts_although_no_child_gets_it(
    home: PrivateHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDOMETER_WEB_URL", "http://127.0.0.1:9")
    assert state_of(run(has_session_key=True), "login") == "ok"


def test_the_demo_checks_nothing_of_the_users(home: PrivateHome) -> None:
    answer = run(demo=True)
    assert {state_of(answer, part) for part in ("login", "connection", "status-line", "data")} == {"not-here"}


def test_a_check_that_does_not_end_is_an_error(home: PrivateHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "LIMIT_S", 0.01)
    with pytest.raises(ClaudometerError) as raised:
        run()
    assert raised.value.code is ErrorCode.INTERNAL
