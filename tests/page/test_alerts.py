"""The alerts in the page: the list of past ones, the test, and the settings about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.alerts.silence import Silence
from claudometer.domain.region import UTC_REGION
from claudometer.present.alert_list import alert_panel
from claudometer.present.messages.alert_list import TESTED
from tests.page.scenarios import NOW, PAST_ALERTS, SCENARIOS, web_form

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium


def answers(*, tested: bool | None = None, muted: bool = False) -> dict[str, object]:
    silence = SCENARIOS["alerts"].silence if muted else Silence()
    return {"ok": True, "panel": alert_panel(PAST_ALERTS, silence, NOW, UTC_REGION, tested=tested)}


def test_the_list_has_each_alert_and_whether_the_desktop_took_it(page: Chromium) -> None:
    page.open("alerts", at="alerts")
    rows = page.js(
        "return [...document.querySelectorAll('.alert')].map((row) => "
        "[row.querySelector('.alert-title').textContent, row.querySelector('.alert-outcome').textContent])"
    )
    assert rows == [
        ["Fable: weekly limit reached", "Sent"],
        ["Your session has reset", "Sent"],
        ["Session: 91\u00a0% used", "Held back"],
        ["Session limit reached", "Muted"],
        ["Weekly: 76\u00a0% used", "Not taken by the desktop"],
    ]


@pytest.mark.parametrize("worked", [True, False])
def test_a_test_alert_says_what_became_of_it(page: Chromium, *, worked: bool) -> None:
    scripted = {"alerts": [answers(), answers(), answers(tested=worked)]}
    page.open(replace(SCENARIOS["alerts"], answers=scripted), at="alerts")
    page.element("#test-alert").click()
    page.wait(lambda: page.element(".alerts-tested").text == TESTED[worked])
    assert ["test"] in page.calls("alerts")


def test_silence_can_be_ended_there(page: Chromium) -> None:
    scripted = {"alerts": [answers(muted=True), answers(muted=True), answers()]}
    page.open(replace(SCENARIOS["alerts"], answers=scripted), at="alerts")
    page.wait(lambda: page.element("#unmute").is_displayed())
    page.element("#unmute").click()
    page.wait(lambda: not page.element("#unmute").is_displayed())
    assert page.js("return document.activeElement.id") == "test-alert"


def chips(page: Chromium, within: str) -> list[tuple[str, bool]]:
    """Return the chips from left to right, and whether each is checked."""
    found = page.js(
        "return [...document.querySelector(arguments[0]).querySelectorAll('.chip')]"
        ".map((chip) => [chip.textContent, chip.querySelector('input').checked])",
        within,
    )
    return [(text.replace("\u00a0", " ").strip(), is_checked) for text, is_checked in found]


def test_a_chip_saves_the_percents_in_order_and_each_percent_of_the_settings_has_one(page: Chromium) -> None:
    scenario = SCENARIOS["numbers"]
    alerts = scenario.form["alerts"] | {"alert_thresholds": [33, 75, 100]}
    page.open(replace(scenario, form=scenario.form | {"alerts": alerts}), at="settings")
    shown = {"33 %": True, "50 %": False, "75 %": True, "90 %": False, "100 %": True}
    page.wait(lambda: chips(page, "#alert_thresholds") == [*shown.items()])
    page.element("#alert_thresholds input[value='50']").click()
    page.wait(lambda: [{"alert_thresholds": [33, 50, 75, 100]}] in page.calls("save"))
    page.element("#alert_thresholds input[value='33']").click()
    page.wait(lambda: [{"alert_thresholds": [50, 75, 100]}] in page.calls("save"))


def test_each_percent_of_a_single_limit_has_a_chip(page: Chromium) -> None:
    opened_with(page, alert_own_thresholds={"weekly": [98, 5]})
    shown = {"5 %": True, "50 %": False, "75 %": False, "90 %": False, "98 %": True, "100 %": False}
    page.wait(lambda: chips(page, ".limit-choice[data-limit='weekly']") == [*shown.items()])
    page.element(".limit-choice[data-limit='weekly'] input[value='98']").click()
    page.wait(lambda: [{"alert_own_thresholds": {"weekly": [5]}}] in page.calls("save"))


def opened_with(page: Chromium, **alerts: object) -> None:
    scenario = SCENARIOS["numbers"]
    form = scenario.form | {"alerts": scenario.form["alerts"] | alerts}
    page.open(replace(scenario, form=form), at="settings")  # type: ignore[arg-type] # names of the form
    page.element("#each-limit").click()


def choices(page: Chromium) -> dict[str, str]:
    """Return what is chosen for each limit that is listed, by its name."""
    found = page.js(
        "return [...document.querySelectorAll('.limit-choice')].map((row) => "
        "[row.querySelector('label').textContent, row.querySelector('select').value])"
    )
    return dict(found)


def choose(page: Chromium, limit: str, choice: str) -> None:
    page.element(f".limit-choice[data-limit='{limit}'] option[value='{choice}']").click()


def test_a_limit_uses_the_common_thresholds_until_it_has_its_own(page: Chromium) -> None:
    opened_with(page, alert_thresholds=[33, 75, 100])
    assert choices(page) == {"Session": "same", "Weekly": "same", "Fable": "same"}
    assert page.element("#each-limit-line").text == "The same for all"
    assert not page.visible(".limit-choice[data-limit='weekly'] .chip-list")
    choose(page, "weekly", "own")
    own = {"weekly": [33, 75, 100]}
    page.wait(lambda: [{"alert_own_thresholds": own}] in page.calls("save"))
    page.element(".limit-choice[data-limit='weekly'] input[value='90']").click()
    page.wait(lambda: [{"alert_own_thresholds": {"weekly": [33, 75, 90, 100]}}] in page.calls("save"))
    assert page.element("#each-limit-line").text == "1 limit differs"
    choose(page, "weekly", "same")
    page.wait(lambda: page.calls("save")[-1] == [{"alert_own_thresholds": {}}])
    assert not [call for call in page.calls("save") if "alert_limits_off" in call[0]]


def test_a_limit_that_is_off_and_away_is_listed_and_can_be_switched_on(page: Chromium) -> None:
    opened_with(page, alert_limits_off=["weekly", "weekly:old-one"])
    expected = {"Session": "same", "Weekly": "off", "Fable": "same", "Old One": "off"}
    assert choices(page) == expected
    notes = page.js(
        "return [...document.querySelectorAll('.limit-choice .note')].map((each) => !each.hidden)"
    )
    assert notes == [False, False, False, True]
    assert page.element("#each-limit-line").text == "2 limits differ"
    choose(page, "weekly:fable", "off")
    page.wait(
        lambda: [{"alert_limits_off": ["weekly", "weekly:fable", "weekly:old-one"]}] in page.calls("save")
    )
    choose(page, "weekly:old-one", "same")
    page.wait(lambda: [{"alert_limits_off": ["weekly", "weekly:fable"]}] in page.calls("save"))
    assert choices(page) == expected | {"Fable": "off", "Old One": "same"}  # it does not vanish at the click


def test_from_no_alerts_to_own_percents_changes_both_and_going_back_keeps_the_percents(
    page: Chromium,
) -> None:
    opened_with(page, alert_limits_off=["weekly"], alert_own_thresholds={"session": [50]})
    choose(page, "weekly", "own")
    page.wait(lambda: [{"alert_limits_off": []}] in page.calls("save"))
    own = {"session": [50], "weekly": [75, 90, 100]}
    page.wait(lambda: [{"alert_own_thresholds": own}] in page.calls("save"))
    choose(page, "session", "off")
    page.wait(lambda: page.calls("save")[-1] == [{"alert_limits_off": ["session"]}])
    choose(page, "session", "own")
    page.wait(lambda: page.calls("save")[-1] == [{"alert_limits_off": []}])
    chosen = page.js(
        "return [...document.querySelectorAll(\".limit-choice[data-limit='session'] input:checked\")]"
        ".map((each) => each.value)"
    )
    assert chosen == ["50"]


def test_the_switch_for_the_end_of_the_key_is_there_with_a_key_alone(page: Chromium) -> None:
    page.open("numbers", at="settings")
    assert not page.visible("#alert_key")
    page.open(replace(SCENARIOS["numbers"], form=web_form()), at="settings")
    page.element("#alert_key").click()
    page.wait(lambda: [{"alert_key": False}] in page.calls("save"))


@pytest.mark.parametrize("switch", ["alert_forecast", "alert_reset", "alert_login", "alert_credit"])
def test_each_kind_has_a_switch(page: Chromium, switch: str) -> None:
    page.open("numbers", at="settings")
    page.element(f"#{switch}").click()
    page.wait(lambda: [{switch: False}] in page.calls("save"))


def test_without_any_limit_there_is_nothing_to_choose(page: Chromium) -> None:
    page.open("no-limits", at="settings")
    assert not page.visible("#alert_limits_off")


SESSION_MUTED = Silence(limits={("claude/account-1", "session"): NOW + timedelta(hours=1)})


def test_the_settings_list_what_is_muted_and_each_can_be_unmuted(page: Chromium) -> None:
    both = replace(SESSION_MUTED, until=NOW + timedelta(minutes=50))
    panels = [
        {"ok": True, "panel": alert_panel((), silence, NOW, UTC_REGION)}
        for silence in (both, both, SESSION_MUTED, Silence())
    ]
    page.open(replace(SCENARIOS["numbers"], answers={"alerts": panels}), at="settings")
    page.wait(lambda: page.visible("#muted"))
    words = [each.text for each in page.elements("#muted .row-text")]
    assert words == ["All alerts: muted until 12:52", "Session: muted until 13:02"]
    page.element("#muted button").click()
    page.wait(lambda: page.text("#muted .row-text").startswith("Session"))
    assert page.calls("alerts")[-1] == ["unmute"]
    page.element("#muted button").click()
    page.wait(lambda: not page.visible("#muted"))
    assert page.calls("alerts")[-1] == ["unmute", "claude/account-1", "session"]
    assert page.focused() == "threshold-50"


def test_the_list_of_what_is_muted_follows_new_numbers(page: Chromium) -> None:
    muted = {"ok": True, "panel": alert_panel((), SESSION_MUTED, NOW, UTC_REGION)}
    page.open("numbers", at="settings")
    assert not page.visible("#muted")
    page.js("window.bridgeScript.alerts = arguments[0]", muted)
    page.push(revision=2)
    page.wait(lambda: page.visible("#muted"))


def test_the_times_of_quiet_hours_are_there_while_they_are_on(page: Chromium) -> None:
    page.open("numbers", at="settings")
    assert not page.element("#quiet_from").is_displayed()
    page.element("#quiet_hours").click()
    page.wait(lambda: page.element("#quiet_from").is_displayed())
    assert page.js("return document.getElementById('quiet_from').value") == "22:00"


@pytest.mark.parametrize("by", ["new numbers", "the settings"])
def test_the_settings_name_an_alert_that_came_after_the_window(page: Chromium, by: str) -> None:
    """They said "No alerts yet" until the page of past alerts was opened."""
    page.open("numbers", at="settings" if by == "new numbers" else "usage")
    page.js("window.bridgeScript.alerts = arguments[0]", answers())
    if by == "new numbers":
        page.push(refreshing=False)
    else:
        page.click("[data-opens=settings]")
    page.wait(
        lambda: page.text("#alerts-line") == alert_panel(PAST_ALERTS, Silence(), NOW, UTC_REGION)["line"]
    )
