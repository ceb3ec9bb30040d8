"""Copies the rows of one database into another: what can be read of a damaged one, or what memory held."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.domain.history import GAP_S
from claudometer.store.clearing import count_clearings, set_clearings
from claudometer.store.connecting import errors_of_sqlite
from claudometer.store.queries import columns_of, data_tables
from claudometer.store.requests import add_missing, columns, has_requests
from claudometer.store.surviving import surviving_rows

if TYPE_CHECKING:
    from sqlite3 import Connection

log = logging.getLogger(__name__)


LATEST = frozenset({"last_readings", "alert_memory"})
"""Tables of which only the latest content counts: an earlier one would bring back what was removed since."""


def copy_rows(source: Connection, target: Connection, *, leave_out: frozenset[str] = frozenset()) -> int:
    """Copy all rows that can be read and that ``target`` does not have, and return their number.

    The tables of limits are found by their columns, so those of later migrations are copied, too. What is
    kept about alerts replaces that of ``target`` if ``source`` has any: it was written as a whole. Damage in
    ``source`` costs the rows that it hit; damage in ``target`` is raised.

    Args:
        leave_out: the tables of ``LATEST`` that are not copied.

    Raises:
        sqlite3.Error: ``target`` cannot be written. The caller ends the transaction.
    """
    numbers = _copy_series(source, target)
    copied = 0
    for table in data_tables(target):
        names = columns_of(target, table)
        place = names.index("series")
        insert = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - our names
        for row in surviving_rows(source, table, names, list(numbers)):
            number = numbers.get(row[place])
            if number is not None:
                target.execute(insert, (*row[:place], number, *row[place + 1 :]))
                copied += 1
    if "last_readings" not in leave_out:
        copied += _copy_last_readings(source, target)
    if "alert_memory" not in leave_out:
        copied += _copy_alerts(source, target)
    if has_requests(target):
        copied += add_missing(target, surviving_rows(source, "requests", columns()))
    return copied


def join_to_earlier(source: Connection, target: Connection) -> None:
    """Join the first point of each limit of ``source`` to the one before it in ``target``, if that is near.

    ``source`` began with the reading that no disk took, so it could not know what came before that. A fall
    and a promised reset between the two leave a gap: nobody has looked for a reset there.

    Args:
        target: has all rows of ``source`` already.
    """
    for *key, first in source.execute(
        "SELECT provider, account, limit_id, min(at) FROM series JOIN points ON series = id GROUP BY id"
    ).fetchall():
        target.execute(
            "UPDATE points SET joined = 1 WHERE at = ? AND series = "
            "(SELECT id FROM series WHERE provider = ? AND account = ? AND limit_id = ?) AND EXISTS ("
            "SELECT 1 FROM points AS before WHERE before.series = points.series AND before.at = "
            "(SELECT max(at) FROM points AS earlier WHERE earlier.series = points.series "
            "AND earlier.at < points.at) "
            "AND points.at - before.until BETWEEN 0 AND ? AND points.percent >= before.percent "
            "AND (before.resets_at IS NULL OR before.resets_at > points.at))",
            (first, *key, GAP_S),
        )


def find_whole(source: Connection) -> frozenset[str]:
    """Return the tables of ``LATEST`` that can be read whole."""
    return frozenset(table for table in LATEST if _is_whole(source, table))


def _is_whole(source: Connection, table: str) -> bool:
    try:
        source.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our names
    except (errors_of_sqlite(), OverflowError):
        return False
    return True


def _copy_last_readings(source: Connection, target: Connection) -> int:
    names = columns_of(target, "last_readings")
    insert = f"INSERT OR IGNORE INTO last_readings VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - ours
    try:  # eight rows at most: all of them are read, or none
        rows = source.execute(f"SELECT {', '.join(names)} FROM last_readings").fetchall()  # noqa: S608 - ours
    except (errors_of_sqlite(), OverflowError) as error:
        log.warning("the last numbers cannot be read: %s", error)
        return 0
    return sum(target.execute(insert, row).rowcount for row in rows)


def _copy_alerts(source: Connection, target: Connection) -> int:
    """Replace what is kept about alerts, if ``source`` has it, and return how many rows that were."""
    memory = list(surviving_rows(source, "alert_memory", ["id", "content"]))
    if not memory:
        return 0
    copied = 0
    clearings = max(count_clearings(source), count_clearings(target))
    target.execute("DELETE FROM alerts")
    target.execute("DELETE FROM alert_memory")
    target.executemany("INSERT OR IGNORE INTO alert_memory (id, content) VALUES (?, ?)", memory[:1])
    names = columns_of(target, "alerts")
    insert = f"INSERT OR IGNORE INTO alerts ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
    for row in surviving_rows(source, "alerts", names):
        copied += target.execute(insert, row).rowcount
    set_clearings(target, clearings)
    return copied + 1


def _copy_series(source: Connection, target: Connection) -> dict[object, int]:
    """Copy the limits, and return the number that each has in ``target``."""
    names = [name for name in columns_of(target, "series") if name != "id"]
    insert = f"INSERT OR IGNORE INTO series ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
    numbers: dict[object, int] = {}
    for number, *values in surviving_rows(source, "series", ["id", *names]):
        try:
            target.execute(insert, values)
        except _integrity_error():  # a value that was damaged
            continue
        row = target.execute(
            "SELECT id FROM series WHERE provider = ? AND account = ? AND limit_id = ?", values[:3]
        ).fetchone()
        if row is not None:
            numbers[number] = row[0]
    return numbers


def _integrity_error() -> type[Exception]:
    from sqlite3 import IntegrityError  # noqa: PLC0415 - loaded with the first connection

    return IntegrityError
