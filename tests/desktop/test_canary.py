"""Planted secrets leave no trace: in no file, log, output, argument, environment, answer, menu or page."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from claudometer.control.protocol import OPERATIONS, request
from claudometer.present.messages.answers import SAVED_TESTED
from tests import canary
from tests.desktop.accessible import Role
from tests.simulator.account import Token, write_login

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Reply, Simulator

pytestmark = pytest.mark.desktop

COMMANDS = (
    ("status",),
    ("status", "--json"),
    ("refresh",),
    ("status", "--format", "{organization} {message}"),
)


@pytest.fixture
def talkative(app: Claudometer, simulator: Simulator) -> Claudometer:
    """Claudometer that logs all it can, of somebody whose every secret can be searched for."""
    simulator.account.session_keys = {canary.SESSION_KEY}
    simulator.account.tokens = {canary.ACCESS_TOKEN: Token()}
    simulator.account.organizations = [canary.ORGANIZATION]
    app.env["CLAUDOMETER_LOG_LEVEL"] = "debug"
    return app


def listen(app: Claudometer) -> list[str]:
    """Return what the program shows now: menu, icon, page, commands, and its processes to everybody."""
    outputs = [app.run(*words) for words in COMMANDS]
    return [
        str(app.tray.menu()),
        str(app.tray.wait_until_shown()),
        str(app.page.read()),
        app.read_page(),
        *(done.stdout + done.stderr for done in outputs),
        app.process.visible_to_others(),
    ]


def suffer(app: Claudometer, simulator: Simulator, reply: Reply) -> list[str]:
    """Have the servers answer so, ask them, and return what can be seen of it."""
    for endpoint in (simulator.oauth, simulator.organizations, simulator.usage):
        endpoint.stand(reply)
    answer = app.ask("refresh")
    return [str(answer), json.dumps(app.ask("status")), str(app.tray.menu())]


def talk(app: Claudometer, line: bytes) -> str:
    """Send one line to the socket; return the raw answer, and of a stream its first news."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(app.socket))
        connection.sendall(line + b"\n")
        with connection.makefile() as answers:
            news = answers.readline() if b"subscribe" in line else ""
            return news + answers.readline()


def ask_everything(app: Claudometer) -> list[str]:
    """Return the answers to every operation, to a refused key, and to lines that are none."""
    typed = {"session_key": canary.TYPED_KEY, "mode": "web"}
    harmless = OPERATIONS.keys() - {"quit", "forget_key", "subscribe"}
    asked = [json.dumps(request(op)).encode() for op in sorted(harmless)]
    asked += [json.dumps(request("subscribe", {"view": view})).encode() for view in ("card", "report")]
    asked += [
        json.dumps(request("save_settings", typed)).encode(),
        json.dumps(request("save_settings", {"session_key": {"nested": canary.TYPED_KEY}})).encode(),
        json.dumps(request(canary.TYPED_KEY)).encode(),
        canary.TYPED_KEY.encode(),
    ]
    return [talk(app, line) for line in asked]


def assert_no_trace(app: Claudometer, seen: list[str]) -> None:
    login = app.home.path / ".claude/.credentials.json"
    state = app.home.state / "claudometer/state.json"
    assert canary.files_with(canary.ORGANIZATION_NAME, app.home.root) in ([], [state])
    assert canary.secrets_in("\n".join(seen)) == []
    assert canary.files_with_secrets(app.home.root, besides=[login]) == []
    assert canary.ORGANIZATION_NAME not in app.process.visible_to_others()
    assert "poll: " in app.log


def test_of_a_typed_session_key_and_of_what_servers_say_of_it_no_trace_is_left(
    talkative: Claudometer, simulator: Simulator
) -> None:
    page = talkative.start().open_window()
    page.fill("Session key", canary.SESSION_KEY, Role.PASSWORD_TEXT)
    seen = [talkative.read_page(), str(page.read())]
    page.click("Test & save")
    page.wait_for_text(SAVED_TESTED)
    page.wait_for_text(canary.ORGANIZATION_NAME)
    seen += listen(talkative)
    for reply in (*canary.faults(), *canary.refusals(canary.SESSION_KEY)):
        seen += suffer(talkative, simulator, reply)
    seen += listen(talkative)
    seen += ask_everything(talkative)
    page.fill("Session key", canary.TYPED_KEY, Role.PASSWORD_TEXT)
    page.click("Test & save")
    seen += [
        str(page.look_at("Session key", Role.PASSWORD_TEXT, lambda found: found.is_invalid, what="refused"))
    ]
    seen += listen(talkative)
    assert {request.credential for request in simulator.requests} == {"known", "unknown"}
    assert_no_trace(talkative, seen)


def test_of_claude_codes_tokens_and_of_what_servers_say_of_them_no_trace_is_left(
    talkative: Claudometer, simulator: Simulator
) -> None:
    login = write_login(
        talkative.home.path / ".claude", canary.ACCESS_TOKEN, refreshToken=canary.REFRESH_TOKEN
    )
    before = login.read_bytes()
    talkative.start().open_window()
    talkative.wait_for_status("ok")
    seen = listen(talkative)
    refusals = canary.refusals(canary.ACCESS_TOKEN)
    for reply in (*refusals[:3], *refusals[-3:]):  # as many as the budget allows in a row
        seen += suffer(talkative, simulator, reply)
    assert talkative.report()["status"] == "rate_limited"
    seen += listen(talkative) + ask_everything(talkative)
    assert_no_trace(talkative, seen)
    assert login.read_bytes() == before
    assert canary.files_with("CanaryAccess", talkative.home.root) == [login]  # the search does find


def test_a_key_from_the_environment_is_not_handed_on_to_the_windows_processes(talkative: Claudometer) -> None:
    talkative.env["CLAUDOMETER_SESSION_KEY"] = canary.SESSION_KEY
    talkative.start().open_window()
    talkative.wait_for_status("ok")
    others = talkative.process.visible_to_others(besides_itself=True)
    assert "claudometer" in others
    assert canary.secrets_in(others) == []
    assert_no_trace(talkative, [])
