"""A command reports the account that its environment names, never another one in the tray."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claudometer.cli.environment_account import EnvironmentAccount
from claudometer.domain.errors import ErrorCode
from claudometer.domain.secret import Secret
from claudometer.providers.claude.session_key import name_of
from claudometer.settings.environment_defaults import OAUTH_URL
from tests.cli.watched_account import watched
from tests.kept_requests import kept_requests
from tests.kept_state import read_state
from tests.sentences import title
from tests.simulator import Token
from tests.simulator.account import SESSION_KEY, TEAM_ORGANIZATION, write_login

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.control.wire.report import Watched
    from tests.cli.program import Answer, Program
    from tests.control.small_engine import SmallEngine
    from tests.simulator import Simulator

OTHER_KEY = "sk-ant-sid02-another-session-key-0002"
WORK_TOKEN = "sk-ant-oat01-simulated-work-account-01"


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in tuple(os.environ):
        if name.upper().startswith(("CLAUDOMETER_", "CLAUDE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


NAMED: dict[str, tuple[dict[str, str], str | None]] = {
    "nothing": ({}, None),
    "empty variables": ({"CLAUDE_CONFIG_DIR": "", "CLAUDOMETER_MODE": "", "CLAUDOMETER_OAUTH_URL": ""}, None),
    "the same folder": ({"CLAUDE_CONFIG_DIR": "{home}/.claude"}, None),
    "with a slash": ({"CLAUDE_CONFIG_DIR": "{home}/.claude/"}, None),
    "with a tilde": ({"CLAUDE_CONFIG_DIR": "~/.claude"}, None),
    "by a link": ({"CLAUDE_CONFIG_DIR": "{home}/link"}, None),
    "by a relative path": ({"CLAUDE_CONFIG_DIR": ".claude"}, None),
    "another folder": ({"CLAUDE_CONFIG_DIR": "~/.claude-work"}, "CLAUDE_CONFIG_DIR"),
    "another folder for the login": (
        {"CLAUDE_CONFIG_DIR": "~/.claude", "CLAUDE_SECURESTORAGE_CONFIG_DIR": "~/.claude-work"},
        "CLAUDE_SECURESTORAGE_CONFIG_DIR",
    ),
    "the same folder for the login alone": (
        {"CLAUDE_CONFIG_DIR": "~/.claude-work", "CLAUDE_SECURESTORAGE_CONFIG_DIR": ""},
        None,
    ),
    "the same mode": ({"CLAUDOMETER_MODE": "cli"}, None),
    "another mode": ({"CLAUDOMETER_MODE": "web"}, "CLAUDOMETER_MODE"),
    "another mode in small letters": ({"claudometer_mode": "web"}, "CLAUDOMETER_MODE"),
    "no mode": ({"CLAUDOMETER_MODE": "both"}, "CLAUDOMETER_MODE"),
    "a session key": ({"CLAUDOMETER_SESSION_KEY": SESSION_KEY}, "CLAUDOMETER_SESSION_KEY"),
    "a session key that is not used": (
        {"CLAUDOMETER_SESSION_KEY": SESSION_KEY, "CLAUDOMETER_MODE": "cli"},
        None,
    ),
    "the same server": ({"CLAUDOMETER_OAUTH_URL": f"{OAUTH_URL}/"}, None),
    "the same with spaces": ({"CLAUDOMETER_OAUTH_URL": f" {OAUTH_URL}/\n"}, None),
    "another server": ({"CLAUDOMETER_OAUTH_URL": "https://example.org/oauth"}, "CLAUDOMETER_OAUTH_URL"),
    "a server that this mode does not use": ({"CLAUDOMETER_WEB_URL": "https://example.org/api"}, None),
    "what names no account": ({"CLAUDOMETER_LOG_LEVEL": "debug", "CLAUDOMETER_INTERVAL_SECONDS": "60"}, None),
}


@pytest.mark.parametrize("kind", NAMED)
def test_a_variable_that_differs_from_what_the_app_watches_is_found(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables, differs = NAMED[kind]
    for folder in (".claude", ".claude-work"):
        (tmp_path / folder).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / ".claude")
    monkeypatch.chdir(tmp_path)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(home=tmp_path))
    assert EnvironmentAccount(os.environ).differing_from(watched(f"{tmp_path}/.claude")) == differs


@pytest.mark.parametrize(
    ("variables", "differs"),
    [
        ({}, None),
        ({"CLAUDOMETER_SESSION_KEY": SESSION_KEY}, None),
        ({"CLAUDOMETER_SESSION_KEY": f"sessionKey={SESSION_KEY};"}, None),
        ({"CLAUDOMETER_SESSION_KEY": OTHER_KEY}, "CLAUDOMETER_SESSION_KEY"),
        ({"CLAUDOMETER_SESSION_KEY": "no key"}, "CLAUDOMETER_SESSION_KEY"),
        ({"CLAUDOMETER_MODE": "web"}, None),
        ({"CLAUDOMETER_MODE": "web", "CLAUDE_CONFIG_DIR": "~/.claude-work"}, None),
        ({"CLAUDOMETER_MODE": "cli"}, "CLAUDOMETER_MODE"),
        ({"CLAUDE_CONFIG_DIR": "~/.claude-work"}, "CLAUDE_CONFIG_DIR"),
        # That folder's account is set up for claude.ai, so with this variable the tray would show it.
        ({"CLAUDE_CONFIG_DIR": "~/.claude"}, None),
        ({"CLAUDOMETER_WEB_URL": "https://example.org/api"}, "CLAUDOMETER_WEB_URL"),
    ],
)
def test_a_variable_that_differs_from_an_account_of_claude_ai_is_found(
    variables: dict[str, str], differs: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    app = watched(f"{tmp_path}/.claude", "web", name_of(Secret(SESSION_KEY)))
    assert EnvironmentAccount(os.environ).differing_from(app) == differs


def test_every_variable_differs_from_an_app_that_does_not_say_what_it_watches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", "~/.claude")
    assert EnvironmentAccount(os.environ).differing_from(None) == "CLAUDE_CONFIG_DIR"


# Real commands beside an app that shows 81 % of another account.


@pytest.fixture
def work(program: Program, simulator: Simulator) -> Program:
    """A terminal whose variable names the folder of another account, of which 97 % are used."""
    full = {"five_hour": {"utilization": 97.0, "resets_at": None}}
    simulator.account.tokens[WORK_TOKEN] = Token(usage=lambda _now: full)
    write_login(program.home.path / ".claude")
    write_login(program.home.path / ".claude-work", WORK_TOKEN, organization=TEAM_ORGANIZATION)
    # The same address for both, so that it is not the difference.
    program.env |= {"CLAUDE_CONFIG_DIR": "~/.claude-work", "CLAUDOMETER_OAUTH_URL": simulator.oauth_url}
    return program


@pytest.fixture
def home_account(work: Program, simulator: Simulator) -> Watched:
    return {**watched(f"{work.home.path}/.claude"), "oauth_url": simulator.oauth_url}


def test_in_a_deleted_folder_a_relative_path_names_another_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", ".claude")
    named = EnvironmentAccount({})
    assert named.differing_from(watched(f"{tmp_path}/.claude")) == "CLAUDE_CONFIG_DIR"


def test_the_named_account_is_polled_and_a_script_is_told_nothing_but_the_answer(
    work: Program, engine: SmallEngine, home_account: Watched
) -> None:
    with work.serve(engine, watched=home_account):
        scripted, plain = work.run("status", "--json"), work.run("status")
        formatted = work.run("status", "--format", "{session.percent}")
    report = scripted.json()
    assert (report["limits"][0]["percent"], report["mode"]) == (97.0, "cli")
    assert report["account"]["organization_id"] == TEAM_ORGANIZATION
    assert formatted.out == "97\n"
    assert "97 %" in plain.out
    assert (scripted.err, formatted.err, plain.err) == ("", "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.skipif(not shutil.which("setsid"), reason="needs util-linux's setsid for a terminal of its own")
@pytest.mark.parametrize("words", ["status", "status --json", "status --format {session.percent}", "guard"])
def test_who_reads_the_errors_in_a_terminal_is_told_that_the_named_account_is_polled(
    work: Program, engine: SmallEngine, home_account: Watched, words: str
) -> None:
    """Whatever becomes of the output, for example ``status | cat``."""
    from tests.cli.terminal import Terminal

    command, env = work.command(*words.split()), {**work.environment, "TERM": "xterm"}
    with work.serve(engine, watched=home_account), Terminal(command, env) as terminal:
        terminal.wait()
        shown = " ".join(terminal.screen.text.split())
    assert "CLAUDE_CONFIG_DIR names a different account or source from the one in the tray" in shown
    assert "97" in shown


def test_the_app_reports_the_account_of_its_own_folder_and_nothing_is_sent(
    work: Program, engine: SmallEngine, home_account: Watched, simulator: Simulator
) -> None:
    work.env["CLAUDE_CONFIG_DIR"] = "~/.claude/"
    with work.serve(engine, watched=home_account):
        answer = work.run("status")
    assert "81 %" in answer.out
    assert answer.err == ""
    assert simulator.requests == []


def test_another_account_is_not_refreshed(
    work: Program, engine: SmallEngine, home_account: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse() -> None:
        raise AssertionError("the wrong account was refreshed")

    monkeypatch.setattr(engine, "refresh", refuse)
    with work.serve(engine, watched=home_account):
        answer = work.run("refresh")
    assert (answer.code, answer.out) == (69, "")
    assert title(ErrorCode.OTHER_ACCOUNT, variable="CLAUDE_CONFIG_DIR") in answer.err
    assert "claudometer status" in answer.err


def test_settings_says_that_the_window_is_that_of_another_account(
    work: Program, engine: SmallEngine, home_account: Watched
) -> None:
    with work.serve(engine, watched=home_account):
        answer = work.run("settings")
    assert (answer.code, answer.out) == (0, "")
    assert "CLAUDE_CONFIG_DIR names another" in answer.err


def test_a_folder_without_a_login_has_no_numbers_of_another_account(
    work: Program, engine: SmallEngine, home_account: Watched, simulator: Simulator
) -> None:
    work.env["CLAUDE_CONFIG_DIR"] = "~/.claude-typo"
    with work.serve(engine, watched=home_account):
        answer = work.run("status", "--json")
    assert (answer.code, answer.json()["limits"], answer.json()["mode"]) == (77, [], "cli")
    assert simulator.requests == []


def test_the_numbers_of_one_folder_are_not_shown_for_a_folder_without_a_login(work: Program) -> None:
    work.run("status", "--json")
    work.env["CLAUDE_CONFIG_DIR"] = "~/.claude-typo"
    assert work.run("status", "--json").json()["limits"] == []
    work.env["CLAUDE_CONFIG_DIR"] = "~/.claude-work"
    (work.home.path / ".claude-work" / ".credentials.json").unlink()
    assert work.run("status", "--json").json()["limits"][0]["percent"] == 97.0  # with "not logged in"


def test_the_numbers_of_a_key_from_the_environment_are_not_shown_for_the_stored_key(
    work: Program, simulator: Simulator
) -> None:
    work.env = {"CLAUDOMETER_MODE": "web", **simulator.environment()}
    work.env["CLAUDOMETER_SESSION_KEY"] = SESSION_KEY
    assert work.run("status", "--json").json()["limits"] != []
    del work.env["CLAUDOMETER_SESSION_KEY"]
    assert work.run("status", "--json").json()["limits"] == []


def test_two_spellings_of_a_folder_share_one_budget(work: Program, simulator: Simulator) -> None:
    """The login of an older Claude Code, which does not name its organization."""
    write_login(work.home.path / ".claude-old", WORK_TOKEN, organization="")
    (work.home.path / "link").symlink_to(work.home.path / ".claude-old")
    for spelled in ("~/.claude-old", "~/.claude-old/", "~/link"):
        work.env["CLAUDE_CONFIG_DIR"] = spelled
        assert work.run("status", "--json").json()["limits"][0]["percent"] == 97.0
    state = read_state(work.home.state / "claudometer")
    assert len(state["allowances"]) == 1


def run_in(program: Program, folder: str, *words: str) -> Answer:
    program.env["CLAUDE_CONFIG_DIR"] = folder
    return program.run(*words)


def test_the_requests_listed_are_those_for_the_account_of_the_folder(work: Program) -> None:
    for folder in ("~/.claude-work", "~/.claude", "~/.claude-work/"):
        assert run_in(work, folder, "status", "--json").json()["status"] == "ok"
    assert len(run_in(work, "~/.claude-work", "requests", "--json").json()["requests"]) == 2
    assert len(run_in(work, "~/.claude", "requests", "--json").json()["requests"]) == 1
    assert len(run_in(work, "", "requests", "--json").json()["requests"]) == 3
    assert run_in(work, "~/.none", "requests", "--json").json()["requests"] == []
    explained = run_in(work, "~/.claude", "requests").err
    assert "Only requests for the account that CLAUDE_CONFIG_DIR names" in explained
    kept = kept_requests(work.home.state / "claudometer", datetime.now(UTC))
    assert len(kept) == 3
    assert TEAM_ORGANIZATION not in repr(kept)
