"""Canary secrets leave no trace: in no file, log, output, argument, environment, response, menu or page."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from claudometer.control.protocol import OPERATIONS, request
from claudometer.present.messages.answers import SAVED_TESTED
from tests import canary
from tests.desktop.accessible import Role
from tests.desktop.waiting import LONGEST_S
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
def verbose(app: Claudometer, simulator: Simulator) -> Claudometer:
    """Claudometer with the most detailed log, for a user whose secrets are all canaries."""
    simulator.account.session_keys = {canary.SESSION_KEY}
    simulator.account.tokens = {canary.ACCESS_TOKEN: Token()}
    simulator.account.organizations = [canary.ORGANIZATION]
    app.env["CLAUDOMETER_LOG_LEVEL"] = "debug"
    return app


def collect_output(app: Claudometer) -> list[str]:
    """Return all that the program shows, and what other users of the machine see of its processes."""
    outputs = [app.run(*words) for words in COMMANDS]
    return [
        str(app.tray.menu()),
        str(app.tray.wait_until_shown()),
        str(app.page.read()),
        app.read_page(),
        *(done.stdout + done.stderr for done in outputs),
        app.process.visible_to_others(),
    ]


def refresh_with(app: Claudometer, simulator: Simulator, reply: Reply) -> list[str]:
    """Refresh with this reply of the servers, and return what the program shows."""
    for endpoint in (simulator.oauth, simulator.organizations, simulator.usage):
        endpoint.stand(reply)
    answer = app.call("refresh")
    return [str(answer), json.dumps(app.call("status")), str(app.tray.menu())]


def send_line(app: Claudometer, line: bytes) -> str:
    """Send one line to the socket; return the raw response, with the first event of a subscription."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(LONGEST_S)
        connection.connect(str(app.socket))
        connection.sendall(line + b"\n")
        with connection.makefile() as responses:
            response = responses.readline()
            return response + responses.readline() if b"subscribe" in line else response


def request_everything(app: Claudometer) -> list[str]:
    """Return the responses to every operation, to a key that is refused, and to invalid lines."""
    typed = {"session_key": canary.TYPED_KEY, "mode": "web"}
    harmless = OPERATIONS.keys() - {"quit", "forget_key", "subscribe"}
    lines = [json.dumps(request(op)).encode() for op in sorted(harmless)]
    lines += [json.dumps(request("subscribe", {"view": view})).encode() for view in ("card", "report")]
    lines += [
        json.dumps(request("save_settings", typed)).encode(),
        json.dumps(request("save_settings", {"session_key": {"nested": canary.TYPED_KEY}})).encode(),
        json.dumps(request(canary.TYPED_KEY)).encode(),
        canary.TYPED_KEY.encode(),
    ]
    return [send_line(app, line) for line in lines]


def assert_no_trace(app: Claudometer, seen: list[str]) -> None:
    login = app.home.path / ".claude/.credentials.json"
    state = app.home.state / "claudometer"
    named = canary.files_with(canary.ORGANIZATION_NAME, app.home.root)
    assert {*named} <= {state / "history.db", state / "history.db-wal"}
    assert canary.secrets_in("\n".join(seen)) == []
    assert canary.files_with_secrets(app.home.root, besides=[login]) == []
    assert canary.ORGANIZATION_NAME not in app.process.visible_to_others()
    assert "poll: " in app.log


def test_a_typed_session_key_and_error_responses_that_repeat_it_leave_no_trace(
    verbose: Claudometer, simulator: Simulator
) -> None:
    page = verbose.start().open_settings()
    page.fill("Session key", canary.SESSION_KEY, Role.PASSWORD_TEXT)
    seen = [verbose.read_page(), str(page.read())]
    page.click("Test & save")
    page.wait_for_text(SAVED_TESTED)
    seen += collect_output(verbose)
    for reply in (*canary.faults(), *canary.refusals(canary.SESSION_KEY)):
        seen += refresh_with(verbose, simulator, reply)
    seen += collect_output(verbose)
    seen += request_everything(verbose)
    page.fill("Session key", canary.TYPED_KEY, Role.PASSWORD_TEXT)
    page.click("Test & save")
    seen += [
        str(page.look_at("Session key", Role.PASSWORD_TEXT, lambda found: found.is_invalid, what="refused"))
    ]
    seen += collect_output(verbose)
    # The check of this computer asks whether the server answers, and sends no credentials for that.
    assert {request.credential for request in simulator.requests} == {"known", "unknown", "none"}
    assert {request.method for request in simulator.requests if request.credential == "none"} == {"HEAD"}
    assert_no_trace(verbose, seen)


def test_claude_codes_tokens_and_error_responses_that_repeat_them_leave_no_trace(
    verbose: Claudometer, simulator: Simulator
) -> None:
    login = write_login(verbose.home.path / ".claude", canary.ACCESS_TOKEN, refreshToken=canary.REFRESH_TOKEN)
    before = login.read_bytes()
    verbose.start().open_window()
    verbose.wait_for_status("ok")
    seen = collect_output(verbose)
    refusals = canary.refusals(canary.ACCESS_TOKEN)
    for reply in (*refusals[:3], *refusals[-3:]):  # the budget allows no more at once
        seen += refresh_with(verbose, simulator, reply)
    assert verbose.report()["status"] == "rate_limited"
    seen += collect_output(verbose) + request_everything(verbose)
    assert_no_trace(verbose, seen)
    assert login.read_bytes() == before
    assert canary.files_with("CanaryAccess", verbose.home.root) == [login]  # so the search works


def test_a_key_in_the_environment_is_not_passed_to_the_windows_processes(verbose: Claudometer) -> None:
    verbose.env["CLAUDOMETER_SESSION_KEY"] = canary.SESSION_KEY
    verbose.start().open_window()
    verbose.wait_for_status("ok")
    others = verbose.process.visible_to_others(besides_itself=True)
    assert "claudometer" in others
    assert canary.secrets_in(others) == []
    assert_no_trace(verbose, [])
