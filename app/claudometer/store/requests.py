"""Writes and reads the requests that were sent, each a row, for 7 days. The caller began a transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import record_at, record_to_wire
from claudometer.domain.snapshot import Problem
from claudometer.store.values import YEAR_3000

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection

    from claudometer.domain.ledger import RequestRecord

TABLE: Final = "requests"
KEPT_FOR: Final = timedelta(days=7)
THIN_AFTER: Final = KEPT_FOR + timedelta(days=1)
"""The age of the oldest row at which old ones are deleted: about once a day, and not at each request."""

MOST_ROWS: Final = 20_000
KEPT_ROWS: Final = 15_000
"""Of a table with more than ``MOST_ROWS``, only this many of the latest rows are kept."""

_COLUMNS: Final = (
    "at",
    "host",
    "path",
    "outcome",
    "http_status",
    "duration_s",
    "reason",
    "retry_after_s",
    "via",
    "account",
)
_NAMES: Final = ", ".join(_COLUMNS)
_PLACES: Final = ", ".join(f"?{number}" for number in range(1, len(_COLUMNS) + 1))
_SAME: Final = " AND ".join(f"{name} IS ?{number}" for number, name in enumerate(_COLUMNS, start=1))
_INSERT_MISSING: Final = (
    f"INSERT OR IGNORE INTO {TABLE} ({_NAMES}) SELECT {_PLACES} "  # noqa: S608 - our names
    f"WHERE NOT EXISTS (SELECT 1 FROM {TABLE} WHERE id <= ?{len(_COLUMNS) + 1} AND {_SAME})"
)

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

Row = tuple[object, ...]


def write_requests(connection: Connection, records: Iterable[RequestRecord]) -> None:
    """Add requests, and delete those that are too old or too many."""
    for record in records:
        connection.execute(
            f"INSERT INTO {TABLE} ({_NAMES}) VALUES ({_PLACES})",  # noqa: S608 - our names
            to_row(record),
        )
        _thin(connection, record.at)


def add_missing(connection: Connection, rows: Iterable[Row]) -> int:
    """Add the rows that the table did not have before this call, and return how many that were.

    A row that occurs twice among ``rows`` is added twice.
    """
    last = connection.execute(f"SELECT max(id) FROM {TABLE}").fetchone()[0]  # noqa: S608 - our name
    return sum(connection.execute(_INSERT_MISSING, (*row, last or 0)).rowcount for row in rows)


def read_requests(connection: Connection, now: datetime) -> list[RequestRecord]:
    """Return the requests of the last 7 days, oldest first, without damaged rows."""
    # A command reads the file of an earlier version as it is.
    if not has_requests(connection):
        return []
    rows = connection.execute(
        f"SELECT {_NAMES} FROM {TABLE} WHERE at >= ? ORDER BY at, id",  # noqa: S608 - our names
        (_whole_ms(now - KEPT_FOR),),
    )
    return [record for record in map(_to_record, rows) if record is not None]


def read_rows_of_requests(connection: Connection) -> list[Row]:
    """Return all rows as they are, in the order in which they were written."""
    return connection.execute(f"SELECT {_NAMES} FROM {TABLE} ORDER BY id").fetchall()  # noqa: S608 - our names


def has_requests(connection: Connection) -> bool:
    """Return whether the database has the table: those of earlier versions have not."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(query, (TABLE,)).fetchone() is not None


def columns() -> Sequence[str]:
    """Return the columns of a row, in the order of :func:`to_row`. The number of the row is none of them."""
    return _COLUMNS


def to_row(record: RequestRecord) -> Row:
    """Return a request as the table has it; its time is in milliseconds since 1970."""
    wire: dict[str, object] = {**record_to_wire(record), "account": record.account}
    wire["at"] = _whole_ms(record.at)
    return tuple(_storable(wire[name]) for name in _COLUMNS)


def unread(problem: Problem) -> Problem:
    """Return what to say of the list of requests if the database cannot be read for this problem."""
    if problem.code is not ErrorCode.HISTORY_UNREADABLE:
        return problem
    facts = dict(problem.facts)
    if "reason" in facts:
        facts["reason"] = f"history.{facts['reason']}"
    return Problem(ErrorCode.LEDGER_UNREADABLE, facts=tuple(facts.items()))


def _to_record(row: Row) -> RequestRecord | None:
    wire = dict(zip(_COLUMNS, row, strict=True))
    at = wire["at"]
    if not isinstance(at, int) or not 0 <= at <= YEAR_3000 * 1000:
        return None
    try:
        return record_at(_BEGINNING + at * _MILLISECOND, wire)
    except (ValueError, TypeError, OverflowError):  # a flipped bit in one row must not cost the others
        return None


def _thin(connection: Connection, now: datetime) -> None:
    oldest = connection.execute(f"SELECT min(at) FROM {TABLE}").fetchone()[0]  # noqa: S608 - our name
    if not isinstance(oldest, int) or oldest < _whole_ms(now - THIN_AFTER):
        connection.execute(f"DELETE FROM {TABLE} WHERE at < ?", (_whole_ms(now - KEPT_FOR),))  # noqa: S608
    first, last = connection.execute(
        f"SELECT (SELECT min(id) FROM {TABLE}), (SELECT max(id) FROM {TABLE})"  # noqa: S608 - our name
    ).fetchone()
    # By the order in which they were written: by time, one clock that ran ahead would cost all others.
    if last - first >= MOST_ROWS:
        connection.execute(f"DELETE FROM {TABLE} WHERE id <= ?", (last - KEPT_ROWS,))  # noqa: S608 - our name


def _whole_ms(at: datetime) -> int:
    return (at - _BEGINNING) // _MILLISECOND


def _storable(value: object) -> object:
    # SQLite takes no half of a surrogate pair, which a variable that names a server may have.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
