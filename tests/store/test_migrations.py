"""A database of every earlier version is brought up to date, once, and keeps what it had."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claudometer.store import schema
from claudometer.store.connecting import connect
from claudometer.store.copying import copy_rows
from claudometer.store.history import History
from claudometer.store.in_memory import connect_memory
from claudometer.store.queries import data_tables
from tests.histories import LONG_AGO, SESSION, percents, record
from tests.readings import session

if TYPE_CHECKING:
    from pathlib import Path

ALERTS = """
    CREATE TABLE alerts_for_test (
        series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        words TEXT,
        PRIMARY KEY (series, at)
    );
    CREATE INDEX alerts_at ON alerts_for_test (at)
"""


@pytest.fixture
def later_version(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of this version, opened by a program with one more migration."""
    with closing(History(path)) as history:
        record(history, session(40))
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ALERTS))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)


@pytest.mark.usefixtures("later_version")
def test_a_migration_is_applied_once_and_keeps_what_was_there(path: Path, history: History) -> None:
    record(history, session(41), minutes=5)
    assert percents(history) == [40, 41]
    with closing(History(path)) as again:
        record(again, session(42), minutes=10)
        assert len(again.points(SESSION, LONG_AGO)) == 3
        assert not again.problems


@pytest.mark.usefixtures("later_version")
def test_a_migration_that_fails_leaves_the_version_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:-1], f"{ALERTS}; nonsense"))
    with pytest.raises(sqlite3.Error):
        connect(path)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (schema.VERSION - 1,)
        assert "alerts_for_test" not in data_tables(raw)


@pytest.mark.usefixtures("later_version")
def test_tables_of_later_migrations_are_copied_and_cleared_without_being_named(path: Path) -> None:
    with closing(connect(path)) as disk, closing(connect_memory()) as memory:
        number = disk.execute("SELECT id FROM series").fetchone()[0]
        disk.execute("INSERT INTO alerts_for_test VALUES (?, 1, 'a')", (number,))
        memory.execute("INSERT INTO series (id, provider, account, limit_id, kind, label) "
                       "VALUES (1, 'claude', 'someone else', 'weekly', 'weekly', 'Weekly')")  # fmt: skip
        copy_rows(disk, memory)
        rows = memory.execute(
            "SELECT account, words FROM alerts_for_test JOIN series ON id = series"
        ).fetchall()
        assert rows == [("account-1", "a")]
    with closing(History(path)) as history:
        assert history.clear()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT count(*) FROM alerts_for_test").fetchone() == (0,)
