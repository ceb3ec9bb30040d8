"""CLI mode on a real desktop: logins that come and go, and servers that refuse or fail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.answers import NOT_YET_UNTIL, SAVED_TESTED
from claudometer.present.messages.menu import PAUSED_UNTIL
from tests.desktop.accessible import Role
from tests.desktop.waiting import wait_for
from tests.sentences import menu_line, opening, title
from tests.simulator import bodies
from tests.simulator.account import ACCESS_TOKEN, SESSION_KEY, Token, write_login

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desktop.claudometer import Claudometer
    from tests.desktop.tray_menu import MenuEntry
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

RENEWED = "sk-ant-oat01-simulated-renewed-token"
REFRESH = "Refresh now"


def has(*beginnings: str) -> Callable[[MenuEntry], bool]:
    """Return a condition on a menu: it has entries that begin like this."""

    def check(menu: MenuEntry) -> bool:
        return all(menu.find(beginning) for beginning in beginnings)

    return check


@pytest.fixture
def logged_in(app: Claudometer) -> Claudometer:
    """Claudometer, running, with Claude Code's login and the first numbers."""
    write_login(app.home.path / ".claude")
    app.start().wait_for_status("ok")
    app.tray.wait_for_menu(has("81 %  Session"), what="the first numbers")
    return app


def test_a_login_created_while_the_app_runs_gives_numbers_without_a_click(app: Claudometer) -> None:
    app.start()
    app.tray.wait_for_menu(has(menu_line(ErrorCode.SESSION_KEY_MISSING)), what="the missing credentials")
    write_login(app.home.path / ".claude")
    app.tray.wait_for_menu(has("81 %  Session", "Refresh now · "), what="the numbers")


def test_only_the_login_in_the_users_folder_is_used(app: Claudometer, simulator: Simulator) -> None:
    folder = app.home.path / "my claude"
    write_login(folder)
    write_login(app.home.path / ".claude", "sk-ant-oat01-of-somebody-else")
    app.env["CLAUDE_CONFIG_DIR"] = str(folder)
    app.start().wait_for_status("ok")
    assert {request.credential for request in simulator.requests} == {"known"}
    login = app.call("settings")["form"]["login"]
    assert (login["found"], login["hint"]) == (True, None)
    assert login["message"].endswith("~/my claude")


def test_an_expired_token_causes_one_request_until_claude_code_renews_it(
    app: Claudometer, simulator: Simulator
) -> None:
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    write_login(app.home.path / ".claude", expiresAt=int(an_hour_ago.timestamp() * 1000))
    simulator.account.tokens = {ACCESS_TOKEN: Token(expires_at=an_hour_ago)}
    app.start()
    app.tray.wait_for_menu(has(menu_line(ErrorCode.LOGIN_RESTING)), what="the resting login")
    app.tray.click(REFRESH)
    assert app.call("refresh") == {"accepted": True, "message": None}
    assert len(simulator.requests) == 1  # the server confirms that it is the login, and not our clock
    simulator.account.tokens = {RENEWED: Token()}
    write_login(app.home.path / ".claude", RENEWED)
    app.tray.wait_for_menu(has("81 %  Session"), what="the numbers")


def test_after_a_refused_login_the_numbers_are_kept_and_a_new_login_is_used(
    logged_in: Claudometer, simulator: Simulator
) -> None:
    simulator.account.tokens = {"sk-ant-oat01-simulated-next-token": Token()}
    logged_in.tray.click(REFRESH)
    logged_in.tray.wait_for_menu(
        has("81 %  Session", menu_line(ErrorCode.LOGIN_REJECTED)),
        what="the refusal beside the old numbers",
    )
    assert title(ErrorCode.LOGIN_REJECTED) in logged_in.tray.wait_until_shown().title
    write_login(logged_in.home.path / ".claude", "sk-ant-oat01-simulated-next-token")
    logged_in.tray.click(REFRESH)
    logged_in.tray.wait_for_menu(has("81 %  Session", "Refresh now · "), what="the numbers")


def test_during_a_rate_limit_the_numbers_are_kept_and_a_click_sends_nothing(
    logged_in: Claudometer, simulator: Simulator
) -> None:
    app = logged_in
    simulator.oauth.stand(bodies.rate_limit("600"))
    app.tray.click(REFRESH)
    app.tray.wait_for_menu(has(opening(PAUSED_UNTIL), "81 %  Session"), what="the rate limit")
    assert app.call("refresh")["accepted"] is False
    until = datetime.fromisoformat(app.report()["next_poll_at"])
    assert timedelta(minutes=10) <= until - datetime.now(UTC) <= timedelta(minutes=15)
    sent = len(simulator.requests)

    assert app.tray.menu().find(REFRESH) is None
    page = app.open_window()
    page.click(REFRESH)
    page.wait_for_text(NOT_YET_UNTIL.format(time=f"{until:%H:%M}"))
    done = app.run("refresh")
    assert (done.returncode, done.stdout) == (75, NOT_YET_UNTIL.format(time=f"{until:%H:%M}") + "\n")
    day = "" if until.date() == datetime.now(UTC).date() else f"{until:%a} "  # from 23:45 on, tomorrow
    assert app.tray.menu().find(PAUSED_UNTIL.format(time=f"{day}{until:%H:%M}"))
    assert len(simulator.requests) == sent


def test_server_errors_and_a_lost_connection_are_reported_and_keep_the_numbers(
    logged_in: Claudometer, simulator: Simulator
) -> None:
    tray = logged_in.tray
    simulator.oauth.stand(bodies.SERVER_ERROR)
    tray.click(REFRESH)
    tray.wait_for_menu(
        has("81 %  Session", menu_line(ErrorCode.SERVER_ERROR, http_status=500)), what="the error"
    )
    simulator.oauth.stand(bodies.OVERLOADED)
    tray.click(REFRESH)
    tray.wait_for_menu(
        has("81 %  Session", menu_line(ErrorCode.OVERLOADED, http_status=529)), what="the overload"
    )
    simulator.stop()
    tray.click(REFRESH)
    tray.wait_for_menu(has("81 %  Session", menu_line(ErrorCode.OFFLINE)), what="the lost connection")
    report = logged_in.report()
    assert (report["status"], report["stale"]) == ("offline", False)


def test_the_numbers_of_the_last_run_are_shown_when_the_next_one_is_offline(
    logged_in: Claudometer, simulator: Simulator
) -> None:
    simulator.stop()
    logged_in.restart()
    logged_in.tray.wait_for_menu(has("81 %  Session", menu_line(ErrorCode.OFFLINE)), what="the kept numbers")


def test_the_mode_can_be_switched_both_ways_in_the_window(
    logged_in: Claudometer, simulator: Simulator
) -> None:
    app = logged_in
    page = app.open_settings()
    page.click("Change the usage source", Role.BUTTON)
    page.click("claude.ai", Role.RADIO_BUTTON)
    page.fill("Session key", SESSION_KEY, Role.PASSWORD_TEXT)
    page.click("Test & save")
    page.wait_for_text(SAVED_TESTED)
    wait_for(lambda: app.report()["source"] == "web", what="the numbers of claude.ai")

    page.click("Claude Code", Role.RADIO_BUTTON)
    wait_for(lambda: app.report()["source"] == "oauth", what="the other source")
    assert {request.credential for request in simulator.requests} == {"known"}
    assert ACCESS_TOKEN not in app.read_page()
