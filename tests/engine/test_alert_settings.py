"""The switch of each kind of alert, from the settings to the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claudometer.domain.alerts.model import AlertKind
from claudometer.domain.settings import Settings
from claudometer.engine.alert_settings import parse_alerts, rules_of

SWITCHES = {
    "alert_forecast": AlertKind.FORECAST,
    "alert_reset": AlertKind.RESET,
    "alert_login": AlertKind.LOGIN,
    "alert_credit": AlertKind.CREDIT_ENDS,
    "alert_key": AlertKind.KEY_ENDS,
}


@pytest.mark.parametrize(("switch", "kind"), SWITCHES.items())
def test_each_switch_takes_one_kind_away(switch: str, kind: AlertKind) -> None:
    changed = replace(Settings(), **parse_alerts({switch: False}))  # type: ignore[arg-type] # by their names
    assert rules_of(changed).kinds == frozenset(AlertKind) - {kind}


def test_every_kind_has_a_switch_and_thresholds_are_off_without_percents() -> None:
    assert {*SWITCHES.values(), AlertKind.THRESHOLD} == set(AlertKind)
    changed = replace(Settings(), **parse_alerts({"alert_thresholds": []}))  # type: ignore[arg-type] # as above
    assert rules_of(changed).thresholds_of("session") == ()
