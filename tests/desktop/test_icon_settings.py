"""The tray icon follows the user's choices in the settings, at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.desktop.accessible import Role
from tests.desktop.waiting import wait_for
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop


def colors_of(app: Claudometer) -> set[tuple[int, int, int]]:
    """Return the colors of the icon's pixels that are not nearly transparent."""
    picture = app.tray.icon(22).convert("RGBA")
    data = picture.tobytes()
    pixels = zip(data[::4], data[1::4], data[2::4], data[3::4], strict=True)
    return {(red, green, blue) for red, green, blue, alpha in pixels if alpha > 20}


def choose(app: Claudometer, name: str, *, below: int) -> None:
    """Choose the option this far below the chosen one: WebKit does not always list the options."""
    app.page.click(name, Role.COMBO_BOX)
    wait_for(lambda: app.desktop.windows.has_open_list, what="the open list")
    app.desktop.devices.press(*["Down"] * below, "Return")
    wait_for(lambda: not app.desktop.windows.has_open_list, what="the closed list")


def test_number_and_colors_are_the_users_choice_at_once_and_cost_no_request(
    app: Claudometer, simulator: Simulator
) -> None:
    write_login(app.home.path / ".claude")
    app.start().wait_for_status("ok")
    wait_for(lambda: "Session 81" in app.tray.wait_until_shown().title, what="the fullest limit first")
    page = app.open_settings()
    asked = len(simulator.requests)
    choose(app, "The number shows", below=2)
    wait_for(lambda: ": Weekly 28" in app.tray.wait_until_shown().title, what="the week first")
    assert len(colors_of(app)) > 10
    choose(app, "Colors", below=2)
    wait_for(lambda: all(min(color) > 200 for color in colors_of(app)), what="a white icon")
    page.check("Show text beside the icon", on=True, role=Role.TOGGLE_BUTTON)
    assert len(simulator.requests) == asked
    app.restart().wait_for_status("ok")
    wait_for(lambda: ": Weekly 28" in app.tray.wait_until_shown().title, what="the same after a restart")
    assert all(min(color) > 200 for color in colors_of(app))


def test_every_surface_says_what_is_left_at_once_and_scripts_what_is_used(
    app: Claudometer, simulator: Simulator
) -> None:
    write_login(app.home.path / ".claude")
    app.start().wait_for_status("ok")
    wait_for(lambda: "Session 81\u00a0% used" in app.tray.wait_until_shown().title, what="what is used")
    app.open_settings()
    asked = len(simulator.requests)
    choose(app, "Percentages show", below=1)
    wait_for(lambda: "Session 19\u00a0% left" in app.tray.wait_until_shown().title, what="what is left")
    menu = app.tray.wait_for_menu(lambda menu: menu.find("19 % left  Session"), what="the menu")
    assert menu.find("72 % left  Weekly") is not None
    assert "19 % left" in app.run("status").stdout.replace("\u00a0", " ")
    assert app.report()["limits"][0]["percent"] == 81.0
    app.page.click("Back", Role.BUTTON)
    app.page.wait_for_text("19\u00a0% left")
    assert len(simulator.requests) == asked


def test_the_time_until_the_reset_is_beside_the_icon_and_in_its_title(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.home.settings.write_text('{"schema_version": 2, "icon_label": true, "icon_text": "both"}')
    app.start().wait_for_status("ok")
    wait_for(
        lambda: re.fullmatch(r"81\u00a0% Session · \d h( \d+ min)?", app.tray.wait_until_shown().label),
        what="number and time beside the icon",
    )
    item = app.tray.wait_until_shown()
    assert re.search(r"Session 81\u00a0% used, resets [^·]+, in \d\u00a0h", item.title)
    assert item.title == item.tooltip
