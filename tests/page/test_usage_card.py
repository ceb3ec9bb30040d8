"""The usage card: every state it can be in, and how it changes from one to the next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.keys import Keys

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages import card as words
from claudometer.present.messages import phrases
from claudometer.present.messages.at_limit import BESIDE
from claudometer.present.messages.errors import message_for_code
from tests.page.scenarios import LONG_NAME, LONG_ORGANIZATION, SCENARIOS

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium


def rows(page: Chromium) -> list[str]:
    """Return the text of each limit, including what only a screen reader reads."""
    return [" ".join(row.text.split()) for row in page.elements("#limits > li")]


def sentences(page: Chromium) -> list[str]:
    """Return what a screen reader says of each limit."""
    said = [row.get_attribute("aria-label") or "" for row in page.elements("#limits > li")]
    return [sentence.replace("\u00a0", " ") for sentence in said]


def test_a_limit_shows_name_window_number_reset_and_clock(page: Chromium) -> None:
    page.open("numbers")
    assert page.text("#headline") == "Claude Max 5x"
    assert rows(page)[0] == "Session 5 hours near the limit: 81 % used Resets 14:10, in 2 h 8 min"
    assert page.text("#updated") == "Refreshed 2 min ago · Claude Code"
    assert page.text("#ring-text") == "81"
    assert page.attribute("#ring-title", "textContent") == "81\u00a0% used"
    assert not page.visible("#skeleton")


def test_a_plan_without_a_session_says_so_and_a_credit_has_its_last_day(page: Chromium) -> None:
    page.open("no-session")
    assert [row.split()[0] for row in rows(page)] == ["Weekly", "Fable"]
    assert page.text("#note") == phrases.NO_SESSION
    assert "Monthly limit reached" in page.text("#spend")
    granted = [" ".join(row.text.split()) for row in page.elements("#credits > li")]
    assert granted == [
        "Iguana Necktie credit 100 % used $250 of $250, expires 5 Nov",
        "Cinder Cove credit 21 % used $51.50 of $250.00",
    ]


def test_what_is_left_is_shown_with_its_word(page: Chromium) -> None:
    page.open("remaining")
    shown = [re.search(r"\S+ % \w+", row) for row in rows(page)]
    assert [found and found[0] for found in shown] == ["19 % left", "71 % left", "0 % left", "1 % left"]
    assert "69 % left" in page.text("#spend").replace("\n", " ")
    assert page.text("#ring-text") == "0"
    widths = [bar.get_attribute("style") for bar in page.elements("#limits .bar-fill")]
    assert "width: 81%" in (widths[0] or ""), "the bar is of what is used"


def test_a_plan_without_any_limit_says_so(page: Chromium) -> None:
    page.open("no-limits")
    assert page.text("#empty") == phrases.NO_LIMITS
    assert not page.visible("#note")
    assert not page.visible("#credits")


def test_each_limit_is_one_sentence_for_a_screen_reader(page: Chromium) -> None:
    page.open("numbers")
    assert sentences(page) == [
        "Session, 5 hours: 81 % used, resets today 14:10, near the limit",
        "Weekly, all models: 29 % used, resets Tuesday 17:00",
        "Fable, weekly: 66 % used, resets Tuesday 17:00",
    ]
    hidden = "return [...document.querySelectorAll('#limits > li > *')].every((e) => e.ariaHidden === 'true')"
    assert page.js(hidden), "nothing inside is read a second time"


def test_one_limit_is_in_the_tab_order_and_the_arrow_keys_reach_the_others(page: Chromium) -> None:
    page.open("numbers")

    def focused() -> str:
        return str(page.js("return document.activeElement.ariaLabel ?? document.activeElement.id")).split()[0]

    page.press(Keys.TAB, Keys.TAB, Keys.TAB)
    assert focused() == "Session,"
    page.press(Keys.ARROW_DOWN)
    assert focused() == "Weekly,"
    page.press(Keys.END)
    assert focused() == "Fable,"
    page.press(Keys.ARROW_DOWN)
    assert focused() == "Fable,"
    page.press(Keys.HOME)
    assert focused() == "Session,"
    page.press(Keys.ARROW_DOWN, Keys.TAB)
    assert focused() == "details-button"
    page.press_with(Keys.SHIFT, Keys.TAB)
    assert focused() == "Weekly,", "where it was"


def test_the_details_are_one_click_away_and_always_open_where_there_is_room(page: Chromium) -> None:
    page.open("numbers")
    assert not page.visible("#details")
    page.click("#details-button")
    assert page.text("#moment") == "Last refresh 12:00, from Claude Code"
    assert page.text("#next") == "Next refresh 12:03"
    assert page.attribute("#details-button", "aria-expanded") == "true"
    page.click("#details-button")
    assert not page.visible("#details")
    page.look(width=900)
    assert page.visible("#details")
    assert not page.visible("#details-button")


def test_a_wide_window_has_two_columns(page: Chromium) -> None:
    page.open("critical")
    places = (
        "return ['.numbers', '.money', '.details'].map((name) => document.querySelector(name)"
        ".getBoundingClientRect()).map((box) => [box.left, box.top])"
    )
    page.look(width=1100)
    (left, top), money, details = page.js(places)
    assert money[0] == details[0] > left
    assert money[1] == top
    page.look(width=460)
    assert page.js(places)[1][0] == page.js(places)[0][0]


def test_from_the_fourth_limit_on_a_limit_is_one_line_and_the_fullest_come_first(page: Chromium) -> None:
    page.open("many")
    heights = page.js("return [...document.querySelectorAll('#limits > li')].map((e) => e.offsetHeight)")
    assert min(heights[:3]) > 80
    assert max(heights[3:]) < 45
    assert [row.split()[0] for row in rows(page)][3:6] == ["Sonnet", "Opus", "Haiku"]
    assert page.attribute("#limits > li:last-child", "title") == page.attribute(
        "#limits > li:last-child", "aria-label"
    )


@pytest.mark.parametrize("name", ["many", "critical", "no-session"])
def test_at_200_percent_no_name_is_broken_letter_by_letter(page: Chromium, name: str) -> None:
    """The smallest window, 420 px, has half as many pixels of CSS then."""
    page.look(width=210)
    page.open(name)
    widths = page.js(
        """return [...document.querySelectorAll("[data-page=usage] :is(.limit-title, .usage-title)")]
             .filter((e) => e.getClientRects().length).map((e) => e.getBoundingClientRect().width)"""
    )
    assert min(widths) >= 80
    assert page.js("return document.documentElement.scrollWidth") <= 210


def test_bar_and_tick_are_in_proportion_to_the_numbers(page: Chromium) -> None:
    page.open("numbers")
    page.look(calm=True)
    share = "const bar = document.querySelector('.bar').getBoundingClientRect();"
    fill = page.js(
        f"{share} return document.querySelector('.bar-fill').getBoundingClientRect().width / bar.width"
    )
    tick = page.js(
        f"{share} const t = document.querySelector('.bar-tick').getBoundingClientRect();"
        "return (t.left + t.width / 2 - bar.left) / bar.width"
    )
    assert fill == pytest.approx(0.81, abs=0.005)
    assert tick == pytest.approx(0.573, abs=0.005)


def test_levels_differ_in_icon_and_words_and_not_only_in_color(page: Chromium) -> None:
    page.open("critical")
    marks = [mark.get_attribute("textContent") for mark in page.elements("#limits .limit-mark")]
    icons = page.js(
        "return [...document.querySelectorAll('#limits .limit-mark use')].map((u) => u.getAttribute('href'))"
    )
    assert marks == ["almost or fully used: "] * 2 + ["near the limit: "]
    assert icons == ["#icon-critical", "#icon-critical", "#icon-warning"]


def test_more_than_the_limit_is_shown_in_full_and_in_words(page: Chromium) -> None:
    page.open("critical")
    first = rows(page)[0]
    assert "104 %" in first
    assert BESIDE.paying.format(amount="€12.34 of €40.00") in first


def test_unknown_is_a_dash_with_an_empty_bar_never_a_zero(page: Chromium) -> None:
    page.open("unknown")
    not_started, unknown, little = rows(page)
    assert "0 %" in not_started
    assert "Not started" in not_started
    assert "—" in unknown
    assert "unknown:" in unknown
    assert "0" not in unknown.split("Resets")[0]
    assert "<1 %" in little
    bars = page.js("return [...document.querySelectorAll('#limits .bar-fill')].map((fill) => fill.hidden)")
    assert bars == [True, True, False]


def test_old_numbers_are_marked_and_their_age_stands_out(page: Chromium) -> None:
    page.open("stale")
    assert all("out of date:" in row for row in rows(page))
    assert all(sentence.endswith("out of date") for sentence in sentences(page))
    assert "2 h 7 min ago" in page.text("#updated")
    assert int(page.element("#updated").value_of_css_property("font-weight")) >= 600
    assert page.text("#problem").startswith(message_for_code(ErrorCode.OFFLINE).title)


def test_waiting_keeps_the_numbers_and_says_until_when(page: Chromium) -> None:
    page.open("rate-limited")
    assert page.attribute("#problem", "data-kind") == "waiting"
    assert page.text("#problem .message") == "Refreshing is paused until 12:40."
    assert "81 %" in rows(page)[0]


def test_a_rejected_key_is_an_error_with_a_hint_and_pauses_updates(page: Chromium) -> None:
    page.open("rejected")
    assert page.attribute("#problem", "data-kind") == "error"
    assert all("out of date" in row for row in rows(page)), "no newer ones come until that is done"
    assert page.text("#problem .message") == message_for_code(ErrorCode.SESSION_KEY_REJECTED).title
    assert page.text("#problem .hint") == message_for_code(ErrorCode.SESSION_KEY_REJECTED).hint
    page.click("#details-button")
    assert page.text("#next").startswith(words.PAUSED)


def test_starting_shows_a_skeleton_and_says_so_to_a_screen_reader(page: Chromium) -> None:
    page.open("starting")
    assert page.visible("#skeleton")
    assert "Loading" in (page.attribute("#skeleton", "textContent") or "")
    assert page.attribute("[data-page=usage]", "aria-busy") == "true"


def test_an_account_with_only_a_spend_limit_shows_it_and_no_limits(page: Chromium) -> None:
    page.open("spend-only")
    assert rows(page) == []
    assert "€37.12 of €40.00" in page.text("#spend")
    assert page.text("#empty") == phrases.NO_LIMITS


def test_extra_usage_and_credits_show_their_share_and_below_it_the_amounts(page: Chromium) -> None:
    page.open("critical")
    assert page.text("#spend .limit-percent") == "31 % used"
    assert page.text("#spend .limit-foot") == "€12.34 of €40.00"
    page.open("no-session")
    assert page.text(".credit:nth-child(2) .credit-number") == "21 % used"
    assert page.text(".credit:nth-child(2) .limit-foot") == "$51.50 of $250.00"


def test_spend_without_a_cap_has_no_bar(page: Chromium) -> None:
    page.open("uncapped")
    assert page.text("#spend") == "Extra usage this month €5.12, no limit"
    assert not page.visible("#spend .bar")


def test_long_names_are_shown_whole(page: Chromium) -> None:
    page.open("many")
    assert page.text("#limits > li:nth-child(3) .limit-name") == LONG_NAME
    assert page.visible("#limits > li:nth-child(3) .limit-window")
    assert page.text("#account") == LONG_ORGANIZATION
    assert len(rows(page)) == 8


def test_the_demo_says_so_and_notices_are_shown_below(page: Chromium) -> None:
    page.open("many")
    assert page.text("#demo") == "Demo"
    assert len(page.elements("#notices .notice")) == 2
    page.open("numbers")
    assert not page.visible("#demo")
    assert page.elements("#notices .notice") == []


def test_a_new_view_replaces_the_old_one_in_place(page: Chromium) -> None:
    page.open("numbers")
    page.js("document.querySelector('#limits > li').dataset.kept = 'yes'")
    view = SCENARIOS["critical"].script()["load"]["view"]
    page.push(**{name: view[name] for name in ("limits", "tone", "spend")})
    page.wait(lambda: "104 %" in rows(page)[0])
    assert page.attribute("#limits > li", "data-kept") == "yes"
    assert page.visible("#spend")


def test_a_limit_that_no_longer_exists_disappears(page: Chromium) -> None:
    page.open("many")
    view = SCENARIOS["calm"].script()["load"]["view"]
    page.push(limits=view["limits"])
    page.wait(lambda: len(rows(page)) == 2)


def test_text_from_outside_stays_text(page: Chromium) -> None:
    page.open("numbers")
    hostile = '<img src=x onerror="document.title=1"><b>bold</b>'
    problem = {"kind": "error", "message": hostile, "hint": hostile}
    page.push(
        headline=hostile, account=hostile, problem=problem, notices=[{"message": hostile, "hint": None}]
    )
    page.wait(lambda: page.text("#headline") == hostile)
    assert page.text("#problem .message") == hostile
    assert page.elements("main img, main .message b") == []
    assert page.js("return document.title") == "Claudometer"


def test_refresh_calls_the_app_once_and_shows_its_message(page: Chromium) -> None:
    page.open("numbers")
    page.js("window.bridgeScript.refresh = {ok: true, message: 'Try again at 12:40.'}")
    page.click("#refresh")
    page.wait(lambda: "12:40" in page.text("#refresh-note"))
    assert page.calls("refresh") == [[]]
    assert page.attribute("#refresh-note", "role") == "status"


def test_refresh_cannot_be_pressed_twice_while_it_runs(page: Chromium) -> None:
    page.open("numbers")
    page.js("window.bridgeScript.delay = {refresh: 'held'}")
    page.click("#refresh")
    page.click("#refresh")
    assert page.attribute("#refresh", "aria-disabled") == "true"
    page.js("window.bridge.release()")
    page.wait(lambda: page.attribute("#refresh", "aria-disabled") is None)
    assert len(page.calls("refresh")) == 1


def test_while_refreshing_the_card_is_busy(page: Chromium) -> None:
    page.open("refreshing")
    assert page.attribute("[data-page=usage]", "aria-busy") == "true"
    page.click("#details-button")
    assert page.text("#next") == words.CHECKING
    assert page.visible(".busy-word"), "where nothing may turn, a word says it"
    page.look(calm=False)
    assert not page.visible(".busy-word")


def test_when_the_app_has_quit_the_card_says_so_and_makes_no_more_calls(page: Chromium) -> None:
    page.open("numbers")
    page.js(
        "window.bridge.end({message: 'Claudometer is not running.', hint: 'Start it with “claudometer”.'})"
    )
    page.wait(lambda: "not running" in page.text("#problem"))
    calls = len(page.calls("next_view"))
    page.js("return new Promise((done) => setTimeout(done, 300))")
    assert len(page.calls("next_view")) == calls
    assert "81 %" in rows(page)[0]


def test_another_source_is_named_once_and_in_the_title_of_its_numbers(page: Chromium) -> None:
    page.open("covered")
    page.click("#details-button")
    assert page.text("#updated") == "Refreshed 2 min ago · Claude Code"
    assert page.text("#sources") == "Session and Weekly: 1 min ago, from Claude Code's status line"
    assert page.text("#next") == "Next refresh 12:12"
    titles = [number.get_attribute("title") for number in page.elements("#limits .limit-percent")]
    words = "From Claude Code's status line, 1 min ago"
    assert titles == [words, words, ""]
    page.open("numbers")
    assert page.text("#sources") == ""


def test_only_an_old_number_is_grayed_out_and_gives_its_age(page: Chromium) -> None:
    page.open("part-old")
    stale = [row.get_attribute("data-stale") for row in page.elements("#limits > li")]
    assert stale == ["false", "false", "true"]
    ages = [age.text for age in page.elements("#limits .limit-age") if age.is_displayed()]
    assert ages == ["As of 11:22, 40 min ago"]


def test_the_ring_is_filled_to_the_tightest_number_that_is_current(page: Chromium) -> None:
    page.open("part-old")
    assert page.js("return document.querySelector('#ring').style.strokeDasharray").startswith("84")


REMEMBER_MARKED = """
window.marked = [];
const note = ({ target }) => { if (target.dataset.revealed) window.marked.push(target); };
new MutationObserver((changes) => changes.forEach(note))
  .observe(document.getElementById("limits"), { attributeFilter: ["data-revealed"], subtree: true });
