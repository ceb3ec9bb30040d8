"""Tests how the policy does beside other programs that use up the same limit. The page has the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.accelerated.shared_month import OTHERS, Case, live_through

if TYPE_CHECKING:
    from pathlib import Path


def test_a_month_beside_other_programs_costs_few_requests_and_no_wait(tmp_path: Path) -> None:
    month = live_through(Case(OTHERS["medium"], status_line=False, former=False, check_every_s=30), tmp_path)
    assert 8 <= month.an_hour_at_work <= 12
    assert month.age_s < 240
    assert month.blocked_s == 0
    assert month.old_share < 0.001


def test_with_a_status_line_there_are_fewer_requests_and_the_numbers_are_seconds_old(tmp_path: Path) -> None:
    week = live_through(Case(OTHERS["medium"], status_line=True, former=False, days=7), tmp_path)
    assert 4 <= week.an_hour_at_work <= 8
    assert week.age_s < 30
    assert week.blocked_s == 0


@pytest.mark.parametrize("others", OTHERS.values(), ids=OTHERS)
def test_the_wait_is_a_fifth_of_what_it_was_or_less(tmp_path: Path, others: int) -> None:
    now, before = (
        live_through(Case(others, status_line=False, former=former, days=10, check_every_s=30), tmp_path)
        for former in (False, True)
    )
    assert before.blocked_s > 8 * 3600
    assert now.blocked_s <= 0.2 * before.blocked_s
    assert now.old_share < 0.5 * before.old_share
