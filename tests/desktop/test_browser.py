"""claude.ai behind a check that only a browser passes: the real engine and program, a simulated check."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.answers import NOT_YET_BROWSER, SAVED_TESTED
from claudometer.present.messages.phrases import SOURCE_NAMES
from tests import canary
from tests.desktop.accessible import Role
from tests.desktop.process_tree import is_zombie
from tests.desktop.waiting import wait_for
from tests.sentences import hint, opening, title
from tests.simulator import SESSION_KEY, Gate, Kind, Reply, Simulator
from tests.simulator.account import HOME
from tests.simulator.gate import FORGED_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Recorded

pytestmark = pytest.mark.desktop

START_S = 30.0
ENGINE = "AppleWebKit"
OUR_NAME = "claudometer/"


@pytest.fixture
def guarded(app: Claudometer, simulator: Simulator) -> Claudometer:
    """Claudometer in web mode, not started, of somebody whose network is checked."""
    simulator.gate = Gate()
    simulator.account.session_keys = {canary.SESSION_KEY}
    app.env |= {"CLAUDOMETER_SESSION_KEY": canary.SESSION_KEY, "CLAUDOMETER_LOG_LEVEL": "debug"}
    remember(app)
    return app


@pytest.fixture
def elsewhere() -> Iterator[Simulator]:
    with Simulator() as other:
        yield other


class AttachmentGate(Gate):
    """A check whose page has files saved: by what a frame is given, and by how it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def stop(self, target: str, headers: dict[str, str]) -> Reply | None:
        self.asked.append(target)
        if "/saved" in target:
            kind = "application/octet-stream" if "bin" in target else "text/html"
            return Reply(200, "x", {"Content-Type": kind, "Content-Disposition": "attachment"})
        frames = '<iframe src="/api/saved.bin"></iframe><iframe src="/api/saved.html"></iframe>'
        return Reply(403, frames, {"cf-mitigated": "challenge", "Content-Type": "text/html"})


def by_engine(simulator: Simulator) -> list[Recorded]:
    return [request for request in simulator.requests if ENGINE in (request.user_agent or "")]


def by_us(simulator: Simulator) -> list[Recorded]:
    return [request for request in simulator.requests if OUR_NAME in (request.user_agent or "")]


def remember(app: Claudometer, **settings: object) -> None:
    """Leave settings as an earlier run would have."""
    folder = app.home.config / "claudometer"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text(json.dumps({"mode": "web", **settings}))


def requests_of(app: Claudometer) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(app.run("requests", "--json").stdout)["requests"]
    return listed


def is_over(app: Claudometer) -> bool:
    return not app.process.children and not (app.home.runtime / "claudometer/browser").exists()


def test_the_web_engine_passes_the_check_and_every_surface_says_that_it_asked(
    guarded: Claudometer, simulator: Simulator
) -> None:
    guarded.start()
    report = guarded.wait_for_status("ok", timeout_s=START_S)
    assert report["source"] == "browser"
    assert {limit["id"]: limit["percent"] for limit in report["limits"]}["session"] == 81.0
    assert json.loads(guarded.run("status", "--json").stdout)["source"] == "browser"
    menu = guarded.tray.wait_for_menu(lambda menu: menu.find("81 %  Session"), what="the numbers")
    assert f"from {SOURCE_NAMES['browser']}" in str(menu)
    page = guarded.open_window()
    page.wait_for_text("the hidden browser is used at most every 5 min")
    asked = requests_of(guarded)
    assert [(one["via"], one["outcome"]) for one in asked] == [
        (None, "challenged"),
        ("browser", "challenged"),
        ("browser", "ok"),
        ("browser", "ok"),
        ("browser", "ok"),
    ]
    assert {one["path"] for one in asked} == {"/api/organizations", "/api/organizations/{id}/usage"}


def test_each_asks_under_its_own_name_and_the_plain_client_never_carries_the_clearance(
    guarded: Claudometer, simulator: Simulator
) -> None:
    guarded.start().wait_for_status("ok", timeout_s=START_S)
    assert {request.status for request in by_us(simulator)} == {403}
    assert {request.cookie_names for request in by_us(simulator)} == {("sessionKey",)}
    assert len(by_us(simulator)) + len(by_engine(simulator)) == len(simulator.requests)
    assert ("cf_clearance", "sessionKey") in {request.cookie_names for request in by_engine(simulator)}


