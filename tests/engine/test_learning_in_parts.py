"""Tests that learning reads the history in parts, which together are all of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.engine.forecasting import LEARNED_FOR, READ_AT_ONCE, past_readings
from claudometer.store.history import History
from tests.clocks import NOON
from tests.histories import WEEKLY, record
from tests.readings import weekly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MINUTES_A_DAY = 1440.0


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """Six weeks of readings: some at the edges of a part, some that confirm a value, and a gap of days."""
    kept = History(tmp_path / "history.db")
    for day in (*range(-45, -20), *range(-12, 2)):
        steps = (0, 0.1, 600, 1439.9) if day % 3 else (700, 1100)
        for minute in steps:
            used = weekly(50 + day + minute // 700, NOON + timedelta(days=3))
            record(kept, used, minutes=day * MINUTES_A_DAY + minute, gap_s=4 * 86400.0)
    yield kept
    kept.close()


def test_the_parts_together_are_all_points_once_and_in_order(history: History) -> None:
    since = NOON - LEARNED_FOR
    found = [(each.at, each.percent) for each in past_readings(history, WEEKLY, since, NOON)]
    points = history.points(WEEKLY, since)
    assert len(points) > 30
    assert any(point.until - point.at > READ_AT_ONCE for point in points), "some are in several parts"
    assert points[0].at < since < points[0].until
    assert points[-1].at > NOON, "a clock was ahead"
    assert found == [(at.timestamp(), each.percent) for each in points for at in (each.at, each.until)]


def test_no_part_has_more_than_its_day(history: History) -> None:
    class Counting:
        most = 0

        def points(self, *arguments: object) -> list[object]:
            found = history.points(*arguments)  # type: ignore[arg-type]
            self.most = max(self.most, len(found))
            return list(found)

    counting = Counting()
    list(past_readings(counting, WEEKLY, NOON - LEARNED_FOR, NOON))  # type: ignore[arg-type]
    assert counting.most < 12
