"""What can still be read of a damaged database is taken over into the new one."""

from __future__ import annotations

import random
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.store.history import History
from tests.histories import LONG_AGO, SESSION, after, percents, record, record_all
from tests.readings import reading, session, weekly

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix files")

PAGE = 4096
MINUTES = 20 * 24 * 60


@pytest.fixture
def twenty_days(path: Path) -> int:
    """Write 20 days of a reading every 10 minutes, and return how many points of the session they are."""
    numbers = random.Random(1)  # noqa: S311 - the same every time
    with closing(History(path)) as history:
        at = 0
        for _ in range(4):
            until = at + MINUTES // 4
            readings = [
                reading(session(numbers.randrange(100)), weekly(minutes // 500), fetched_at=after(minutes))
                for minutes in range(at, until, 10)
            ]
            record_all(history, *readings)
            at = until
        return len(percents(history))


def salvaged(path: Path) -> int:
    """Return how many of the old points a next run has."""
    with closing(History(path)) as history:
        record(history, session(50), weekly(99), minutes=MINUTES + 10)
        history.check()
        (problem,) = history.problems
        assert problem.code is ErrorCode.HISTORY_BROKEN
        found = history.points(SESSION, LONG_AGO)
        assert found[-1].percent == 50
        assert [point.at for point in found] == sorted({point.at for point in found})
        return len(found) - 1


@pytest.mark.parametrize(("left", "least"), [(0.9, 0.75), (0.75, 0.55), (0.5, 0.25)])
def test_of_a_file_that_was_cut_off_the_first_pages_are_kept(
    path: Path, twenty_days: int, left: float, least: float
) -> None:
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * left))
    assert salvaged(path) >= twenty_days * least


@pytest.mark.parametrize("content", [b"\xff", b"\0"])
def test_several_damaged_pages_cost_only_their_own_rows(path: Path, twenty_days: int, content: bytes) -> None:
    pages = path.stat().st_size // PAGE
    with path.open("r+b") as file:
        for page in (pages // 3, pages // 2, pages * 2 // 3):
            file.seek(page * PAGE)
            file.write(content * PAGE)
    # A page has about 125 rows.
    assert salvaged(path) >= twenty_days - 3 * 250


def test_a_file_without_its_first_page_is_set_aside_and_costs_all(path: Path, twenty_days: int) -> None:
    with path.open("r+b") as file:
        file.write(b"\0" * PAGE)
    assert twenty_days
    assert salvaged(path) == 0


def test_a_file_of_which_any_page_is_damaged_is_read_in_time(path: Path, twenty_days: int) -> None:
    numbers = random.Random(2)  # noqa: S311 - as above
    with path.open("r+b") as file:
        for page in range(5, path.stat().st_size // PAGE):
            if numbers.random() < 0.5:
                file.seek(page * PAGE)
                file.write(numbers.randbytes(PAGE))
    with closing(History(path)) as history:
        record(history, session(50), minutes=MINUTES + 10)
        assert 1 <= len(percents(history)) <= twenty_days + 1
