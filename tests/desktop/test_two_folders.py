"""The tray with one folder of Claude Code, terminals with another: each process shows its own account."""

from __future__ import annotations

import json
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from tests.desktop.waiting import wait_for
from tests.kept_state import read_state
from tests.sentences import title
from tests.simulator import ACCESS_TOKEN, SESSION_KEY, Token
from tests.simulator.account import CHAT_ORGANIZATION, TEAM_ORGANIZATION, write_login

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

WORK_TOKEN = "sk-ant-oat01-simulated-work-account-01"
AT_HOME, AT_WORK = 11.0, 97.0
TIMEOUT_S = 120.0  # eight processes start at once on a busy machine


class TwoAccounts:
    """The tray on ``~/.claude``, 11 % used, and a login in ``~/.claude-work``, 97 % used.

    Attributes:
        requested: how many requests each account has sent, by its percentage.
    """

    def __init__(self, app: Claudometer, simulator: Simulator) -> None:
        self.app = app
        self.requested = {AT_HOME: 0, AT_WORK: 0}
        simulator.account.tokens = {
            ACCESS_TOKEN: Token(usage=self._usage(AT_HOME)),
            WORK_TOKEN: Token(usage=self._usage(AT_WORK)),
        }
        write_login(self.folder("claude"))
        write_login(self.folder("claude-work"), WORK_TOKEN, organization=TEAM_ORGANIZATION)
        (app.home.path / "link").symlink_to(self.folder("claude-work"))

    def folder(self, name: str) -> Path:
        return self.app.home.path / f".{name}"

    def _usage(self, percent: float) -> Callable[[datetime], object]:
        def usage(_now: datetime) -> object:
            self.requested[percent] += 1
            return {"five_hour": {"utilization": percent, "resets_at": None}}

        return usage

    def open(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Start a command with these variables, as in another terminal."""
        env = self.app.desktop.env_for(self.app.home) | self.app.env | variables
        return subprocess.Popen(
            [self.app.program, *words],
            env=env,
            cwd=self.app.home.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **variables: str) -> tuple[int, str, str]:
        """Run a command until it ends; return exit code, output and errors."""
        with self.open(*words, **variables) as process:
            out, err = process.communicate(timeout=TIMEOUT_S)
        return process.returncode, out, err

    def status(self, **variables: str) -> dict[str, Any]:
        _, out, err = self.run("status", "--json", **variables)
        assert err == ""
        report: dict[str, Any] = json.loads(out)
        return report

    def buckets(self) -> dict[str, float]:
        """Return how many requests each account may still send, from the state."""
        state = read_state(self.app.home.state / "claudometer")
        return {account: entry["tokens"] for account, entry in state["allowances"].items()}


@pytest.fixture
def two(app: Claudometer, simulator: Simulator) -> TwoAccounts:
    accounts = TwoAccounts(app, simulator)
    app.start()
    wait_for(lambda: accounts.requested[AT_HOME] > 0 and app.report()["limits"], what="the tray's numbers")
    return accounts


def percent(report: dict[str, Any]) -> float:
    (limit,) = report["limits"]
    found: float = limit["percent"]
    return found


WORK = {"CLAUDE_CONFIG_DIR": "~/.claude-work"}
TERMINALS: tuple[dict[str, str], ...] = (
    WORK,
    {"CLAUDE_CONFIG_DIR": "~/.claude-work/"},
    {"CLAUDE_CONFIG_DIR": "{home}/.claude-work"},
    {"CLAUDE_CONFIG_DIR": "{home}/link"},
    {"CLAUDE_CONFIG_DIR": ".claude-work"},
    {"CLAUDE_CONFIG_DIR": "{home}/link/../.claude-work"},
    {"CLAUDE_SECURESTORAGE_CONFIG_DIR": "~/.claude-work"},
    {"CLAUDE_SECURESTORAGE_CONFIG_DIR": "~/.claude-work", "CLAUDE_CONFIG_DIR": "~/.claude"},
)


def test_eight_terminals_on_another_folder_get_that_accounts_numbers(two: TwoAccounts) -> None:
    at_home = two.requested[AT_HOME]
    found: list[dict[str, Any]] = []

    def ask(variables: dict[str, str]) -> None:
        named = {name: value.format(home=two.app.home.path) for name, value in variables.items()}
        found.append(two.status(**named))

    terminals = [threading.Thread(target=ask, args=(variables,)) for variables in TERMINALS]
    for terminal in terminals:
        terminal.start()
    for terminal in terminals:
        terminal.join(TIMEOUT_S)
    assert [percent(report) for report in found] == [AT_WORK] * len(TERMINALS)
    assert {report["account"]["organization_id"] for report in found} == {TEAM_ORGANIZATION}
    assert percent(two.status()) == percent(two.app.report()) == AT_HOME
    assert two.requested[AT_HOME] == at_home
    buckets = two.buckets()
    assert set(buckets) == {f"claude/{CHAT_ORGANIZATION}", f"claude/{TEAM_ORGANIZATION}"}
    # The terminals have spent nothing of the tray's budget.
    assert buckets[f"claude/{CHAT_ORGANIZATION}"] > buckets[f"claude/{TEAM_ORGANIZATION}"]


def test_terminals_that_spell_the_trays_folder_differently_send_nothing(two: TwoAccounts) -> None:
    before = dict(two.requested)
    for spelled in ("~/.claude", f"{two.folder('claude')}/", ".claude"):
        assert percent(two.status(CLAUDE_CONFIG_DIR=spelled)) == AT_HOME
    assert percent(two.status(CLAUDE_CONFIG_DIR="", CLAUDOMETER_MODE="")) == AT_HOME
    assert two.requested == before


def test_each_command_is_about_the_named_account(two: TwoAccounts) -> None:
    at_home = two.requested[AT_HOME]
    code, out, err = two.run("status", **WORK)
    assert (code, "97 %" in out, err) == (0, True, "")
    assert two.run("status", "--format", "{session.percent}", **WORK)[1:] == ("97\n", "")
    code, _, err = two.run("refresh", **WORK)
    assert code == 69
    assert title(ErrorCode.OTHER_ACCOUNT, variable="CLAUDE_CONFIG_DIR") in err
    assert two.requested[AT_HOME] == at_home
    with two.open("watch", "--json", **WORK) as watching:
        try:
            assert watching.stdout is not None
            reports = (json.loads(line) for line in watching.stdout)
            first = next(report for report in reports if report["limits"])
            assert (percent(first), first["account"]["organization_id"]) == (AT_WORK, TEAM_ORGANIZATION)
        finally:
            watching.kill()


def test_a_mode_or_a_session_key_can_also_name_another_account(two: TwoAccounts) -> None:
    before = dict(two.requested)
    for variables in (
        {"CLAUDOMETER_MODE": "web", "CLAUDOMETER_SESSION_KEY": SESSION_KEY},
        {"CLAUDOMETER_SESSION_KEY": SESSION_KEY},
        {"CLAUDOMETER_SESSION_KEY": SESSION_KEY, **WORK},
    ):
        report = two.status(**variables)
        assert (report["mode"], report["source"]) == ("web", "web")
        assert report["limits"][0]["percent"] not in {AT_HOME, AT_WORK}
    assert two.requested == before
    refused = two.status(CLAUDOMETER_MODE="web")
    assert (refused["status"], refused["limits"]) == ("missing_credentials", [])


def test_a_terminal_with_the_variable_of_the_app_gets_the_apps_numbers(
    app: Claudometer, simulator: Simulator
) -> None:
    accounts = TwoAccounts(app, simulator)
    app.env |= WORK
    app.start()
    wait_for(lambda: accounts.requested[AT_WORK] > 0 and app.report()["limits"], what="the tray's numbers")
    before = dict(accounts.requested)
    assert percent(accounts.status()) == AT_WORK
    del app.env["CLAUDE_CONFIG_DIR"]
    assert percent(accounts.status()) == AT_WORK  # the account in the tray
    assert accounts.requested == before
    assert percent(accounts.status(CLAUDE_CONFIG_DIR="~/.claude")) == AT_HOME
