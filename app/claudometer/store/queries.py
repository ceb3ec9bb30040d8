"""Reads the tables: limits, points and resets, as values of the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.history import LimitReset, belongs_to
from claudometer.store.clearing import clear_alerts
from claudometer.store.values import (
    POINT,
    RESET,
    SERIES,
    last_stamp,
    stamp,
    time_of,
    to_point,
    to_reset,
    to_series,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from sqlite3 import Connection

    from claudometer.domain.history import LimitKey, Point, Series
    from claudometer.domain.usage import AccountKey


def read_series(connection: Connection, account: AccountKey | None = None) -> list[Series]:
    """Return the limits that there are points of, the one that was read last first."""
    rows = connection.execute(
        f"SELECT {SERIES}, (SELECT until FROM points WHERE series = id ORDER BY at DESC LIMIT 1) FROM series"  # noqa: S608
    )
    found = [each for each in map(to_series, rows) if each is not None]
    return last_read_first(each for each in found if account is None or belongs_to(each, account))


def last_read_first(series: Iterable[Series]) -> list[Series]:
    """Return limits in the order of their last reading, the latest at the start."""
    return sorted(series, key=lambda each: (each.last_at or time_of(0), each.key.limit_id), reverse=True)


def read_points(
    connection: Connection, key: LimitKey, since: datetime, until: datetime | None = None
) -> list[Point]:
    """Return the points of a limit that overlap the time from ``since`` to ``until``, oldest first."""
    number = number_of(connection, key)
    if number is None:
        return []
    # The point before `since` may have been confirmed until later than that.
    first = connection.execute(
        "SELECT max(at) FROM points WHERE series = ? AND at <= ?", (number, stamp(since))
    ).fetchone()[0]
    rows = connection.execute(
        f"SELECT {POINT} FROM points WHERE series = ? AND at >= ? AND at <= ? AND until >= ? ORDER BY at",  # noqa: S608
        (number, stamp(since) if first is None else first, last_stamp(until), stamp(since)),
    )
    return [each for each in map(to_point, rows) if each is not None]


def read_resets(
    connection: Connection,
    *,
    account: AccountKey | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[LimitReset]:
    """Return the confirmed resets whose new window was first seen in that time, oldest first."""
    names = ", ".join(f"resets.{name}" for name in RESET.split(", "))
    rows = connection.execute(
        f"SELECT {SERIES}, NULL, {names} FROM resets JOIN series ON id = series "  # noqa: S608
        "WHERE confirmed AND seen_after >= ? AND seen_after <= ? ORDER BY seen_after, limit_id",
        (0 if since is None else stamp(since), last_stamp(until)),
    )
    resets: list[LimitReset] = []
    for row in rows:
        series, reset = to_series(row[:9]), to_reset(row[9:])
        if series and reset and (account is None or belongs_to(series, account)):
            resets.append(LimitReset(series, reset))
    return resets


def delete_all(connection: Connection) -> None:
    """Delete every row of every table of ours, except what is remembered so that no alert comes twice."""
    for table in data_tables(connection):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of tables
    connection.execute("DELETE FROM series")
    clear_alerts(connection)


def data_tables(connection: Connection) -> list[str]:
    """Return the tables whose rows belong to a limit: those with a column ``series``."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    return [name for (name,) in tables.fetchall() if "series" in columns_of(connection, name)]


def columns_of(connection: Connection, table: str) -> list[str]:
    """Return the names of a table's columns."""
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def key_of(connection: Connection, table: str) -> list[str]:
    """Return the columns of a table's primary key, in their order."""
    found = [(row[5], row[1]) for row in connection.execute(f"PRAGMA table_info({table})") if row[5]]
    return [name for _, name in sorted(found)] or ["rowid"]


def number_of(connection: Connection, key: LimitKey) -> int | None:
    """Return the number of a limit in the tables, ``None`` without a point of it."""
    row = connection.execute(
        "SELECT id FROM series WHERE provider = ? AND account = ? AND limit_id = ?",
        (key.provider, key.account, key.limit_id),
    ).fetchone()
    return None if row is None else int(row[0])
