"""The pages of the window: one is shown at a time, the focus follows, and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium


def go_back_by_button(page: Chromium) -> None:
    page.click("[data-page=settings] .back")


def go_back_by_escape(page: Chromium) -> None:
    page.press(Keys.ESCAPE)


def go_back_by_alt_left(page: Chromium) -> None:
    page.press_with(Keys.ALT, Keys.ARROW_LEFT)


def has_title_in_focus(page: Chromium, title: str) -> bool:
    return bool(page.js("return document.activeElement.matches('.page-title')")) and title in str(
        page.js("return document.activeElement.textContent")
    )


def test_the_numbers_are_the_first_page_and_nothing_else_is_shown(page: Chromium) -> None:
    page.open("numbers")
    assert page.shown() == "usage"


@pytest.mark.parametrize("go_back", [go_back_by_button, go_back_by_escape, go_back_by_alt_left])
def test_the_settings_open_by_the_gear_and_the_focus_comes_back_to_it(
    page: Chromium, go_back: Callable[[Chromium], None]
) -> None:
    page.open("numbers")
    page.click("#gear")
    assert page.shown() == "settings"
    assert has_title_in_focus(page, "Settings")
    go_back(page)
    assert page.shown() == "usage"
    assert page.focused() == "gear"
    assert page.calls("close") == []


def test_the_page_before_is_where_it_was_scrolled(page: Chromium) -> None:
    page.open("many")
    page.js("window.scrollTo(0, 120)")
    page.js("document.getElementById('gear').click()")
    assert page.js("return scrollY") == 0
    page.press(Keys.ESCAPE)
    assert page.js("return scrollY") == 120


def test_escape_goes_back_page_by_page_and_then_closes_the_window(page: Chromium) -> None:
    page.open("numbers", at="settings")
    page.click("[data-opens=requests]")
    assert page.shown() == "requests"
    page.press(Keys.ESCAPE)
    assert page.shown() == "settings"
    assert page.js("return document.activeElement.dataset.opens") == "requests"
    page.press(Keys.ESCAPE)
    assert page.shown() == "usage"
    assert page.calls("close") == []
    page.press(Keys.ESCAPE)
    page.wait(lambda: page.calls("close") == [[]])


def test_alt_left_does_nothing_on_the_first_page(page: Chromium) -> None:
    page.open("numbers")
    page.press_with(Keys.ALT, Keys.ARROW_LEFT)
    assert page.shown() == "usage"
    assert page.calls("close") == []


def test_a_page_that_was_opened_from_outside_gives_the_focus_to_the_title_before(page: Chromium) -> None:
    page.open("numbers", at="settings")
    page.press(Keys.ESCAPE)
    assert has_title_in_focus(page, "Claude Max 5x")


def test_the_menu_can_open_the_page_about_updates(page: Chromium) -> None:
    page.open("update-available", at="updates")
    page.press(Keys.ESCAPE)
    assert page.shown() == "settings"


def test_a_newer_version_is_named_above_the_numbers_and_one_click_away(page: Chromium) -> None:
    page.open("update-available")
    assert page.text("#news-text") == "Claudometer 0.2.0 is available"
    assert page.text("#news-button") == "Update"
    page.click("#news-button")
    assert page.shown() == "updates"
    page.press(Keys.ESCAPE)
    assert page.shown() == "usage", "back to where the page was opened from"
    assert page.focused() == "news-button"


def test_without_news_nothing_is_above_the_numbers(page: Chromium) -> None:
    page.open("update-current")
    assert not page.visible("#news")
    page.click("#gear")
    assert page.text("#updates-line") == "Up to date, checked today 12:00"


def test_a_page_slides_in_from_its_side(page: Chromium) -> None:
    page.look(calm=False)
    page.open("numbers")
    # A slide takes 240 ms, in which a busy machine may not look.
    page.js(
        "window.slides = [];"
        "document.addEventListener('animationstart', (event) => slides.push(event.animationName))"
    )
    page.click("#gear")
    page.wait(lambda: "slide-from-right" in page.js("return slides"))
    page.press(Keys.ESCAPE)
    page.wait(lambda: "slide-from-left" in page.js("return slides"))


def test_a_source_that_was_chosen_but_not_saved_is_forgotten_on_leaving_the_settings(page: Chromium) -> None:
    page.open("numbers")
    page.click("#gear")
    page.click("#other-sources")
    page.click("[name=mode][value=web]")
    page.element("#session_key").send_keys("not-a-key")
    page.click("[data-page=settings] .back")
    page.click("#gear")
    assert page.js("return document.querySelector('[name=mode]:checked').value") == "cli"
    assert page.js("return document.getElementById('session_key').value") == ""


def test_the_request_of_the_check_is_listed_at_once(page: Chromium) -> None:
    page.open("numbers", at="settings")
    before = len(page.calls("requests"))
    page.click("[data-opens=doctor]")
    page.wait(lambda: len(page.calls("requests")) > before)
