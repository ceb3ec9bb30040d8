"""What a graph gets of many points: few enough, and with every gap, every reset and both of their edges."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from claudometer.domain.usage import AccountId
from claudometer.store.connecting import connect_reading
from claudometer.store.curve import read_curve
from claudometer.store.queries import read_points
from tests.clocks import NOON
from tests.histories import LONG_AGO, SESSION, after, record_all
from tests.readings import reading, session

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.history import Point
    from claudometer.store.history import History

DAYS = 10
END = NOON + timedelta(days=DAYS)


def fill(history: History) -> None:
    """Record ten days of a reading every other minute, with sleep and with a session every five hours."""
    chance = random.Random(3)  # noqa: S311 - no secret
    readings = []
    for minutes in range(0, DAYS * 1440, 2):
        if minutes % 1440 < 1000 and chance.random() < 0.999:
            percent = minutes % 300 / 3
            ends = after(minutes - minutes % 300 + 300)
            readings.append(reading(session(percent, ends), fetched_at=after(minutes)))
    record_all(history, *readings)


def both(path: Path, most: int) -> tuple[list[Point], list[Point]]:
    with closing(connect_reading(path)) as connection:
        return (
            read_points(connection, SESSION, NOON, END),
            read_curve(connection, SESSION, NOON, END, most=most),
        )


def test_a_selection_is_small_and_contains_only_points_that_are_there(history: History, path: Path) -> None:
    fill(history)
    every, curve = both(path, 100)
    assert len(every) > 3000
    assert 100 < len(curve) < 400
    assert set(curve) <= set(every)
    assert curve == sorted(curve, key=lambda point: point.at)
    assert curve[-1] == every[-1]


def test_every_gap_and_every_fall_is_in_it_with_the_points_on_both_sides(
    history: History, path: Path
) -> None:
    fill(history)
    every, curve = both(path, 100)
    for before, point in pairwise(every):
        if not point.joined or point.percent < before.percent:
            assert point in curve
            assert before in curve


def test_a_line_never_crosses_a_gap_in_a_selection_either(history: History, path: Path) -> None:
    fill(history)
    every, curve = both(path, 60)
    gaps = [point.at for point in every if not point.joined]
    for before, point in pairwise(curve):
        assert point.joined is not any(before.at < gap <= point.at for gap in gaps)


def test_few_points_are_all_there(history: History, path: Path) -> None:
    record_all(history, *(reading(session(n), fetched_at=after(n)) for n in range(50)))
    every, curve = both(path, 100)
    assert curve == every
    assert history.curve(SESSION, LONG_AGO, END) == every


def test_a_limit_without_points_has_no_curve(history: History) -> None:
    unknown = replace(SESSION, account=AccountId("nobody"))
    assert history.curve(unknown, NOON, END) == []