def test_nothing_of_the_browser_is_left_but_the_numbers(guarded: Claudometer) -> None:
    guarded.start().wait_for_status("ok", timeout_s=START_S)
    wait_for(lambda: is_over(guarded), what="the end of the browser")
    assert canary.files_with_secrets(guarded.home.root) == []
    assert canary.files_with("cf_clearance", guarded.home.root) == []
    assert "ended early" not in guarded.log


def test_the_key_is_in_no_argument_and_no_environment_while_the_browser_runs(
    guarded: Claudometer, simulator: Simulator
) -> None:
    simulator.gate = Gate(Kind.UNFINISHED)
    guarded.start()
    wait_for(
        lambda: "WebKitWebProcess" in guarded.process.visible_to_others(), what="WebKit", timeout_s=START_S
    )
    wait_for(lambda: by_engine(simulator), what="the browser's request")
    shown = guarded.process.visible_to_others(besides_itself=True)
    assert "browse" in shown
    assert canary.secrets_in(shown) == []
    assert canary.files_with_secrets(guarded.home.root) == []
    guarded.stop()
    assert canary.files_with_secrets(guarded.home.root) == []


def test_quitting_ends_the_browser_and_all_that_it_started(
    guarded: Claudometer, simulator: Simulator
) -> None:
    simulator.gate = Gate(Kind.UNFINISHED)
    guarded.start()
    wait_for(lambda: by_engine(simulator), what="the browser's request", timeout_s=START_S)
    family = guarded.process.children
    guarded.run("quit")
    guarded.process.wait_until_ended()
    wait_for(lambda: all(map(is_zombie, family)), what="the end of the browser's processes")
    assert not (guarded.home.runtime / "claudometer/browser").exists()


def test_the_browser_ends_at_once_when_the_app_is_killed(guarded: Claudometer, simulator: Simulator) -> None:
    simulator.gate = Gate(Kind.UNFINISHED)
    guarded.start()
    wait_for(lambda: by_engine(simulator), what="the browser's request", timeout_s=START_S)
    family = guarded.process.children
    os.kill(guarded.process.pid, signal.SIGKILL)
    wait_for(lambda: all(map(is_zombie, family)), what="the end of the browser's processes", timeout_s=5)


def test_a_restart_runs_no_second_browser_within_five_minutes_and_keeps_the_numbers(
    guarded: Claudometer, simulator: Simulator
) -> None:
    guarded.start().wait_for_status("ok", timeout_s=START_S)
    before = len(by_engine(simulator))
    simulator.requests.clear()
    guarded.restart()
    wait_for(lambda: by_us(simulator), what="a plain request")
    report = guarded.wait_for_status("ok")
    assert report["source"] == "browser"
    assert not report["stale"]
    refused = guarded.run("refresh")
    assert refused.returncode == 75
    assert refused.stdout.startswith(opening(NOT_YET_BROWSER))
    assert before
    assert by_engine(simulator) == []


def test_switched_off_no_browser_is_run_and_the_hint_says_where_to_switch_it_on(
    guarded: Claudometer, simulator: Simulator
) -> None:
    remember(guarded, ask_through_browser=False)
    report = guarded.start().wait_for_status("challenged")
    assert report["message"] == title(ErrorCode.BROWSER_OFF)
    assert report["hint"] == hint(ErrorCode.BROWSER_OFF)
    assert not guarded.process.children
    assert by_engine(simulator) == []


