"""``--account`` overrides the environment, with and without the app, and each id means one account."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.watched_account import watched
from tests.simulator.account import (
    CHAT_ORGANIZATION,
    SESSION_KEY,
    TEAM_ORGANIZATION,
    Token,
    write_login,
)

if TYPE_CHECKING:
    from tests.cli.program import Program
    from tests.control.running_server import RunningServer
    from tests.simulator import Simulator

AT_HOME, AT_WORK = 11.0, 97.0
WORK_TOKEN = "sk-ant-oat01-simulated-access-token-0002"


@pytest.fixture
def two_folders(program: Program, simulator: Simulator) -> Program:
    """A login in the default folder and another in ``.claude-work``, which the environment names."""
    write_login(program.home.path / ".claude")
    write_login(program.home.path / ".claude-work", WORK_TOKEN, organization=TEAM_ORGANIZATION)
    simulator.account.usage = lambda _: {"five_hour": {"utilization": AT_HOME}}
    simulator.account.tokens[WORK_TOKEN] = Token(usage=lambda _: {"five_hour": {"utilization": AT_WORK}})
    program.env |= simulator.environment()
    program.env["CLAUDE_CONFIG_DIR"] = str(program.home.path / ".claude-work")
    return program


def session_of(report: Any) -> float:  # noqa: ANN401 - JSON
    percent: float = report["limits"][0]["percent"]
    return percent


@pytest.mark.parametrize("wanted", ["default", CHAT_ORGANIZATION])
def test_the_option_overrides_the_environment(two_folders: Program, wanted: str) -> None:
    assert session_of(two_folders.run("status", "--json").json()) == AT_WORK
    answer = two_folders.run("status", "--json", "--account", wanted)
    report = answer.json()
    assert (answer.code, answer.err, session_of(report)) == (0, "", AT_HOME)
    assert report["account"]["id"] == "default"


def test_watch_takes_the_option_too_and_its_first_line_has_the_mode_in_force(two_folders: Program) -> None:
    words = two_folders.command("watch", "--json", "--account=default")
    with subprocess.Popen(words, env=two_folders.environment, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        try:
            lines = [json.loads(watching.stdout.readline())]
            while lines[-1]["status"] != "ok":
                lines.append(json.loads(watching.stdout.readline()))
        finally:
            watching.kill()
    assert {line["mode"] for line in lines} == {"cli"}
    assert session_of(lines[-1]) == AT_HOME


def test_an_account_of_a_folder_that_only_the_environment_names_is_not_called_default(
    two_folders: Program,
) -> None:
    (before_any_request,) = two_folders.run("accounts", "--json").json()["accounts"]
    assert before_any_request["id"] == TEAM_ORGANIZATION
    assert two_folders.run("status", "--json").json()["account"]["id"] == TEAM_ORGANIZATION
    (listed,) = two_folders.run("accounts", "--json").json()["accounts"]
    assert listed["id"] == TEAM_ORGANIZATION
    del two_folders.env["CLAUDE_CONFIG_DIR"]
    (listed,) = two_folders.run("accounts", "--json").json()["accounts"]
    assert listed["id"] == two_folders.run("status", "--json").json()["account"]["id"] == "default"


def test_another_account_of_the_settings_is_shown_with_its_own_folder(two_folders: Program) -> None:
    config = two_folders.home.config / "claudometer"
    config.mkdir(parents=True)
    folder = str(two_folders.home.path / ".claude-work")
    accounts = {"default": {}, "work": {"mode": "cli", "claude_folder": folder}}
    (config / "settings.json").write_text(json.dumps({"accounts": accounts}), encoding="utf-8")
    del two_folders.env["CLAUDE_CONFIG_DIR"]
    for wanted, percent in (("work", AT_WORK), ("default", AT_HOME)):
        report = two_folders.run("status", "--json", "--account", wanted).json()
        assert (report["account"]["id"], session_of(report)) == (wanted, percent)


def test_a_session_key_in_the_environment_is_the_account_that_was_never_set_up(
    program: Program, simulator: Simulator
) -> None:
    program.env |= simulator.environment() | {"CLAUDOMETER_SESSION_KEY": SESSION_KEY}
    report = program.run("status", "--json", "--account", "default").json()
    assert (report["status"], report["mode"], report["account"]["id"]) == ("ok", "web", "default")
    write_login(program.home.path / ".claude")
    assert program.run("status", "--json", "--account", "default").json()["mode"] == "cli"
    assert program.run("status", "--json").json()["mode"] == "web"


@pytest.mark.parametrize("command", ["status", "watch"])
def test_an_account_that_does_not_exist_is_wrong_usage(two_folders: Program, command: str) -> None:
    answer = two_folders.run(command, "--json", "--account", "nobody")
    assert (answer.code, answer.out) == (64, "")
    assert "“nobody”" in answer.err
    assert "default" in answer.err


def test_the_running_app_answers_about_its_account_whatever_the_environment_names(
    program: Program, app: RunningServer, simulator: Simulator
) -> None:
    app.watched = watched(f"{program.home.path}/.claude")
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "web"}
    report = program.run("status", "--json", "--account", "default").json()
    assert (report["mode"], report["account"]["id"], session_of(report)) == ("cli", "default", 81.0)
    assert simulator.requests == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("command", ["status", "watch"])
def test_beside_an_app_an_account_that_does_not_exist_is_not_said_to_be_checked(
    program: Program, command: str
) -> None:
    answer = program.run(command, "--account", "nobody")
    assert (answer.code, answer.out) == (64, "")
    assert "“nobody”" in answer.err
    assert "in the tray" not in answer.err