"""
"""The mark is gone after two seconds, before a busy machine may look for it."""


def test_a_limit_chosen_in_the_menu_is_scrolled_into_view_and_briefly_marked(page: Chromium) -> None:
    page.open("many")
    page.js("window.scrollTo(0, document.body.scrollHeight)")
    page.js(REMEMBER_MARKED)
    page.js("window.bridge.pushPlace({page: 'usage', limit: 'weekly', number: 1})")
    page.wait(lambda: page.js("return document.activeElement.className") == "limit")
    assert "Weekly" in page.js("return document.activeElement.innerText")
    inside = "const box = document.activeElement.getBoundingClientRect();"
    assert page.js(inside + "return box.top >= 0 && box.bottom <= innerHeight")
    assert page.js("return marked.length === 1 && marked[0] === document.activeElement")
    page.wait(lambda: not page.elements("[data-revealed]"))


def test_the_menu_can_show_the_settings_and_a_limit_that_is_gone_shows_the_top(page: Chromium) -> None:
    page.open("many")
    page.js("window.bridge.pushPlace({page: 'settings', limit: null, number: 1})")
    page.wait(lambda: page.shown() == "settings")
    page.js("window.bridge.pushPlace({page: 'usage', limit: 'gone', number: 2})")
    page.wait(lambda: page.shown() == "usage" and page.js("return scrollY") == 0)
    page.js("window.scrollTo(0, 200)")
    page.js("window.bridge.pushPlace({page: 'usage', limit: 'gone', number: 2})")
    page.wait(lambda: len(page.calls("next_view")) > 3)
    assert page.js("return scrollY") == 200, "a place is shown once"


def test_a_forecast_is_at_the_right_of_the_row_and_the_bar_shows_how_far_it_gets(page: Chromium) -> None:
    page.open("forecast")
    texts = [each.get_attribute("textContent") for each in page.elements("#limits .limit-forecast")]
    assert texts == ["Full about 13:00", "Lasts, about 81\u00a0% by then", "Full about tomorrow noon"]
    records = [each.get_attribute("textContent") for each in page.elements("#limits .limit-record")]
    assert records == ["8 of the last 10 forecasts were right", "", ""]
    ghosts = page.js("return [...document.querySelectorAll('#limits .bar-ghost')].map((g) => g.style.width)")
    assert ghosts == ["100%", "81%", "100%"]
    first, second = page.elements("#limits .limit")[:2]
    assert "full about 13:00" in (first.get_attribute("aria-label") or "")
    assert "lasts, about" in (second.get_attribute("aria-label") or "")


def test_the_limit_that_is_full_first_has_a_banner_above_the_rows(page: Chromium) -> None:
    page.open("forecast")
    assert page.text("#pace .message") == "At this pace your session is full about 13:00"
    assert page.text("#pace .hint") == "That is 1 h 10 min before it resets."
    page.open("numbers")
    assert not page.visible("#pace")


def test_the_line_to_type_of_a_notice_can_be_copied(page: Chromium) -> None:
    page.open("numbers")
    hint = "Install it: sudo apt install tint2"
    notice = {"code": "tray_host_missing", "message": "No panel.", "hint": hint}
    page.push(notices=[notice | {"command": "sudo apt install tint2"}])
    page.wait(lambda: page.visible("#notices .copy"))
    page.js("document.addEventListener('copy', () => { window.copied = document.activeElement.value; });")
    page.click("#notices .copy")
    page.wait(lambda: page.text("#notices .copy") == "Copied")
    assert page.js("return window.copied") == "sudo apt install tint2"
    page.push(notices=[notice | {"command": None}])
    page.wait(lambda: not page.visible("#notices .copy"))