def test_without_a_display_the_answer_says_what_is_missing(
    guarded: Claudometer, simulator: Simulator
) -> None:
    guarded.env |= {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    report = json.loads(guarded.run("status", "--json").stdout)
    assert report["status"] == "challenged"
    assert report["message"] == title(ErrorCode.BROWSER_NO_DISPLAY)
    assert by_engine(simulator) == []


def test_a_dead_session_key_is_said_as_ever(guarded: Claudometer, simulator: Simulator) -> None:
    simulator.account.session_keys = {SESSION_KEY}
    report = guarded.start().wait_for_status("unauthorized", timeout_s=START_S)
    assert report["message"] == title(ErrorCode.SESSION_KEY_REJECTED)


def test_a_page_reaches_no_other_place_by_any_way(
    guarded: Claudometer, simulator: Simulator, elsewhere: Simulator
) -> None:
    simulator.gate = Gate(Kind.ELSEWHERE, other=elsewhere.base_url)
    guarded.start().wait_for_status("ok", timeout_s=START_S)
    assert elsewhere.requests == []


def test_a_page_saves_no_file(guarded: Claudometer, simulator: Simulator) -> None:
    gate = simulator.gate = AttachmentGate()
    guarded.start()
    wait_for(lambda: any("saved" in one for one in gate.asked), what="a download", timeout_s=START_S)
    guarded.wait_for_status("challenged", timeout_s=60)
    wait_for(lambda: is_over(guarded), what="the end of the browser")
    assert list(guarded.home.root.rglob("saved*")) == []


def test_a_pages_own_content_policy_does_not_keep_the_question_back(
    guarded: Claudometer, simulator: Simulator
) -> None:
    strict = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
    simulator.organizations.stand(Reply(body=[HOME], headers=strict))
    report = guarded.start().wait_for_status("ok", timeout_s=START_S)
    assert report["source"] == "browser"


def test_an_answer_too_large_to_be_real_is_refused(guarded: Claudometer, simulator: Simulator) -> None:
    simulator.usage.stand(Reply(body={"padding": "x" * (3 * 1024 * 1024)}))
    report = guarded.start().wait_for_status("unreadable", timeout_s=START_S)
    assert report["message"] == title(ErrorCode.TOO_LARGE)


def test_a_check_for_a_person_is_not_passed_and_the_numbers_stay(
    guarded: Claudometer, simulator: Simulator
) -> None:
    simulator.gate = Gate(Kind.PERSON)
    report = guarded.start().wait_for_status("challenged", timeout_s=60)
    assert report["message"] == title(ErrorCode.BROWSER_CHALLENGED)
    wait_for(lambda: is_over(guarded), what="the end of the browser")
    assert not [request for request in simulator.requests if request.endpoint == "usage"]


def test_a_key_renewed_with_the_browsers_answer_is_the_one_in_use_from_then_on(
    guarded: Claudometer, simulator: Simulator
) -> None:
    del guarded.env["CLAUDOMETER_SESSION_KEY"]
    page = guarded.start().open_window()
    simulator.account.session_keys.add(canary.TYPED_KEY)
    body = simulator.account.usage(simulator.now())
    line = f"sessionKey={canary.TYPED_KEY}; Path=/; HttpOnly; Max-Age=2419200"
    simulator.usage.answer(200, body, cookies=(line,))
    page.fill("Session key", canary.SESSION_KEY, Role.PASSWORD_TEXT)
    page.click("Test & save")
    page.wait_for_text(SAVED_TESTED)
    simulator.account.session_keys = {canary.TYPED_KEY}
    simulator.gate = None
    simulator.requests.clear()
    guarded.restart()
    wait_for(lambda: by_us(simulator), what="a plain request")
    assert {request.status for request in by_us(simulator)} == {200}
    assert canary.files_with_secrets(guarded.home.root) == []


def test_a_session_key_that_a_script_of_the_page_sets_is_not_taken(
    guarded: Claudometer, simulator: Simulator
) -> None:
    del guarded.env["CLAUDOMETER_SESSION_KEY"]
    page = guarded.start().open_window()
    simulator.gate = Gate(Kind.FORGING)
    simulator.account.session_keys.add(FORGED_KEY)
    page.fill("Session key", canary.SESSION_KEY, Role.PASSWORD_TEXT)
    page.click("Test & save")
    page.wait_for_text(SAVED_TESTED)
    simulator.account.session_keys = {canary.SESSION_KEY}
    simulator.gate = None
    simulator.requests.clear()
    guarded.restart()
    wait_for(lambda: by_us(simulator), what="a plain request")
    assert {request.status for request in by_us(simulator)} == {200}


def test_a_key_is_tested_through_the_browser_also_just_after_a_run_and_after_a_slip(
    guarded: Claudometer, simulator: Simulator
) -> None:
    del guarded.env["CLAUDOMETER_SESSION_KEY"]
    page = guarded.start().open_window()
    page.fill("Session key", canary.TYPED_KEY, Role.PASSWORD_TEXT)
    page.click("Test & save")
    page.wait_for_text(title(ErrorCode.SESSION_KEY_REFUSED))
    page.fill("Session key", canary.SESSION_KEY, Role.PASSWORD_TEXT)
    page.click("Test & save")
    page.wait_for_text(SAVED_TESTED)
    assert guarded.wait_for_status("ok")["source"] == "browser"
