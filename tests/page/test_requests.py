"""The panel of requests: a summary, a list that opens, and when the page requests it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.keys import Keys

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages import requests as words
from claudometer.processes.requests_answer import LATEST
from tests.page.scenarios import request, sent
from tests.sentences import title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium


@pytest.fixture(autouse=True)
def _start_here(page: Chromium) -> Iterator[None]:
    page.start_at("requests")
    yield
    page.start_at(None)


SUMMARY = ".requests-summary"


def rows(page: Chromium) -> list[str]:
    return [" ".join(row.text.split()) for row in page.elements(".request")]


def times_requested(page: Chromium) -> int:
    return len(page.calls("requests"))


def test_the_day_is_summarized_in_the_settings(page: Chromium) -> None:
    page.open("numbers", at="settings")
    assert page.text("#requests-line") == "38 requests today, all to api.anthropic.com."


def test_the_list_opens_with_the_keyboard_and_shows_the_latest(page: Chromium) -> None:
    page.open("numbers", at="settings")
    page.js("document.querySelector('[data-opens=requests]').focus()")
    page.press(Keys.ENTER)
    assert page.shown() == "requests"
    assert len(rows(page)) == LATEST
    assert rows(page)[0] == "12:00 Answered 0.3 s /api/oauth/usage scheduled, within Claude's limit"
    assert page.text(".requests-date") == "Today"
    assert "claudometer requests" in page.text("#requests")


def test_failed_requests_are_marked_and_name_their_host(page: Chromium) -> None:
    page.open("requests-refused")
    assert page.text(SUMMARY) == (
        "7 requests today: 5 to api.anthropic.com, 2 to claude.ai. "
        "At 12:00 the server asked Claudometer to wait 12 min."
    )
    first, *_, last = rows(page)
    assert first.startswith("12:00 Asked to wait 12 min 0.3 s api.anthropic.com/api/oauth/usage")
    assert last.startswith("20:02 Answered")
    assert [day.text for day in page.elements(".requests-date")] == ["Today", "Yesterday", "Tue 18 Aug"]
    marked = page.js("return document.querySelectorAll('.request[data-fine=\"false\"]').length")
    assert marked == 6


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("requests-none", words.NOTHING_RECORDED),
        ("many", words.DEMO_SENDS_NOTHING),
        (
            "requests-unreadable",
            (
                f"{title(ErrorCode.LEDGER_UNREADABLE)} "
                "Check the permissions of /home/somebody/.local/state/claudometer."
            ),
        ),
    ],
)
def test_without_anything_to_list_there_is_only_a_sentence(page: Chromium, scenario: str, words: str) -> None:
    page.open(scenario)
    assert page.text("#requests") == words


def test_a_single_request_and_a_day_without_one(page: Chromium) -> None:
    page.open("requests-one")
    assert page.text(SUMMARY) == "1 request today, to api.anthropic.com."
    page.open("requests-none-today")
    assert page.text(SUMMARY) == words.NONE_TODAY
    assert len(rows(page)) == 1


def test_it_is_requested_once_per_poll_and_not_as_time_passes(page: Chromium) -> None:
    page.open("numbers")
    assert times_requested(page) == 1
    page.push(refreshing=True)
    page.push(refreshing=False)
    page.wait(lambda: times_requested(page) == 2)
    views = len(page.calls("next_view"))
    page.js("window.bridge.repeat()")
    page.wait(lambda: len(page.calls("next_view")) > views)
    assert times_requested(page) == 2


def test_the_list_gets_new_requests(page: Chromium) -> None:
    page.open("requests-one")
    page.js("window.bridgeScript.requests = {ok: true, panel: arguments[0]}", sent(request(0.5), request(2)))
    page.push(refreshing=False)
    page.wait(lambda: len(rows(page)) == 2)
    assert page.text(SUMMARY) == "2 requests today, all to api.anthropic.com."
    assert page.visible(".request")


def test_the_request_that_tested_a_key_is_listed_at_once(page: Chromium) -> None:
    page.open("key-refused", at="settings")
    page.element("#session_key").send_keys("sk-ant-sid01-x")
    page.press(Keys.ENTER)
    page.wait(lambda: page.visible("#session_key-error"))
    page.wait(lambda: times_requested(page) == 2)


def test_a_failed_request_for_the_panel_keeps_what_is_shown(page: Chromium) -> None:
    page.open("numbers")
    page.js("window.bridgeScript.requests = {ok: false, message: 'x', hint: null}")
    page.push(refreshing=False)
    page.wait(lambda: times_requested(page) == 2)
    assert page.text(SUMMARY) == "38 requests today, all to api.anthropic.com."
