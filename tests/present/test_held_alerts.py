"""The notification after quiet hours."""

from __future__ import annotations

from datetime import timedelta

from claudometer.domain.region import UTC_REGION
from claudometer.present.held_alerts import HeldAlert, summary_of
from tests.clocks import NOON


def test_all_that_was_held_back_is_listed_with_its_time_while_it_fits() -> None:
    held = [HeldAlert(NOON + timedelta(hours=number), f"Alert {number}") for number in range(6)]
    found = summary_of(held, NOON + timedelta(hours=8), UTC_REGION)
    assert found.title == "6 alerts from your quiet hours"
    assert found.body.splitlines() == [f"{12 + number}:00 Alert {number}" for number in range(6)]


def test_of_too_many_the_latest_are_listed() -> None:
    held = [HeldAlert(NOON + timedelta(hours=number), f"Alert {number}") for number in range(8)]
    found = summary_of(held, NOON + timedelta(hours=8), UTC_REGION)
    assert found.title == "8 alerts from your quiet hours"
    assert found.body.splitlines() == [
        *(f"{12 + number}:00 Alert {number}" for number in range(3, 8)),
        "3 earlier in Claudometer, under Past alerts.",
    ]
