"""The page that checks this computer: the verdict, the rows, their one step, and the report to copy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.keys import Keys

from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import message_for_code
from tests.page.scenarios import CHECKED, GET_TRAY, SCENARIOS, checked
from tests.page.test_every_scenario import CONTRAST, WIDTHS

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium

REMEMBER_VERDICTS = """
const verdict = document.querySelector(".doctor-verdict-text");
window.verdicts = [];
new MutationObserver(() => window.verdicts.push(verdict.textContent)).observe(verdict, { childList: true });
"""


def open_page(page: Chromium) -> None:
    page.open("numbers", at="doctor")
    page.wait(lambda: page.js("return document.querySelectorAll('.doctor-row').length") == len(CHECKED))


def row(page: Chromium, title: str) -> str:
    rows = [" ".join(each.text.split()) for each in page.elements(".doctor-row")]
    return next(each for each in rows if each.startswith(title))


def test_the_page_opens_from_the_settings_and_then_checks(page: Chromium) -> None:
    page.open("numbers", at="settings")
    assert page.calls("doctor") == []
    page.js("document.querySelector('[data-opens=doctor]').focus()")
    page.press(Keys.ENTER)
    assert page.shown() == "doctor"
    page.wait(lambda: page.text(".doctor-verdict-text") == "2 things need you.")
    assert page.calls("doctor") == [[None]]


def test_what_needs_the_user_comes_first_and_each_has_its_state(page: Chromium) -> None:
    open_page(page)
    names = [each.text.strip() for each in page.elements(".doctor-name b")]
    assert names[:3] == ["Tray", "Start at login", "Login"]
    states = page.js("return [...document.querySelectorAll('.doctor-row')].map((each) => each.dataset.state)")
    assert states[:2] == ["attention", "attention"]
    assert sorted(set(states)) == ["attention", "not-here", "ok", "unknown"]
    spoken = page.js("return document.querySelector('.doctor-name').textContent")
    assert spoken == "Tray: needs you"


def test_a_row_has_one_step_a_button_or_a_line_to_copy(page: Chromium) -> None:
    open_page(page)
    assert "sudo apt install gnome-shell-extension-appindicator Copy" in row(page, "Tray")
    assert row(page, "Start at login").endswith("Settings")
    assert row(page, "Status line").endswith("Install")
    assert "claudometer statusline" not in row(page, "Status line")


def test_a_button_of_the_app_does_it_and_checks_again(page: Chromium) -> None:
    open_page(page)
    buttons = page.elements(".doctor-do")
    next(each for each in buttons if each.text == "Install").click()
    page.wait(lambda: page.calls("doctor") == [[None], ["install-status-line"]])
    page.wait(lambda: page.attribute(".doctor", "aria-busy") == "false")
    next(each for each in page.elements(".doctor-do") if each.text == "Settings").click()
    assert page.shown() == "settings"


def test_a_line_and_the_report_can_be_copied(page: Chromium) -> None:
    open_page(page)
    page.js(
        "window.copiedTexts = [];"
        "document.addEventListener('copy', () => copiedTexts.push(document.activeElement.value))"
    )
    page.elements(".doctor-copy")[0].click()
    page.js("document.getElementById('copy-report').click()")
    line, report = page.js("return copiedTexts")
    assert line == GET_TRAY
    assert report == checked(*CHECKED)["text"].rstrip() + "\n"
    assert page.text("#copy-report") == "Copied"


def test_a_locked_keyring_has_a_button_and_the_page_says_what_it_waits_for(page: Chromium) -> None:
    locked = checked(Finding(Part.KEYRING, State.ATTENTION, ErrorCode.KEYRING_LOCKED, {"keyring": "KWallet"}))
    page.open(replace(SCENARIOS["numbers"], answers={"doctor": locked}), at="doctor")
    page.wait(lambda: page.text(".doctor-do") == "Unlock…")
    assert "doctor --unlock" not in row(page, "Keyring")
    page.js(REMEMBER_VERDICTS)
    page.click(".doctor-do")
    page.wait(lambda: page.calls("doctor") == [[None], ["unlock-keyring"]])
    page.wait(lambda: page.text(".doctor-verdict-text") == "1 thing needs you.")
    assert page.js("return window.verdicts")[0] == "Waiting for the keyring's password…"


def test_a_check_that_fails_is_said_and_can_be_repeated(page: Chromium) -> None:
    words = message_for_code(ErrorCode.INTERNAL)
    refused = {"ok": False, "field": None, "message": words.title, "hint": words.hint}
    page.open(replace(SCENARIOS["numbers"], answers={"doctor": refused}), at="doctor")
    page.wait(lambda: page.text(".doctor-verdict-text") == words.title)
    assert page.js("return document.getElementById('copy-report').getAttribute('aria-disabled')") == "true"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_every_width_and_every_text_is_readable(page: Chromium, *, dark: bool) -> None:
    page.look(dark=dark)
    open_page(page)
    found = page.js(f"{CONTRAST}; return textContrasts();")
    assert [text for text in found if text["contrast"] < 4.5] == []
    for width in WIDTHS:
        page.look(width=width)
        assert page.js("return document.documentElement.scrollWidth") <= width
