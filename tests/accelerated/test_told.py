"""Tests the alerts, and the list of resets, over weeks against the account's true data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.alerts.model import AlertKind
from tests.accelerated.plans import month, short_week
from tests.accelerated.simulation import Plan, Simulation

if TYPE_CHECKING:
    from pathlib import Path

HEAVIER = 1.9
"""Multiplies what each message uses, so that sessions and weeks come close to their limits."""


def simulate(plan: Plan, folder: Path) -> Simulation:
    simulation = Simulation(replace(plan, heavier=HEAVIER), folder, history_file=folder / "history.db")
    result = simulation.run()
    assert result.seen.faults == []
    return simulation


def test_every_alert_and_reset_of_a_month_is_true_and_recorded_once(tmp_path: Path) -> None:
    told = simulate(month(), tmp_path).told
    assert told.threshold_faults() == []
    assert told.reset_alert_faults() == []
    assert told.reset_faults() == []
    assert len(told.of(AlertKind.THRESHOLD)) > 20
    assert len(told.of(AlertKind.RESET)) > 5
    assert len(list(told.changes())) > 40


@pytest.mark.parametrize("seed", range(1, 8))
def test_every_alert_and_reset_of_random_days_is_true_and_recorded_once(tmp_path: Path, seed: int) -> None:
    told = simulate(short_week(seed), tmp_path).told
    assert told.threshold_faults() == []
    assert told.reset_alert_faults() == []
    assert told.reset_faults() == []
    assert told.of(AlertKind.THRESHOLD)
