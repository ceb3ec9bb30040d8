"""Tests that a lasting refusal is asked about once, by however many commands, until there is a reason."""

from __future__ import annotations

import json
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from tests import canary
from tests.desktop.waiting import wait_for
from tests.end_to_end.person import PROGRAM, Person
from tests.fixtures import load_body
from tests.kept_state import change_state
from tests.sentences import title
from tests.simulator import Reply, bodies
from tests.simulator.account import CHAT_ORGANIZATION, TEAM_ORGANIZATION, Token, write_login

if TYPE_CHECKING:
    from tests.simulator import Simulator

CREDENTIALS = 77
OTHER_TOKEN = "sk-ant-oat01-simulated-access-token-0002"

FOR_GOOD = {
    "disabled": (bodies.ORGANIZATION_DISABLED, ErrorCode.ORGANIZATION_DISABLED),
    "not allowed": (bodies.LOGIN_NOT_ALLOWED, ErrorCode.LOGIN_NOT_ALLOWED),
    "refused token": (bodies.UNKNOWN_TOKEN, ErrorCode.LOGIN_REJECTED),
    "scope": (bodies.NO_SCOPE, ErrorCode.LOGIN_SCOPE_MISSING),
    "plain text": (Reply(403, "This organization has been deleted."), ErrorCode.LOGIN_ORGANIZATION_GONE),
}


def age_refusals(person: Person, by: timedelta) -> None:
    """Make every refusal that is kept older, as if time had passed."""

    def age(state: dict[str, Any]) -> None:
        for entry in state["allowances"].values():
            if "refusal" in entry:
                entry["refusal"]["at"] = (datetime.fromisoformat(entry["refusal"]["at"]) - by).isoformat()

    change_state(person.state_file.parent, age)


def seconds_until(report: dict[str, Any]) -> float:
    at, now = (datetime.fromisoformat(report[name]) for name in ("next_poll_at", "now"))
    return (at - now).total_seconds()


def follow(person: Person, seconds: float) -> list[dict[str, Any]]:
    """Run ``watch --json`` until its first result and some seconds longer, and return its lines."""
    file = person.home.root / "watched.jsonl"

    def printed() -> list[dict[str, Any]]:
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    with file.open("w", encoding="utf-8") as out:
        command = [PROGRAM, "watch", "--json"]
        watching = subprocess.Popen(command, env=person.home.env | person.env, stdout=out)
    try:
        wait_for(lambda: any(line["status"] != "starting" for line in printed()), what="a result")
        with pytest.raises(subprocess.TimeoutExpired):
            watching.wait(seconds)  # time for a request that must not be sent
        watching.send_signal(signal.SIGINT)
        assert watching.wait(person.patience_s) == 0
    finally:
        watching.kill()
        watching.wait()
    return printed()


@pytest.mark.parametrize("kind", FOR_GOOD)
def test_a_refusal_for_good_is_asked_about_once_by_any_number_of_commands(
    cli_user: Person, simulator: Simulator, kind: str
) -> None:
    reply, code = FOR_GOOD[kind]
    simulator.oauth.stand(reply)
    for _ in range(3):
        exit_code, report = cli_user.read_status()
        assert (exit_code, report["status"], report["message"]) == (CREDENTIALS, "unauthorized", title(code))
        assert 23.9 * 3600 < seconds_until(report) <= 24 * 3600
    last = follow(cli_user, 4)[-1]
    assert (last["message"], seconds_until(last) > 23.9 * 3600) == (title(code), True)
    assert len(simulator.requests) == len(cli_user.read_ledger()) == 1


@pytest.mark.parametrize("kind", ["disabled", "not allowed"])
def test_a_user_of_the_terminal_lifts_it_as_the_hint_says(
    cli_user: Person, simulator: Simulator, kind: str
) -> None:
    reply, code = FOR_GOOD[kind]
    simulator.oauth.stand(reply)
    _, report = cli_user.read_status()
    assert "claudometer accounts" in report["hint"]
    again = cli_user.run("accounts")
    assert (again.returncode, again.stderr.splitlines()[0]) == (0, title(code))
    assert len(simulator.requests) == 2
    simulator.oauth.stand(None)
    assert cli_user.run("accounts").stderr == ""
    assert cli_user.read_status()[1]["status"] == "ok"
    sent = len(simulator.requests)
    assert cli_user.run("accounts").stderr == ""  # nothing is refused, so nothing is asked
    assert len(simulator.requests) == sent == 4


def test_another_token_is_tried_at_once(cli_user: Person, simulator: Simulator) -> None:
    simulator.oauth.stand(bodies.ORGANIZATION_DISABLED)
    cli_user.read_status()
    simulator.oauth.stand(None)
    simulator.account.tokens = {OTHER_TOKEN: Token()}
    assert cli_user.read_status()[0] == CREDENTIALS
    write_login(cli_user.login_folder, OTHER_TOKEN)
    assert cli_user.read_status()[1]["status"] == "ok"
    assert len(simulator.requests) == 2


def test_a_day_later_one_request_finds_that_the_refusal_was_lifted(
    cli_user: Person, simulator: Simulator
) -> None:
    simulator.oauth.stand(bodies.ORGANIZATION_DISABLED)
    cli_user.read_status()
    age_refusals(cli_user, timedelta(hours=25))
    assert cli_user.read_status()[0] == CREDENTIALS
    assert cli_user.read_status()[0] == CREDENTIALS
    assert len(simulator.requests) == 2
    simulator.oauth.stand(None)
    age_refusals(cli_user, timedelta(hours=25))
    assert cli_user.read_status()[1]["status"] == "ok"


