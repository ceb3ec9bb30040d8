"""A value of another type, as a flipped bit leaves it, costs its own row and stops nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.usage import Source
from claudometer.store.thinning import FINE_FOR
from tests.histories import LONG_AGO, SESSION, after, record
from tests.readings import session

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.store.history import History

OLD = -FINE_FOR / timedelta(minutes=1) - 240
"""So many minutes after noon, points are old enough to be thinned."""


ONE = "percent = 91"  # the second of three points
ALL = "TRUE"


@pytest.mark.parametrize("damaged", ["'many'", "x'00ff'", "-1"])
@pytest.mark.parametrize(
    ("table", "column", "where"),
    [
        ("points", "until", ONE),
        ("points", "until", ALL),
        ("points", "percent", ONE),
        ("points", "resets_at", ONE),
        ("points", "source", ONE),
        ("points", "joined", ONE),
        ("series", "label", ALL),
        ("series", "window_s", ALL),
        ("series", "plan", ALL),
        ("series", "thinned_to", ALL),
        ("resets", "seen_before", ALL),
        ("resets", "percent_before", ALL),
        ("resets", "confirmed", ALL),
    ],
)
def test_a_value_of_another_type_stops_neither_writing_nor_reading(
    history: History, path: Path, table: str, column: str, where: str, damaged: str
) -> None:
    for minutes in (0, 5, 10):
        record(history, session(90 + minutes / 5), minutes=OLD + minutes)
    record(history, session(1, after(300)), minutes=OLD + 20)  # a reset that waits to be confirmed
    history.close()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(f"UPDATE {table} SET {column} = {damaged} WHERE {where}")  # noqa: S608
    record(history, session(2, after(300)), minutes=0)  # thins, too
    record(history, session(3, after(300)), minutes=5)
    assert history.points(SESSION, LONG_AGO)[-1].percent == 3
    assert history.points(SESSION, LONG_AGO)[-1].source is Source.OAUTH
    history.series()
    history.resets()
    assert history.problems == ()
