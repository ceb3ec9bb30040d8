"""The page without a mouse: tab order, visible focus, Enter to save, Escape to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.keys import Keys

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium


def walk(page: Chromium, steps: int) -> list[str]:
    found = []
    for _ in range(steps):
        page.press(Keys.TAB)
        found.append(page.focused())
    return found


def test_tab_moves_through_the_settings_in_reading_order(page: Chromium) -> None:
    page.open("calm", at="settings")
    assert walk(page, 12) == [
        "mode=web",
        "forget",
        "session_key",
        "howto-summary",
        "remember",
        "organization_id",
        "ask_through_browser",
        "interval_seconds",
        "autostart",
        "check_daily",
        "save",
        "button",
    ]


def test_every_element_in_the_tab_order_has_a_visible_focus(page: Chromium) -> None:
    page.open("calm", at="settings")
    for stop in walk(page, 11):
        ring = page.js(
            """const e = document.activeElement;
               const shown = e.type === "radio" ? e.closest(".choice") : e;
               const style = getComputedStyle(shown);
               return [style.outlineStyle, parseFloat(style.outlineWidth)];"""
        )
        assert ring == ["solid", 2], stop


def test_the_focused_element_is_never_behind_the_bar_at_the_bottom(page: Chromium) -> None:
    page.open("calm", at="settings")
    page.click("#autostart")
    page.js("window.scrollTo(0, 0)")
    page.js("document.querySelector('[data-page=settings] .page-title').focus()")
    for stop in walk(page, 9):
        is_clear = page.js(
            """const bar = document.getElementById("actions").getBoundingClientRect();
               const field = document.activeElement.getBoundingClientRect();
               return field.bottom <= bar.top + 1 || field.top >= bar.bottom;"""
        )
        assert is_clear, stop


def test_arrow_keys_choose_the_mode_and_enter_saves_it(page: Chromium) -> None:
    page.open("numbers", at="settings")
    page.press(Keys.TAB)
    assert page.focused() == "mode=cli"
    page.press(Keys.ARROW_DOWN)
    assert page.focused() == "mode=web"
    page.press(Keys.ENTER)
    page.wait(lambda: page.calls("save") == [[{"mode": "web"}]])


@pytest.mark.parametrize(
    "field", ["session_key", "remember", "organization_id", "interval_seconds", "autostart"]
)
def test_enter_saves_from_every_field(page: Chromium, field: str) -> None:
    page.open("calm", at="settings")
    page.click("#autostart")
    page.js("document.getElementById(arguments[0]).focus()", field)
    page.press(Keys.ENTER)
    page.wait(lambda: page.calls("save") == [[{"autostart": True}]])


def test_enter_without_a_change_saves_nothing(page: Chromium) -> None:
    page.open("calm", at="settings")
    page.js("document.getElementById('session_key').focus()")
    page.press(Keys.ENTER)
    assert page.calls("save") == []


def test_space_toggles_a_box(page: Chromium) -> None:
    page.open("numbers", at="settings")
    page.js("document.getElementById('autostart').focus()")
    page.press(Keys.SPACE)
    assert page.element("#autostart").is_selected()


def test_escape_closes_the_window(page: Chromium) -> None:
    page.open("numbers")
    page.press(Keys.ESCAPE)
    page.wait(lambda: page.calls("close") == [[]])


def test_escape_warns_once_before_it_discards_a_change(page: Chromium) -> None:
    page.open("numbers", at="settings")
    page.click("#autostart")
    page.press(Keys.ESCAPE)
    assert page.calls("close") == []
    assert page.text("#outcome") == page.attribute("#outcome", "data-leaving")
    page.press(Keys.ESCAPE)
    page.wait(lambda: page.shown() == "usage")


def test_escape_dismisses_an_open_question_first(page: Chromium) -> None:
    page.open("calm", at="settings")
    page.click("#forget")
    page.press(Keys.ESCAPE)
    assert page.shown() == "settings"
    assert page.focused() == "forget"
    page.press(Keys.ESCAPE)
    page.wait(lambda: page.shown() == "usage")


def test_the_key_can_be_forgotten_with_the_keyboard_alone(page: Chromium) -> None:
    page.open("calm", at="settings")
    page.js("document.getElementById('forget').focus()")
    page.press(Keys.ENTER)
    assert page.focused() == "forget-no"
    page.press_with(Keys.SHIFT, Keys.TAB)
    page.press(Keys.ENTER)
    page.wait(lambda: page.calls("forget") == [[]])
    page.wait(lambda: page.focused() == "session_key")


def test_results_are_announced(page: Chromium) -> None:
    page.open("numbers")
    live = page.js(
        "return [...document.querySelectorAll('[role=status], [role=alert]')].map((e) => e.id || e.className)"
    )
    assert {"outcome", "form-error", "refresh-note", "notices", "login"} <= set(live)
    assert page.element("#problem").find_element("xpath", "..").get_attribute("role") == "status"
