"""Transactions: all of a piece of work is written, or nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.store.connecting import errors_of_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection


def set_durable(connection: Connection, *, durable: bool) -> Connection:
    """Choose whether later transactions survive a power cut; without a write-ahead log, all do."""
    is_log = connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable or not is_log else 'NORMAL'}")
    return connection


def in_transaction(connection: Connection, work: Callable[[Connection], None]) -> None:
    """Do ``work`` in one transaction; with an error, nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        work(connection)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(errors_of_sqlite()):  # a full disk has ended it already
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise
