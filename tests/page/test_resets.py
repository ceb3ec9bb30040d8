"""The page of resets: what was promised and what happened, and saving it all as a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.keys import Keys

from claudometer.domain.region import UTC_REGION
from claudometer.present.reset_panel import reset_panel
from tests.page.scenarios import NOW, SCENARIOS

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium

PANEL = reset_panel(SCENARIOS["history"].resets, NOW, UTC_REGION)


def test_the_history_leads_to_the_list_and_back(page: Chromium) -> None:
    page.open("history")
    page.wait(lambda: page.visible(".resets-link"))
    page.click(".resets-link")
    page.wait(lambda: page.shown() == "resets" and page.elements(".reset"))
    assert page.text(".resets-summary") == PANEL["summary"]
    rows = page.js(
        "return [...document.querySelectorAll('.reset')].map((row) => "
        "[...row.children].map((part) => part.textContent))"
    )
    expected = [row for day in PANEL["days"] for row in day["rows"]]
    assert rows == [[row[name] for name in ("time", "limit", "used", "cause", "text")] for row in expected]
    page.press(Keys.ESCAPE)
    page.wait(lambda: page.shown() == "usage")
    assert page.js("return document.activeElement.textContent") == "All resets"


def test_saving_says_where_the_file_is_and_once_more_nothing_before(page: Chromium) -> None:
    saved = replace(SCENARIOS["history"], answers={"save_resets": {"ok": True, "saved": "Saved as ~/r.csv"}})
    page.open(saved, at="resets")
    page.wait(lambda: page.visible("#save-resets"))
    page.click("#save-resets")
    page.wait(lambda: page.text(".resets-saved") == "Saved as ~/r.csv")
    assert page.calls("save_resets") == [[]]
    assert page.attribute("#save-resets", "aria-disabled") is None


def test_a_file_that_could_not_be_written_says_why(page: Chromium) -> None:
    refused = {"ok": False, "message": "~/r.csv could not be saved: the disk is full.", "hint": "Free some."}
    page.open(replace(SCENARIOS["history"], answers={"save_resets": refused}), at="resets")
    page.wait(lambda: page.visible("#save-resets"))
    page.click("#save-resets")
    page.wait(lambda: page.text(".resets-saved").endswith("the disk is full. Free some."))
    assert page.attribute(".resets-saved", "data-worked") == "false"


def test_without_resets_there_is_no_button(page: Chromium) -> None:
    page.open("numbers", at="resets")
    page.wait(lambda: page.text(".resets-summary") == "No resets recorded yet.")
    assert not page.visible("#save-resets")
    assert not page.visible(".resets-days")


def test_the_open_page_follows_new_numbers(page: Chromium) -> None:
    page.open("numbers", at="resets")
    page.js("window.bridgeScript.resets = {ok: true, panel: arguments[0]}", PANEL)
    page.push(refreshing=False)
    page.wait(lambda: page.text(".resets-summary") == PANEL["summary"])
