"""The alerts in the page: the list of past ones, the test, and the settings about them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.alerts.silence import Silence
from claudometer.domain.region import UTC_REGION
from claudometer.present.alert_list import alert_panel
from claudometer.present.messages.alert_list import TESTED
from tests.page.scenarios import NOW, PAST_ALERTS, SCENARIOS

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium


def answers(*, tested: bool | None = None, muted: bool = False) -> dict[str, object]:
    silence = SCENARIOS["alerts"].silence if muted else Silence()
    return {"ok": True, "panel": alert_panel(PAST_ALERTS, silence, NOW, UTC_REGION, tested=tested)}


def test_the_list_has_what_was_told_and_whether_the_desktop_took_it(page: Chromium) -> None:
    page.open("alerts", at="alerts")
    rows = page.js(
        "return [...document.querySelectorAll('.alert')].map((row) => "
        "[row.querySelector('.alert-title').textContent, row.querySelector('.alert-outcome').textContent])"
    )
    assert rows == [
        ["Fable: weekly limit reached", "Sent"],
        ["Your session has reset", "Sent"],
        ["Session: 91 % used", "Held back"],
        ["Session limit reached", "Muted"],
        ["Weekly: 76 % used", "Not taken by the desktop"],
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


def test_a_chip_saves_the_percents_in_order_and_keeps_one_that_has_no_chip(page: Chromium) -> None:
    scenario = SCENARIOS["numbers"]
    alerts = scenario.form["alerts"] | {"alert_thresholds": [33, 75, 100]}
    page.open(replace(scenario, form=scenario.form | {"alerts": alerts}), at="settings")
    page.element("#alert_thresholds input[value='50']").click()
    page.wait(lambda: [{"alert_thresholds": [33, 50, 75, 100]}] in page.calls("save"))


def limits_that_alert(page: Chromium) -> dict[str, bool]:
    return {
        chip.text: chip.find_element("tag name", "input").is_selected()
        for chip in page.elements("#alert_limits_off .chip")
    }


def test_each_limit_has_a_chip_and_one_that_is_away_stays_off(page: Chromium) -> None:
    scenario = SCENARIOS["numbers"]
    alerts = scenario.form["alerts"] | {"alert_limits_off": ["weekly", "weekly:away"]}
    page.open(replace(scenario, form=scenario.form | {"alerts": alerts}), at="settings")
    assert limits_that_alert(page) == {"Session": True, "Weekly": False, "Fable": True}
    page.element("#alert_limits_off input[value='weekly:fable']").click()
    page.wait(lambda: [{"alert_limits_off": ["weekly", "weekly:away", "weekly:fable"]}] in page.calls("save"))
    page.element("#alert_limits_off input[value='weekly']").click()
    page.wait(lambda: [{"alert_limits_off": ["weekly:away", "weekly:fable"]}] in page.calls("save"))
    assert limits_that_alert(page) == {"Session": True, "Weekly": True, "Fable": False}


def test_without_any_limit_there_is_nothing_to_choose(page: Chromium) -> None:
    page.open("no-limits", at="settings")
    assert not page.visible("#alert_limits_off")


def test_the_times_of_quiet_hours_are_there_while_they_are_on(page: Chromium) -> None:
    page.open("numbers", at="settings")
    assert not page.element("#quiet_from").is_displayed()
    page.element("#quiet_hours").click()
    page.wait(lambda: page.element("#quiet_from").is_displayed())
    assert page.js("return document.getElementById('quiet_from').value") == "22:00"
