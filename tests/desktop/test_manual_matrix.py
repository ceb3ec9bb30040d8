"""The manual test matrix, automated: tray, window, session key, Remember, start at login."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.answers import FORGOTTEN, SAVED_TESTED
from claudometer.present.messages.form import KEY_NOTES
from tests.desktop.accessible import Role
from tests.desktop.claudometer import OPEN_WINDOW, PROGRAM
from tests.desktop.waiting import wait_for
from tests.sentences import title
from tests.simulator.account import SESSION_KEY, write_login

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.desktop.page import Page
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

REMEMBER = "Remember the key"


def save_key(page: Page, *, remember: bool = True) -> None:
    """Type the session key into the page, and save it."""
    page.check(REMEMBER, on=remember, role=Role.TOGGLE_BUTTON)
    page.fill("Session key", SESSION_KEY, Role.PASSWORD_TEXT)
    page.click("Test & save")
    page.wait_for_text(SAVED_TESTED)


# 1. The tray starts with no windows; its menu shows the snapshot.


def test_the_tray_starts_without_a_window_and_its_menu_shows_the_numbers(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.start()
    menu = app.tray.wait_for_menu(lambda menu: menu.find("81 %  Session"), what="the numbers")
    lines = [line.replace("\u00a0", " ") for line in menu.labels]
    assert lines[0].startswith("81 %  Session · resets ")
    assert lines[1].startswith("66 %  Fable (weekly) · resets ")
    assert lines[2].startswith("28 %  Weekly · resets ")
    assert lines[3:6] == ["31 %  Extra usage · €12.34 of €40.00", "-", OPEN_WINDOW]
    assert lines[6].startswith("Refresh now · ")
    assert lines[7:] == ["Mute alerts", "-", "Open Settings…", "Check for Updates…", "-", "Quit"]
    assert all(entry.enabled for entry in menu.children)
    assert not app.desktop.windows.all()
    assert not app.process.children


# 2. "Open Claudometer" creates the window, or brings an open one forward.


def test_a_second_click_and_a_second_launch_bring_the_same_window_forward(app: Claudometer) -> None:
    app.start().open_window()
    window, family = app.window, app.process.children
    for request_again in (partial(app.tray.click, OPEN_WINDOW), app.run, partial(app.run, "settings")):
        window.minimize()
        request_again()
        wait_for(lambda: window.is_active, what="the window in front")
    assert [each.number for each in app.desktop.windows.all()] == [window.number]
    assert app.process.children == family


def test_a_second_launch_exits_at_once_with_success_and_no_output(app: Claudometer) -> None:
    app.start()
    done = app.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert app.window.pid in app.process.children


def test_a_closed_window_leaves_nothing_and_can_be_opened_again_at_once(app: Claudometer) -> None:
    app.start().open_window()
    app.close_window()
    assert not app.desktop.windows.all()
    app.open_window()
    assert len(app.desktop.windows.all()) == 1


# 3. Saving a valid session key refreshes the snapshot and updates the tray.


def test_a_typed_session_key_gives_numbers_is_never_shown_again_and_can_be_forgotten(
    app: Claudometer, simulator: Simulator
) -> None:
    app.start()
    wait_for(
        lambda: title(ErrorCode.SESSION_KEY_MISSING) in app.tray.wait_until_shown().title,
        what="the missing key",
    )
    page = app.open_settings()
    save_key(page)
    app.tray.wait_for_menu(lambda menu: menu.find("81 %  Session"), what="the numbers in the menu")
    wait_for(lambda: "81" in app.tray.wait_until_shown().title, what="the number at the icon")
    page.wait_for_text(KEY_NOTES["keyring"])
    page.click("Back", Role.BUTTON)
    page.wait_for_text(" used, resets ")
    assert {request.credential for request in simulator.requests} == {"known"}
    assert {request.endpoint for request in simulator.requests} == {"organizations", "usage"}
    assert "sk-ant" not in app.read_page()
    app.close_window()
    app.open_settings()
    assert "sk-ant" not in app.read_page()

    page.click("Remove key")
    page.click("Remove", Role.BUTTON)
    page.wait_for_text(FORGOTTEN)
    assert app.desktop.secrets.attributes_of_all() == []
    assert app.wait_for_status("missing_credentials")["limits"] == []


# 4. and 5. Remember keeps the key over a restart; without it the key is only in memory.


def test_remember_keeps_the_key_in_the_keyring_over_a_restart_until_it_is_switched_off(
    app: Claudometer, simulator: Simulator
) -> None:
    save_key(app.start().open_settings())
    (attributes,) = app.desktop.secrets.attributes_of_all()
    assert (attributes["service"], attributes["username"]) == ("claudometer", "claude-session-key")

    app.stop()
    simulator.requests.clear()
    app.start()
    wait_for(lambda: simulator.requests, what="a request with the remembered key")
    app.wait_for_status("ok")
    assert {request.credential for request in simulator.requests} == {"known"}

    page = app.open_settings()
    page.check(REMEMBER, on=False, role=Role.TOGGLE_BUTTON)
    wait_for(lambda: not app.desktop.secrets.attributes_of_all(), what="an empty keyring")
    assert app.call("refresh")["accepted"]
    app.wait_for_status("ok")
    assert_gone_after_restart(app, simulator)


def test_a_key_without_remember_is_never_in_the_keyring_and_gone_after_a_restart(
    app: Claudometer, simulator: Simulator
) -> None:
    page = app.start().open_settings()
    save_key(page, remember=False)
    assert app.wait_for_status("ok")["limits"]
    assert app.desktop.secrets.attributes_of_all() == []
    assert_gone_after_restart(app, simulator)


def assert_gone_after_restart(app: Claudometer, simulator: Simulator) -> None:
    app.stop()
    simulator.requests.clear()
    app.start()
    app.wait_for_status("missing_credentials")
    assert simulator.requests == []


# 6. The switch for start at login shows what the system will do.


def test_start_at_login_creates_the_systems_entry_and_the_switch_follows_it(app: Claudometer) -> None:
    entry = app.home.config / "autostart/claudometer.desktop"
    page = app.start().open_settings()
    page.check("Start at login", on=True, role=Role.TOGGLE_BUTTON)
    wait_for(entry.exists, what="the autostart entry")
    assert f"Exec={PROGRAM}" in entry.read_text().replace('"', "")
    page.wait_for_text("Saved.")

    entry.unlink()
    app.come_back()
    page.wait_until_checked("Start at login", on=False, role=Role.TOGGLE_BUTTON)

    entry.write_text(f"[Desktop Entry]\nType=Application\nName=Claudometer\nExec={PROGRAM}\n")
    app.restart().open_settings()
    page.wait_until_checked("Start at login", on=True, role=Role.TOGGLE_BUTTON)

    page.check("Start at login", on=False, role=Role.TOGGLE_BUTTON)
    wait_for(lambda: not entry.exists(), what="the end of the autostart entry")
