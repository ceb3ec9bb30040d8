"""From which percentage a limit is amber and red."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.settings import Settings
from claudometer.present.levels import Thresholds, thresholds_for


def test_the_usual_thresholds_are_those_of_the_usual_alerts() -> None:
    assert thresholds_for(Settings().alert_thresholds) == Thresholds()


@pytest.mark.parametrize(
    ("alerts", "warning", "critical"),
    [
        ((), 75, 90),
        ((100,), 75, 90),
        ((50,), 50, 90),
        ((60, 100), 60, 90),
        ((90, 100), 75, 90),
        ((95,), 75, 95),
        ((50, 75, 90, 100), 50, 90),
        ((80, 95), 80, 95),
        ((20, 30, 100), 20, 30),
    ],
)
def test_amber_begins_at_the_lowest_alert_and_red_at_the_highest_below_100_or_as_usual(
    alerts: tuple[int, ...], warning: int, critical: int
) -> None:
    assert thresholds_for(alerts) == Thresholds(warning, critical)


def test_a_limit_may_have_its_own() -> None:
    thresholds = thresholds_for((75, 90), {"session": (40, 60), "weekly": ()})
    assert thresholds.of("session") == Thresholds(40, 60)
    assert thresholds.of("weekly") == Thresholds(), "without alerts, a limit is colored as usual"
    assert thresholds.of("other") == thresholds
    assert thresholds != Thresholds()


@given(st.lists(st.integers(1, 100), max_size=8))
def test_red_never_begins_before_amber_and_a_full_limit_is_always_red(alerts: list[int]) -> None:
    thresholds = thresholds_for(alerts)
    assert 1 <= thresholds.warning <= thresholds.critical <= 100
    assert thresholds.level_of(100) == "critical"
    assert thresholds.level_of(0) == "ok"
