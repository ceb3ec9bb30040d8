"""What can still be read of a damaged database is taken over into the new one."""

from __future__ import annotations

import random
import sqlite3
import subprocess
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


_LOOK = """
import sys
from pathlib import Path
from claudometer.store.damage import find_damage

def kib(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))

small, large = map(Path, sys.argv[1:])
assert find_damage(small) is None  # loads SQLite
Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
before = kib("VmRSS:")
assert find_damage(large) is None
print(kib("VmHWM:") - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's figures")
def test_looking_through_the_file_of_a_year_takes_little_memory(path: Path, tmp_path: Path) -> None:
    """The tray looks once a day, and what was taken for it may stay taken."""
    small = tmp_path / "small" / "history.db"
    for each in (path, small):
        with closing(History(each)) as history:
            record(history, session(40))
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.executemany(
            "INSERT INTO points VALUES (1, ?, ?, 40.5, 2000000000, 'oauth', 1)",
            ((at, at) for at in range(0, 6_000_000, 60)),
        )
    assert path.stat().st_size > 3_900_000
    command = [sys.executable, "-c", _LOOK, str(small), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1000


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
