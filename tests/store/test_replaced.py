"""Somebody moves, deletes, restores or writes over the database while a program has it open."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.store.alerts import KeptAlerts
from claudometer.store.history import History
from tests.histories import percents, record
from tests.readings import session
from tests.store.test_alerts import told
from tests.store.test_files import codes, kept

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be moved there")

STEP = 8
"""Minutes between readings."""


def fill(history: History, start: int, end: int) -> list[float]:
    """Record so many readings, and return their percents."""
    for number in range(start, end):
        record(history, session(number % 90), minutes=number * STEP)
    return [number % 90 for number in range(start, end)]


def backed_up(path: Path) -> Path:
    """Return a copy of a database that nobody has open."""
    backup = path.with_name("backup.db")
    shutil.copy(path, backup)
    return backup


def test_a_file_that_is_moved_away_takes_all_with_it(history: History, path: Path) -> None:
    before = fill(history, 0, 20)
    moved = path.with_name("moved.db")
    path.rename(moved)
    after = fill(history, 20, 23)
    assert codes(history) == [ErrorCode.HISTORY_REPLACED]
    assert dict(history.problems[0].facts) == {"path": str(path), "reason": "deleted"}
    assert (kept(moved), kept(path)) == (before, after)


def test_a_restored_file_goes_on(history: History, path: Path) -> None:
    first = fill(history, 0, 20)
    history.close()
    backup = backed_up(path)
    fill(history, 20, 200)
    backup.rename(path)
    last = fill(history, 200, 203)
    assert codes(history) == [ErrorCode.HISTORY_REPLACED]
    assert dict(history.problems[0].facts)["reason"] == "replaced"
    assert percents(history) == kept(path) == first + last


def test_what_is_said_of_a_replaced_file_ends(history: History, path: Path) -> None:
    fill(history, 0, 2)
    path.unlink()
    fill(history, 2, 20)
    assert codes(history) == [ErrorCode.HISTORY_REPLACED]
    fill(history, 20, 60)
    assert codes(history) == []


@pytest.mark.parametrize("between", [1, 300, 1700])
def test_a_backup_that_is_copied_over_an_open_database_is_kept(
    history: History, path: Path, between: int
) -> None:
    """The log, and what SQLite remembers of the pages, no longer fit the file."""
    first = fill(history, 0, 300)
    history.close()
    backup = backed_up(path)
    fill(history, 300, 300 + between)
    path.write_bytes(backup.read_bytes())
    last = fill(history, 300 + between, 340 + between)
    history.close()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    found = kept(path)
    assert found[-40:] == last
    if between != 300:
        assert found[:300] == first
    else:  # log and file happen to fit so well that nothing tells of it, and some of their rows are lost
        assert len(found) > 300


def test_another_program_that_writes_is_no_damage(history: History, path: Path) -> None:
    fill(history, 0, 10)
    with closing(History(path)) as other:
        fill(other, 10, 600)  # which writes its log into the file
    fill(history, 600, 602)
    assert codes(history) == []
    assert len(percents(history)) == 602


@pytest.mark.parametrize("is_replaced", [False, True])
def test_what_was_told_is_remembered_when_the_history_is_deleted(
    history: History, path: Path, *, is_replaced: bool
) -> None:
    fill(history, 0, 2)
    history.close()
    backup = backed_up(path)
    KeptAlerts(history).write(told("Session: 76 % used"))
    path.unlink()
    if is_replaced:
        backup.rename(path)
    fill(history, 2, 4)
    with closing(History(path)) as again:
        found = KeptAlerts(again).read()
    assert found.memory == told().memory
    assert found.records == ()


def test_a_cleared_history_is_gone_from_the_file_also_while_an_app_has_it_open(
    history: History, path: Path
) -> None:
    fill(history, 0, 2000)
    history.close()
    fill(history, 2000, 2001)
    size = path.stat().st_size
    with closing(History(path)) as command:
        assert command.clear()
    assert path.stat().st_size < size / 2
    assert codes(history) == []
