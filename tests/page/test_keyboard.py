"""The page without a mouse: tab order, visible focus, Enter to test a key, Escape to leave."""

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
    assert walk(page, 30) == [
        "other-sources",
        "mode=web",
        "forget",
        "session_key",
        "save",
        "howto-summary",
        "remember",
        "organization_id",
        "ask_through_browser",
        "threshold-50",
        "threshold-75",
        "threshold-90",
        "threshold-100",
        "each-limit",
        "alert_forecast",
        "alert_reset",
        "alert_login",
        "alert_credit",
        "alert_key",
        "quiet_hours",
        "button",
        "icon_number",
        "icon_colors",
        "icon_label",
        "without_tray",
        "interval_seconds",
        "percents",
        "autostart",
        "check_daily",
        "button",
    ]


@pytest.mark.parametrize("at", ["usage", "settings"])
def test_tab_goes_round_in_the_page_both_ways(page: Chromium, at: str) -> None:
    page.open("calm", at=at)
    seen = walk(page, 70)
    assert "body" not in seen
    first = "refresh" if at == "usage" else "mode=web"
    assert seen.count(first) >= 2
    for _ in range(70):
        page.press_with(Keys.SHIFT, Keys.TAB)
        assert page.focused() != "body"


def test_every_element_in_the_tab_order_has_a_visible_focus(page: Chromium) -> None:
    page.open("calm", at="settings")
    for stop in walk(page, 20):
        ring = page.js(
            """const e = document.activeElement;
               const shown = e.type === "radio" ? e.closest(".choice") : e;
               const style = getComputedStyle(shown);
               return [style.outlineStyle, parseFloat(style.outlineWidth)];"""
        )
        assert ring == ["solid", 2], stop


def test_arrow_keys_choose_the_source(page: Chromium) -> None:
    page.open("calm", at="settings")
    page.press(Keys.TAB)
    assert page.focused() == "other-sources"
    page.press(Keys.ENTER)
    assert page.focused() == "mode=web"
    page.press(Keys.ARROW_UP)
    assert page.focused() == "mode=cli"
    page.wait(lambda: page.calls("save") == [[{"mode": "cli"}]])


def test_enter_tests_a_typed_key_and_does_nothing_without_one(page: Chromium) -> None:
    page.open("calm", at="settings")
    page.js("document.getElementById('session_key').focus()")
    page.press(Keys.ENTER)
    assert page.calls("save") == []
    page.press("k", Keys.ENTER)
    page.wait(lambda: page.calls("save") == [[{"session_key": "k"}]])


def test_space_toggles_a_box(page: Chromium) -> None:
    page.open("numbers", at="settings")
    page.js("document.getElementById('autostart').focus()")
    page.press(Keys.SPACE)
    assert page.element("#autostart").is_selected()


def test_escape_closes_the_window(page: Chromium) -> None:
    page.open("numbers")
    page.press(Keys.ESCAPE)
    page.wait(lambda: page.calls("close") == [[]])


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
    assert {"outcome", "saved", "refresh-note", "notices", "login"} <= set(live)
    assert page.element("#problem").find_element("xpath", "..").get_attribute("role") == "status"
