"""Tests what the surfaces show over weeks against the account's true data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.domain.usage import Mode
from claudometer.system.state import JsonState
from tests.accelerated.plans import deadline, month, restless_hour, rolling_edge, shared_day, short_week
from tests.accelerated.simulation import Simulation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from tests.accelerated.limiters import Limiter


def test_nothing_wrong_is_shown_in_a_month_of_jitter_outages_and_early_resets(tmp_path: Path) -> None:
    result = Simulation(month(), tmp_path).run()
    assert result.seen.faults == []
    assert result.seen.readings > 2000
    assert result.seen.resets["weekly"] == 4
    assert result.seen.resets["session"] > 40
    assert result.most_in_an_hour <= 28
    assert result.an_hour <= 20


@pytest.mark.parametrize("seed", range(1, 11))
def test_nothing_wrong_is_shown_in_random_days(tmp_path: Path, seed: int) -> None:
    result = Simulation(plan := short_week(seed), tmp_path).run()
    assert result.seen.faults == []
    if plan.mode is Mode.CLI:
        assert result.most_in_an_hour <= 28
        assert result.an_hour <= 20


def test_fifty_restarts_and_clicks_in_an_hour_send_at_most_28_requests(tmp_path: Path) -> None:
    result = Simulation(restless_hour(), tmp_path, JsonState(tmp_path / "state" / "state.json")).run()
    assert result.seen.faults == []
    assert 20 <= result.most_in_an_hour <= 28


@pytest.mark.parametrize("limiter", [deadline, rolling_edge])
def test_a_day_with_two_greedy_laptops_recovers_from_every_429(
    tmp_path: Path, limiter: Callable[[Random], Limiter]
) -> None:
    result = Simulation(shared_day(limiter), tmp_path).run()
    recoveries = result.recoveries_s()
    assert result.seen.faults == []
    assert len(recoveries) > 10
    assert max(took for took in recoveries if took != float("inf")) < 4 * 3600
    open_ended = [at for at, took in zip(result.refusals, recoveries, strict=True) if took == float("inf")]
    assert all(at > 20 * 3600 for at in open_ended)  # the simulation ended before the recovery
    assert result.most_in_an_hour <= 28
    assert result.seen.dark_s < 0.7 * result.seen.reachable_s