def test_a_login_that_may_lack_the_scope_is_tried_once_an_hour(
    cli_user: Person, simulator: Simulator
) -> None:
    write_login(cli_user.login_folder, canary.ACCESS_TOKEN, scopes=[])
    simulator.oauth.stand(bodies.rate_limit("300", at_edge=True))
    for _ in range(2):
        report = cli_user.read_status()[1]
        assert report["message"] == title(ErrorCode.LOGIN_MAY_LACK_SCOPE)
        assert 3500 < seconds_until(report) <= 3600
    assert len(simulator.requests) == 1
    age_refusals(cli_user, timedelta(minutes=61))
    cli_user.read_status()
    assert len(simulator.requests) == 2


def test_a_passing_refusal_holds_nothing_back(cli_user: Person, simulator: Simulator) -> None:
    simulator.oauth.answer(403, bodies.OTHER_REFUSAL.body)
    assert cli_user.read_status()[1]["status"] == "server_error"
    assert cli_user.read_status()[1]["status"] == "ok"


def test_an_organization_that_claude_ai_refuses_is_held_but_not_the_others(
    web_user: Person, simulator: Simulator
) -> None:
    simulator.play("several_organizations")
    simulator.account.session_keys = {canary.SESSION_KEY}
    choose = ("accounts", "organization", "default")
    assert web_user.run(*choose, CHAT_ORGANIZATION, CLAUDOMETER_MODE="web").returncode == 0
    simulator.usage.stand(bodies.ORGANIZATION_DISABLED)
    web_user.read_status()
    sent = len(simulator.requests)
    for _ in range(2):
        assert web_user.read_status()[1]["message"] == title(ErrorCode.ORGANIZATION_DISABLED)
    assert len(simulator.requests) == sent
    simulator.usage.stand(None)
    assert web_user.read_status()[0] == CREDENTIALS
    assert web_user.run("accounts").returncode == 0  # asks, because the user does
    assert web_user.read_status()[1]["status"] == "ok"
    assert web_user.run(*choose, TEAM_ORGANIZATION).returncode == 0
    assert web_user.read_status()[1]["account"]["organization_id"] == TEAM_ORGANIZATION


def expire(person: Person, simulator: Simulator, *, local_s: float, server_s: float) -> None:
    """Write a login that expires in ``local_s`` by this computer's clock and ``server_s`` by the server's."""
    now = datetime.now(UTC)
    expires_at = now + timedelta(seconds=local_s)
    write_login(person.login_folder, canary.ACCESS_TOKEN, expiresAt=int(expires_at.timestamp() * 1000))
    simulator.set_clock(ahead_s=local_s - server_s)
    simulator.account.tokens = {canary.ACCESS_TOKEN: Token(expires_at=expires_at)}
    simulator.account.usage = lambda now: load_body("c_full", now=now)


def test_a_clock_that_is_hours_fast_is_found_wrong_by_one_question(
    cli_user: Person, simulator: Simulator
) -> None:
    expire(cli_user, simulator, local_s=-4 * 3600, server_s=3600)
    code, report = cli_user.read_status()
    assert (code, report["status"]) == (0, "ok")
    assert report["message"] == title(ErrorCode.CLOCK_WRONG, behind_s=-5 * 3600)
    assert len(simulator.requests) == 1


def test_a_login_that_has_just_expired_is_not_asked_about(cli_user: Person, simulator: Simulator) -> None:
    expire(cli_user, simulator, local_s=-60, server_s=-60)
    assert cli_user.read_status()[1]["message"] == title(ErrorCode.LOGIN_RESTING)
    assert simulator.requests == []


@pytest.mark.parametrize("server_s", [-4 * 3600, -2 * 3600], ids=["right clock", "fast clock"])
def test_a_login_that_has_really_expired_is_asked_about_once(
    cli_user: Person, simulator: Simulator, server_s: float
) -> None:
    expire(cli_user, simulator, local_s=-4 * 3600, server_s=server_s)
    for _ in range(3):
        code, report = cli_user.read_status()
        assert (code, report["message"]) == (CREDENTIALS, title(ErrorCode.LOGIN_RESTING))
        assert report["next_poll_at"] is None
    age_refusals(cli_user, timedelta(days=3))
    assert cli_user.read_status()[1]["message"] == title(ErrorCode.LOGIN_RESTING)
    assert follow(cli_user, 4)[-1]["message"] == title(ErrorCode.LOGIN_RESTING)
    assert len(simulator.requests) == 1
    simulator.account.tokens[OTHER_TOKEN] = Token()
    write_login(
        cli_user.login_folder, OTHER_TOKEN, expiresAt=int(datetime.now(UTC).timestamp() + 36e3) * 1000
    )
    assert cli_user.read_status()[1]["status"] == "ok"


def test_a_slow_clock_does_not_ask_again_and_again_with_an_expired_login(
    cli_user: Person, simulator: Simulator
) -> None:
    expire(cli_user, simulator, local_s=3600, server_s=-4 * 3600)
    for _ in range(3):
        assert cli_user.read_status()[1]["message"] == title(ErrorCode.LOGIN_RESTING)
    assert len(simulator.requests) == 1
