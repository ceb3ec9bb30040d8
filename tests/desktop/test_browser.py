"""claude.ai behind a check that only a browser passes: the real program and WebKit, a simulated check."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.answers import NOT_YET_BROWSER, SAVED_TESTED
from claudometer.present.messages.phrases import SOURCE_NAMES
from tests import canary
from tests.desktop.accessible import Role
from tests.desktop.claudometer import PROGRAM, installed
from tests.desktop.process_tree import is_zombie
from tests.desktop.waiting import wait_for
from tests.sentences import hint, opening, title
from tests.simulator import SESSION_KEY, Gate, Kind, Reply, Simulator
from tests.simulator.account import HOME
from tests.simulator.fixtures import TLS, tls_simulator
from tests.simulator.gate import FORGED_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.claudometer import Claudometer
    from tests.desktop.page import Page
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.simulator import Recorded

__all__ = ["tls_simulator"]

pytestmark = pytest.mark.desktop

ENGINE = "AppleWebKit"
OUR_NAME = "claudometer/"


@pytest.fixture
def guarded(app: Claudometer, simulator: Simulator) -> Claudometer:
    """Claudometer in web mode, not started yet, with servers that require the check."""
    simulator.gate = Gate()
    simulator.account.session_keys = {canary.SESSION_KEY}
    app.env |= {"CLAUDOMETER_SESSION_KEY": canary.SESSION_KEY, "CLAUDOMETER_LOG_LEVEL": "debug"}
    remember(app)
    return app


@pytest.fixture
def elsewhere() -> Iterator[Simulator]:
    """Another server, which no page may reach."""
    with Simulator() as other:
        yield other


class AttachmentGate(Gate):
    """A check whose page makes a browser save files, by content type and by content disposition."""

    def __init__(self) -> None:
        super().__init__()
        self.requested: list[str] = []

    def stop(self, target: str, headers: dict[str, str]) -> Reply | None:
        self.requested.append(target)
        if "/saved" in target:
            kind = "application/octet-stream" if "bin" in target else "text/html"
            return Reply(200, "x", {"Content-Type": kind, "Content-Disposition": "attachment"})
        frames = '<iframe src="/api/saved.bin"></iframe><iframe src="/api/saved.html"></iframe>'
        return Reply(403, frames, {"cf-mitigated": "challenge", "Content-Type": "text/html"})


def from_engine(simulator: Simulator) -> list[Recorded]:
    return [request for request in simulator.requests if ENGINE in (request.user_agent or "")]


def from_us(simulator: Simulator) -> list[Recorded]:
    return [request for request in simulator.requests if OUR_NAME in (request.user_agent or "")]


def remember(app: Claudometer, **settings: object) -> None:
    """Write settings as an earlier run would have."""
    folder = app.home.config / "claudometer"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text(json.dumps({"mode": "web", **settings}))


def requests_of(app: Claudometer) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = app.run_json("requests")["requests"]
    return listed


def save_key(page: Page, key: str, *, result: str = SAVED_TESTED) -> None:
    """Type a session key, save it, and wait until the page shows the result."""
    page.fill("Session key", key, Role.PASSWORD_TEXT)
    page.click("Test & save")
    page.wait_for_text(result)


def accepts_after_restart(app: Claudometer, simulator: Simulator, key: str) -> bool:
    """Restart the app, and return whether its saved key is this one: the only one that is accepted now."""
    simulator.account.session_keys = {key}
    simulator.gate = None
    simulator.requests.clear()
    app.restart()
    wait_for(lambda: from_us(simulator), what="a plain request")
    return {request.status for request in from_us(simulator)} == {200}


def is_over(app: Claudometer) -> bool:
    return not app.process.children and not (app.home.runtime / "claudometer/browser").exists()


def test_the_web_engine_passes_the_check_and_every_surface_names_the_browser(
    guarded: Claudometer, simulator: Simulator
) -> None:
    guarded.start()
    report = guarded.wait_for_status("ok")
    assert report["source"] == "browser"
    assert {limit["id"]: limit["percent"] for limit in report["limits"]}["session"] == 81.0
    assert guarded.run_json("status")["source"] == "browser"
    guarded.tray.wait_for_menu(lambda menu: menu.find("81 %  Session"), what="the numbers")
    page = guarded.open_window()
    page.wait_for_text(f"· {SOURCE_NAMES['browser']}")
    page.click("Details", Role.BUTTON)
    page.wait_for_text("the hidden browser is used at most once every 5\u00a0min")
    requests = requests_of(guarded)
    assert [(request["via"], request["outcome"]) for request in requests] == [
        (None, "challenged"),
        ("browser", "challenged"),
        ("browser", "ok"),
        ("browser", "ok"),
        ("browser", "ok"),
    ]
    assert {request["path"] for request in requests} == {
        "/api/organizations",
        "/api/organizations/{id}/usage",
    }


def test_each_client_has_its_own_user_agent_and_the_plain_one_never_sends_the_clearance(
    guarded: Claudometer, simulator: Simulator
) -> None:
    guarded.start().wait_for_status("ok")
    assert {request.status for request in from_us(simulator)} == {403}
    assert {request.cookie_names for request in from_us(simulator)} == {("sessionKey",)}
    assert len(from_us(simulator)) + len(from_engine(simulator)) == len(simulator.requests)
    assert ("cf_clearance", "sessionKey") in {request.cookie_names for request in from_engine(simulator)}


def test_the_browser_leaves_nothing_behind(guarded: Claudometer) -> None:
    guarded.start().wait_for_status("ok")
    wait_for(lambda: is_over(guarded), what="the end of the browser")
    assert canary.files_with_secrets(guarded.home.root) == []
    assert canary.files_with("cf_clearance", guarded.home.root) == []
    assert "ended early" not in guarded.log


def test_the_key_is_in_no_argument_and_no_environment_while_the_browser_runs(
    guarded: Claudometer, simulator: Simulator
) -> None:
    simulator.gate = Gate(Kind.UNFINISHED)
    guarded.start()
    wait_for(lambda: "WebKitWebProcess" in guarded.process.visible_to_others(), what="WebKit")
    wait_for(lambda: from_engine(simulator), what="the browser's request")
    shown = guarded.process.visible_to_others(besides_itself=True)
    assert "browse" in shown
    assert canary.secrets_in(shown) == []
    assert canary.files_with_secrets(guarded.home.root) == []
    guarded.stop()
    assert canary.files_with_secrets(guarded.home.root) == []


def test_quitting_ends_the_browser_and_its_child_processes(
    guarded: Claudometer, simulator: Simulator
) -> None:
    simulator.gate = Gate(Kind.UNFINISHED)
    guarded.start()
    wait_for(lambda: from_engine(simulator), what="the browser's request")
    family = guarded.process.children
    guarded.run("quit")
    guarded.process.wait_until_ended()
    wait_for(lambda: all(map(is_zombie, family)), what="the end of the browser's processes")
    assert not (guarded.home.runtime / "claudometer/browser").exists()


def test_the_browser_ends_at_once_when_the_app_is_killed(guarded: Claudometer, simulator: Simulator) -> None:
    simulator.gate = Gate(Kind.UNFINISHED)
    guarded.start()
    wait_for(lambda: from_engine(simulator), what="the browser's request")
    family = guarded.process.children
    os.kill(guarded.process.pid, signal.SIGKILL)
    wait_for(lambda: all(map(is_zombie, family)), what="the end of the browser's processes")


def test_after_a_restart_within_five_minutes_no_browser_runs_and_the_numbers_are_kept(
    guarded: Claudometer, simulator: Simulator
) -> None:
    guarded.start().wait_for_status("ok")
    before = len(from_engine(simulator))
    simulator.requests.clear()
    guarded.restart()
    wait_for(lambda: from_us(simulator), what="a plain request")
    report = guarded.wait_for_status("ok")
    assert report["source"] == "browser"
    assert not report["stale"]
    refused = guarded.run("refresh")
    assert refused.returncode == 75
    assert refused.stdout.startswith(opening(NOT_YET_BROWSER))
    assert before
    assert from_engine(simulator) == []


def test_when_turned_off_no_browser_runs_and_the_hint_says_where_to_turn_it_on(
    guarded: Claudometer, simulator: Simulator
) -> None:
    remember(guarded, ask_through_browser=False)
    report = guarded.start().wait_for_status("challenged")
    assert report["message"] == title(ErrorCode.BROWSER_OFF)
    assert report["hint"] == hint(ErrorCode.BROWSER_OFF)
    assert not guarded.process.children
    assert from_engine(simulator) == []


def test_without_a_display_the_message_says_what_is_missing(
    guarded: Claudometer, simulator: Simulator
) -> None:
    guarded.env |= {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    report = guarded.run_json("status")
    assert report["status"] == "challenged"
    assert report["message"] == title(ErrorCode.BROWSER_NO_DISPLAY)
    assert from_engine(simulator) == []


def test_a_rejected_session_key_is_reported_as_without_a_browser(
    guarded: Claudometer, simulator: Simulator
) -> None:
    simulator.account.session_keys = {SESSION_KEY}
    report = guarded.start().wait_for_status("unauthorized")
    assert report["message"] == title(ErrorCode.SESSION_KEY_REJECTED, variable="CLAUDOMETER_SESSION_KEY")


def test_a_page_cannot_reach_any_other_server(
    guarded: Claudometer, simulator: Simulator, elsewhere: Simulator
) -> None:
    simulator.gate = Gate(Kind.ELSEWHERE, other=elsewhere.base_url)
    guarded.start().wait_for_status("ok")
    assert elsewhere.requests == []


def test_a_page_cannot_save_a_file(guarded: Claudometer, simulator: Simulator) -> None:
    gate = simulator.gate = AttachmentGate()
    guarded.start()
    wait_for(lambda: any("saved" in target for target in gate.requested), what="a download")
    guarded.wait_for_status("challenged")
    wait_for(lambda: is_over(guarded), what="the end of the browser")
    assert list(guarded.home.root.rglob("saved*")) == []


def test_the_content_policy_of_a_page_does_not_block_the_request(
    guarded: Claudometer, simulator: Simulator
) -> None:
    strict = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
    simulator.organizations.stand(Reply(body=[HOME], headers=strict))
    report = guarded.start().wait_for_status("ok")
    assert report["source"] == "browser"


def test_a_response_that_is_too_large_is_refused(guarded: Claudometer, simulator: Simulator) -> None:
    simulator.usage.stand(Reply(body={"padding": "x" * (3 * 1024 * 1024)}))
    report = guarded.start().wait_for_status("unreadable")
    assert report["message"] == title(ErrorCode.TOO_LARGE)


def test_a_check_for_a_person_is_reported_and_no_usage_is_requested(
    guarded: Claudometer, simulator: Simulator
) -> None:
    simulator.gate = Gate(Kind.PERSON)
    report = guarded.start().wait_for_status("challenged")
    assert report["message"] == title(ErrorCode.BROWSER_CHALLENGED)
    wait_for(lambda: is_over(guarded), what="the end of the browser")
    assert not [request for request in simulator.requests if request.endpoint == "usage"]


def test_a_key_renewed_in_a_response_to_the_browser_is_used_from_then_on(
    guarded: Claudometer, simulator: Simulator
) -> None:
    del guarded.env["CLAUDOMETER_SESSION_KEY"]
    page = guarded.start().open_settings()
    simulator.account.session_keys.add(canary.TYPED_KEY)
    body = simulator.account.usage(simulator.now())
    line = f"sessionKey={canary.TYPED_KEY}; Path=/; HttpOnly; Max-Age=2419200"
    simulator.usage.answer(200, body, cookies=(line,))
    save_key(page, canary.SESSION_KEY)
    day = (datetime.now(UTC) + timedelta(days=28)).astimezone()
    page.wait_for_text(f"It ends on {day.day} {day:%b}")
    assert accepts_after_restart(guarded, simulator, canary.TYPED_KEY)
    assert canary.files_with_secrets(guarded.home.root) == []
    login = next(each for each in guarded.run_json("doctor")["checks"] if each["id"] == "login")
    assert "valid until" in login["sentence"]


def test_a_session_key_set_by_a_script_of_the_page_is_not_used(
    guarded: Claudometer, simulator: Simulator
) -> None:
    del guarded.env["CLAUDOMETER_SESSION_KEY"]
    page = guarded.start().open_settings()
    simulator.gate = Gate(Kind.FORGING)
    simulator.account.session_keys.add(FORGED_KEY)
    save_key(page, canary.SESSION_KEY)
    assert accepts_after_restart(guarded, simulator, canary.SESSION_KEY)


def test_a_key_can_be_tested_through_the_browser_right_after_another_run(
    guarded: Claudometer, simulator: Simulator
) -> None:
    del guarded.env["CLAUDOMETER_SESSION_KEY"]
    page = guarded.start().open_settings()
    save_key(page, canary.TYPED_KEY, result=title(ErrorCode.SESSION_KEY_REFUSED))
    save_key(page, canary.SESSION_KEY)
    assert guarded.wait_for_status("ok")["source"] == "browser"


def test_a_check_that_is_solved_in_vain_is_solved_once(guarded: Claudometer, simulator: Simulator) -> None:
    simulator.gate = Gate(Kind.FORGETFUL)
    guarded.start()
    wait_for(lambda: is_challenged(guarded), what="the end of the run")
    loads = [request for request in from_engine(simulator) if request.path == "/api/organizations"]
    assert len(loads) == 2
    via_browser = [record for record in requests_of(guarded) if record["via"] == "browser"]
    assert 2 <= len(via_browser) <= 3


def is_challenged(app: Claudometer) -> bool:
    report = app.run_json("status")
    return bool(report["message"] == title(ErrorCode.BROWSER_CHALLENGED))


@pytest.fixture
def over_tls(
    desktop: DesktopSession, home: PrivateHome, tls_simulator: Simulator, tmp_path: Path
) -> Iterator[Claudometer]:
    """Claudometer in web mode before servers with HTTPS, whose authority it and its web engine trust."""
    tls_simulator.gate = Gate(over_tls=True)
    tls_simulator.account.session_keys = {canary.SESSION_KEY}
    env = {"SSL_CERT_FILE": str(TLS / "ca.pem"), "CLAUDOMETER_SESSION_KEY": canary.SESSION_KEY}
    program = trusting(tmp_path, TLS / "ca.pem")
    with installed(desktop, home, tls_simulator.environment() | env, program=program) as app:
        remember(app)
        yield app


def trusting(folder: Path, authority: Path) -> str:
    """Return a program that runs Claudometer where the system trusts one authority more.

    WebKitGTK reads the system's own file, and no variable names another. So that file is replaced in a mount
    namespace of the program's own, which only root may have.
    """
    system = Path("/etc/ssl/certs/ca-certificates.crt")
    if os.geteuid() != 0 or not system.is_file():
        pytest.skip("only root can let WebKit trust another authority, in the system's file")
    bundle = folder / "trusted.pem"
    bundle.write_bytes(system.read_bytes() + authority.read_bytes())
    script = folder / "claudometer"
    mount = f'mount --bind {bundle} {system} && exec {PROGRAM} "$@"'
    script.write_text(f"#!/bin/sh\nexec unshare --mount sh -c '{mount}' sh \"$@\"\n", encoding="utf-8")
    script.chmod(0o755)
    if subprocess.run([script, "--version"], capture_output=True, check=False).returncode:
        pytest.skip("this machine has no mount namespaces")
    return str(script)


def test_a_clearance_cookie_as_cloudflare_sets_it_over_https_is_kept(
    over_tls: Claudometer, tls_simulator: Simulator
) -> None:
    over_tls.start()
    report = over_tls.wait_for_status("ok")
    assert report["source"] == "browser"
    assert ("cf_clearance", "sessionKey") in {request.cookie_names for request in from_engine(tls_simulator)}
    assert [request["outcome"] for request in requests_of(over_tls) if request["via"]] == [
        "challenged",
        "ok",
        "ok",
        "ok",
    ]
