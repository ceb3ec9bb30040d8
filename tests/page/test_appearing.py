"""The page appears once it is filled, so that nothing is drawn twice; or empty, if the app takes long."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.page.scenarios import SCENARIOS, Scenario

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium


LIMITS = len(SCENARIOS["history"].script()["load"]["view"]["limits"])


def delayed(**delay: int | str) -> Scenario:
    """Return the scenario with a history in which these answers come later."""
    whole = SCENARIOS["history"]
    return replace(whole, answers={**whole.answers, "delay": delay})


def appeared(page: Chromium) -> object:
    """Return what the page showed when it appeared."""
    page.wait(lambda: page.js("return window.bridge.appeared"))
    return page.js("return window.bridge.appeared")


def test_the_page_appears_with_its_numbers_and_its_chart(page: Chromium) -> None:
    page.open("history")
    assert appeared(page) == {"limits": LIMITS, "chart": True}


def test_it_does_not_wait_long_for_the_chart(page: Chromium) -> None:
    page.open(delayed(history="held"))
    assert appeared(page) == {"limits": LIMITS, "chart": False}
    page.js("window.bridge.release()")
    page.wait(lambda: page.visible(".chart"))


def test_without_an_answer_it_says_soon_that_it_is_loading(page: Chromium) -> None:
    page.open(delayed(load=2500))
    assert appeared(page) == {"limits": 0, "chart": False}
    page.wait(lambda: page.visible(".limit"))
    assert not page.visible("#skeleton")


def test_an_error_of_the_window_is_shown_at_once(page: Chromium) -> None:
    whole = SCENARIOS["history"]
    refused = {"ok": False, "field": None, "message": "The app does not answer.", "hint": None}
    page.open(replace(whole, answers={**whole.answers, "load": [refused, whole.script()["load"]]}))
    assert appeared(page) == {"limits": 0, "chart": False}
