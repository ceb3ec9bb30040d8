"""A first start on a real desktop: the window opens once, and numbers are one click away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from tests.desktop.accessible import Role
from tests.desktop.claudometer import TITLE, installed
from tests.desktop.clipboard import clipboard_text
from tests.desktop.look import Look
from tests.desktop.private_home import PrivateHome
from tests.desktop.waiting import wait_for
from tests.sentences import menu_line
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.claudometer import Claudometer
    from tests.desktop.session import DesktopSession
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

HEADLINE = "See how much of your Claude plan you have used"
SHOW = "Show my usage"


@pytest.fixture
def home() -> Iterator[PrivateHome]:
    """The home of somebody who has never started the app."""
    new = PrivateHome.create(first_start=True)
    Look(dark=True).write_gtk_settings(new.config)
    yield new
    new.remove()


def saved(home: PrivateHome) -> dict[str, object]:
    return dict(json.loads(home.settings.read_text(encoding="utf-8")))


def test_with_a_login_one_click_leads_to_the_numbers(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.start()
    app.page.wait_for_text(HEADLINE)
    app.page.click(SHOW)
    app.page.wait_for_text("Refreshed just now")
    accounts = saved(app.home)["accounts"]
    assert isinstance(accounts, dict)
    assert accounts["default"]["mode"] == "cli"
    wait_for(lambda: list(app.home.config.glob("autostart/*.desktop")), what="the start at login")


def test_return_presses_the_button_that_has_the_focus(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.start()
    app.page.wait_for_text(HEADLINE)
    app.page.look_at(SHOW, Role.BUTTON, lambda found: found.is_focused, what="the focus")
    app.desktop.devices.press("Return")
    app.page.wait_for_text("Refreshed just now")


def test_closed_without_a_click_it_does_not_come_back_and_nothing_is_switched_on(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.start()
    app.page.wait_for_text(HEADLINE)
    app.close_window()
    app.restart().wait_for_status("ok")
    app.tray.wait_for_menu(lambda menu: menu.find("81 %  Session"), what="the numbers")
    assert app.desktop.windows.titled(TITLE) == []
    assert not list(app.home.config.glob("autostart/*.desktop"))


def test_without_a_login_it_waits_for_one_and_goes_on(app: Claudometer) -> None:
    app.start()
    app.page.wait_for_text("Log in when it asks.")
    write_login(app.home.path / ".claude")
    app.page.look_at(SHOW, Role.BUTTON, lambda found: found.is_focused, what="ready, with the focus")
    app.desktop.devices.press("Return")
    app.page.wait_for_text("Refreshed just now")


def test_the_menu_says_what_to_do_and_opens_the_welcome_page_again(app: Claudometer) -> None:
    app.start()
    app.page.wait_for_text(HEADLINE)
    app.close_window()
    app.tray.click(menu_line(ErrorCode.SESSION_KEY_MISSING))
    app.page.wait_for_text(HEADLINE)


def test_a_command_of_the_page_can_be_pasted(app: Claudometer) -> None:
    app.start()
    app.page.wait_for_text("Open a terminal and start Claude Code")
    app.page.click("Copy")
    app.page.wait_for_text("Copied")
    wait_for(lambda: clipboard_text(app) == "claude", what="the command in the clipboard")


def test_a_mode_chosen_in_the_environment_opens_no_welcome_page(
    desktop: DesktopSession, home: PrivateHome, simulator: Simulator
) -> None:
    write_login(home.path / ".claude")
    env = simulator.environment() | {"CLAUDOMETER_MODE": "cli"}
    with installed(desktop, home, env) as program:
        program.start().wait_for_status("ok")
        assert desktop.windows.titled(TITLE) == []
        assert not home.settings.exists()
