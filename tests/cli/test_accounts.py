"""``claudometer accounts``: a person without a desktop sees the organizations, and chooses one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claudometer.control.client import ControlClient
from claudometer.control.protocol import encode, success
from claudometer.domain.errors import ErrorCode
from claudometer.present.typesetting import width_of
from tests.cli.impostor import Impostor
from tests.cli.watched_account import watched
from tests.kept_state import read_state
from tests.sentences import hint_once, title
from tests.simulator import bodies
from tests.simulator.account import (
    CHAT_ORGANIZATION,
    HOME,
    SESSION_KEY,
    TEAM,
    TEAM_ORGANIZATION,
    organization,
    write_login,
)
from tests.simulator.script import Fault, Reply

if TYPE_CHECKING:
    from claudometer.control.wire.report import Watched
    from tests.cli.program import Program
    from tests.control.running_server import RunningServer
    from tests.control.small_engine import SmallEngine
    from tests.simulator import Simulator

LONG = "Department of Extraordinarily Long Organization Names, Vienna"
TWIN = "77aa1c52-0a1b-4c2d-8e3f-000000000004"


@pytest.fixture
def headless(program: Program, simulator: Simulator) -> Program:
    """A server without a display: the key of an account with two organizations, Example Home and Team."""
    simulator.play("several_organizations")
    program.env |= simulator.environment()
    program.env |= {"CLAUDOMETER_MODE": "web", "CLAUDOMETER_SESSION_KEY": SESSION_KEY}
    return program


def test_an_organization_is_chosen_in_the_terminal_as_the_hint_says(
    headless: Program, simulator: Simulator
) -> None:
    refused = headless.run("status", "--json")
    assert refused.code == 77
    assert refused.json()["hint"] == hint_once(ErrorCode.ORGANIZATION_NEEDED)
    assert "claudometer accounts organization" in refused.json()["hint"]
    listed = headless.run("accounts")
    assert listed.code == 0
    assert f"    {TEAM_ORGANIZATION}  Example Team" in listed.out
    assert "claudometer accounts organization ID ORGANIZATION" in " ".join(listed.err.split())
    assert "lists them" not in listed.err, "it is the list itself"
    chosen = headless.run("accounts", "organization", "default", TEAM_ORGANIZATION)
    assert (chosen.code, chosen.err) == (0, "")
    assert "Example Team" in chosen.out
    report = headless.run("status", "--json").json()
    assert (report["status"], report["account"]["organization_id"]) == ("ok", TEAM_ORGANIZATION)
    assert f"  * {TEAM_ORGANIZATION}  Example Team" in headless.run("accounts").out
    assert report["account"]["id"] == "default"
    state = read_state(headless.home.state / "claudometer")
    (servers_id,) = (key.removeprefix("claude/") for key in state["readings"])
    by_the_servers_id = headless.run("accounts", "organization", servers_id, CHAT_ORGANIZATION)
    assert by_the_servers_id.code == 0


def test_the_list_is_one_json_object_for_scripts(headless: Program) -> None:
    (account,) = headless.run("accounts", "--json").json()["accounts"]
    assert (account["id"], account["mode"], account["organization_id"]) == ("default", "web", None)
    assert {"id": CHAT_ORGANIZATION, "name": "Example Home"} in account["organizations"]


def test_with_a_single_refused_organization_the_hint_offers_no_other(
    headless: Program, simulator: Simulator
) -> None:
    simulator.account.organizations = [organization(TWIN, "Only one")]
    report = headless.run("status", "--json").json()
    assert report["status"] == "unauthorized"
    assert report["hint"] == hint_once(ErrorCode.ONLY_ORGANIZATION_REFUSED)
    assert "accounts organization" not in report["hint"]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (bodies.NOT_A_MEMBER, ErrorCode.ORGANIZATIONS_REFUSED),
        (bodies.refusal(404, "not_found_error", "Organization not found"), ErrorCode.ACCOUNT_GONE),
        (bodies.DEAD_SESSION, ErrorCode.SESSION_KEY_REJECTED),
        (bodies.refusal(402, "billing_error", "Something new."), ErrorCode.ACCOUNT_BILLING),
    ],
)
def test_where_the_list_itself_is_refused_nothing_says_to_choose_from_it(
    headless: Program, simulator: Simulator, reply: Reply, code: ErrorCode
) -> None:
    simulator.organizations.stand(reply)
    report = headless.run("status", "--json").json()
    assert (report["status"], report["hint"]) == ("unauthorized", hint_once(code))
    listed = headless.run("accounts")
    assert "accounts organization" not in listed.err
    assert " ".join(listed.err.split()) == f"{report['message']} {report['hint']}"
    assert all(width_of(line) <= 80 for line in listed.err.splitlines())


def test_an_id_is_the_same_in_capitals(headless: Program) -> None:
    assert headless.run("accounts", "organization", "default", CHAT_ORGANIZATION.upper()).code == 0
    assert headless.run("status", "--json").json()["account"]["organization_id"] == CHAT_ORGANIZATION


def test_before_anything_was_chosen_no_mode_is_named(program: Program, simulator: Simulator) -> None:
    program.env |= simulator.environment()
    (account,) = program.run("accounts", "--json").json()["accounts"]
    assert (account["mode"], account["name"]) == (None, None)
    plain = program.run("accounts")
    assert plain.out.strip() == "default"
    status = program.run("status", "--json")
    assert (status.code, status.json()["mode"], status.json()["account"]["name"]) == (77, None, None)
    assert program.run("status", "--format", "{mode}").out == "?\n"
    choice = program.run("accounts", "organization", "default", "automatic")
    assert (choice.code, choice.err) == (77, plain.err)
    program.env["CLAUDOMETER_MODE"] = "web"
    assert program.run("status", "--json").json()["mode"] == "web"


def test_an_organization_can_be_given_by_name_or_as_automatic(headless: Program) -> None:
    assert headless.run("accounts", "organization", "default", "Example Home").code == 0
    settings = headless.home.config / "claudometer/settings.json"
    saved = json.loads(settings.read_text(encoding="utf-8"))["accounts"]["default"]
    assert (saved["organization_id"], saved["mode"]) == (CHAT_ORGANIZATION, None)
    assert SESSION_KEY not in settings.read_text(encoding="utf-8")
    assert headless.run("accounts", "organization", "default", "automatic").code == 0
    assert headless.run("status", "--json").json()["status"] == "missing_credentials"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["organization", "work", TEAM_ORGANIZATION], "there is default"),
        (["organization", "default", "nowhere"], TEAM_ORGANIZATION),
        (["organization", "default"], "accounts organization ID ORGANIZATION"),
        (["organisation"], 'no action "organisation"'),
        (["organization", "default", "x", "y"], 'Unexpected argument "y"'),
    ],
)
def test_wrong_arguments_are_refused_with_a_message_that_helps(
    headless: Program, words: list[str], expected: str
) -> None:
    answer = headless.run("accounts", *words)
    assert (answer.code, answer.out) == (64, "")
    assert expected in answer.err


def test_if_the_server_fails_nothing_is_chosen_and_the_error_is_reported(
    headless: Program, simulator: Simulator
) -> None:
    simulator.organizations.stand(Reply(503))
    answer = headless.run("accounts", "organization", "default", TEAM_ORGANIZATION)
    assert (answer.code, answer.out) == (69, "")
    assert title(ErrorCode.SERVER_ERROR, http_status=503) in answer.err


def test_with_claude_codes_login_nothing_is_sent_and_nothing_can_be_chosen(
    program: Program, simulator: Simulator
) -> None:
    write_login(program.home.path / ".claude")
    program.env |= simulator.environment()
    listed = program.run("accounts")
    assert (listed.code, listed.out) == (0, "\n  default  Claude Code\n\n")
    refused = program.run("accounts", "organization", "default", TEAM_ORGANIZATION)
    assert (refused.code, refused.out) == (69, "")
    assert title(ErrorCode.ORGANIZATION_OF_LOGIN) in refused.err
    assert simulator.requests == []


def web_account(program: Program) -> Watched:
    return watched(f"{program.home.path}/.claude", "web", "0123456789ab")


def test_an_app_that_ends_between_two_answers_is_no_fault_of_the_program(
    program: Program, engine: SmallEngine
) -> None:
    with program.serve(engine, watched=web_account(program)) as app:
        status = encode(success(1, ControlClient(app.path).call("status")))

    def end() -> None:
        ending.close()

    with Impostor(app.path, status, on_caller=end) as ending:
        answer = program.run("accounts")
    assert (answer.code, answer.out) == (69, "")
    assert title(ErrorCode.APP_ENDED) in answer.err


def test_the_organizations_that_the_running_app_knows_are_listed(
    program: Program, app: RunningServer
) -> None:
    app.watched = web_account(program)
    app.engine.fields |= {"organizations": [{"id": TEAM_ORGANIZATION, "name": "Example Team"}]}
    (account,) = program.run("accounts", "--json").json()["accounts"]
    assert account["organizations"] == [{"id": TEAM_ORGANIZATION, "name": "Example Team"}]


def test_in_local_mode_no_login_is_read_and_nothing_is_sent(program: Program, simulator: Simulator) -> None:
    write_login(program.home.path / ".claude")
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "local"}
    (account,) = program.run("accounts", "--json").json()["accounts"]
    assert (account["name"], account["mode"], account["organizations"]) == ("Claude Code", "local", None)
    assert simulator.requests == []


REFUSALS = {
    "not a member": bodies.WRONG_ORGANIZATION,
    "disabled": bodies.ORGANIZATION_DISABLED,
    "other refusal": bodies.OTHER_REFUSAL,
    "gone": bodies.NOT_FOUND,
    "limited": bodies.rate_limit("300"),
    "overloaded": bodies.OVERLOADED,
    "no numbers": Reply(200, {}),
    "broken": Reply(fault=Fault.DROP),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_however_an_organization_refuses_another_one_can_be_chosen(
    headless: Program, simulator: Simulator, kind: str
) -> None:
    assert headless.run("accounts", "organization", "default", CHAT_ORGANIZATION).code == 0
    simulator.usage.stand(REFUSALS[kind])
    listed = headless.run("accounts")
    assert listed.code == 0
    assert f"  * {CHAT_ORGANIZATION}  Example Home" in listed.out
    assert f"    {TEAM_ORGANIZATION}  Example Team" in listed.out
    assert "lists them" not in listed.err
    chosen = headless.run("accounts", "organization", "default", TEAM_ORGANIZATION)
    assert (chosen.code, chosen.err) == (0, "")
    simulator.usage.stand(None)
    report = headless.run("status", "--json").json()
    assert (report["status"], report["account"]["organization_id"]) == ("ok", TEAM_ORGANIZATION)


def test_the_choice_is_undone_although_claude_ai_gives_no_list(
    headless: Program, simulator: Simulator
) -> None:
    assert headless.run("accounts", "organization", "default", CHAT_ORGANIZATION).code == 0
    simulator.organizations.stand(Reply(503))
    assert headless.run("accounts", "organization", "default", "automatic").code == 0
    simulator.organizations.stand(None)
    assert headless.run("status", "--json").json()["status"] == "missing_credentials"


def test_of_a_name_that_two_organizations_have_the_ids_are_named(
    headless: Program, simulator: Simulator
) -> None:
    simulator.account.organizations = [HOME, TEAM, {**TEAM, "uuid": TWIN}]
    refused = headless.run("accounts", "organization", "default", "Example Team")
    assert (refused.code, refused.out) == (64, "")
    assert f"use an id: {TEAM_ORGANIZATION}, {TWIN}" in refused.err
    assert CHAT_ORGANIZATION not in refused.err
    assert headless.run("accounts", "organization", "default", TWIN).code == 0


def test_a_long_name_is_shown_whole_within_80_columns(headless: Program, simulator: Simulator) -> None:
    wide = "東京都千代田区の非常に長い組織の名前を持つ会社の東京都千代田区の非常に長い組織"
    simulator.account.organizations = [
        {**HOME, "name": LONG},
        {**TEAM, "name": LONG[:59] + "B"},
        {**TEAM, "uuid": TWIN, "name": wide},
    ]
    listed = headless.run("accounts").out.splitlines()
    assert f"      {CHAT_ORGANIZATION}" in listed
    assert f"        {LONG[:60]}" in listed
    assert max(map(width_of, listed)) <= 80
    assert wide in "".join(line.strip() for line in listed)
    assert headless.run("accounts", "organization", "default", LONG).code == 0
    assert headless.run("accounts", "organization", "default", "example nowhere").code == 64
