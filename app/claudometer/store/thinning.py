"""Thins old points: after 90 days to one an hour, and after two years to none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

FINE_FOR = timedelta(days=90)  # the longest span of the graph
KEPT_FOR = timedelta(days=2 * 365)  # what `claudometer history --days` reaches back
HOUR_S = 3600
ROWS_AT_ONCE = 4000
"""So that a poll after a long absence costs little more than any other; the rest follows at the next ones."""

_Row = tuple[int, int, float, int | None, str, int]


def thin(connection: Connection, now: datetime) -> None:
    """Thin what has grown old since the last call, up to ``ROWS_AT_ONCE`` of each limit.

    The caller has begun a transaction.
    """
    fine_from = int((now - FINE_FOR).timestamp()) // HOUR_S * HOUR_S
    kept_from = int((now - KEPT_FOR).timestamp())
    for number, reached in connection.execute("SELECT id, thinned_to FROM series").fetchall():
        thinned_to = reached if isinstance(reached, int) else 0  # a damaged one: begin again
        connection.execute(
            "DELETE FROM points WHERE series = ? AND at < ? AND until < ?", (number, kept_from, kept_from)
        )
        connection.execute("DELETE FROM resets WHERE series = ? AND seen_after < ?", (number, kept_from))
        connection.execute("DELETE FROM forecasts WHERE series = ? AND said_at < ?", (number, kept_from))
        if thinned_to < fine_from:
            until = _thin_limit(connection, number, thinned_to, fine_from)
            connection.execute("UPDATE series SET thinned_to = ? WHERE id = ?", (until, number))


def _thin_limit(connection: Connection, number: int, start: int, end: int) -> int:
    """Thin the points of a limit from ``start`` to ``end``, and return up to where that was done."""
    # A damaged percent cannot be compared, and a damaged end must not become that of a good point.
    rows: list[_Row] = connection.execute(
        "SELECT at, until, percent, resets_at, source, joined FROM points "
        "WHERE series = ? AND at >= ? AND at < ? "
        "AND typeof(until) = 'integer' AND typeof(percent) IN ('integer', 'real') ORDER BY at LIMIT ?",
        (number, start, end, ROWS_AT_ONCE),
    ).fetchall()
    if len(rows) == ROWS_AT_ONCE:
        # The last hour may go on in the next part. No hour fills a part: its points differ by whole seconds.
        end = rows[-1][0] // HOUR_S * HOUR_S
        rows = [row for row in rows if row[0] < end]
    for group in _groups(rows):
        if len(group) > 1:
            first, last = group[0], group[-1]
            connection.execute(
                "DELETE FROM points WHERE series = ? AND at > ? AND at <= ?", (number, first[0], last[0])
            )
            connection.execute(
                "UPDATE points SET until = ?, percent = ?, resets_at = ?, source = ? "
                "WHERE series = ? AND at = ?",
                (*last[1:5], number, first[0]),
            )
    return end


def _groups(rows: list[_Row]) -> list[list[_Row]]:
    """Return the points that become one: of the same hour, without a gap or a fall in between."""
    groups: list[list[_Row]] = []
    for row in rows:
        last = groups[-1][-1] if groups else None
        is_same_hour = last is not None and groups[-1][0][0] // HOUR_S == row[0] // HOUR_S
        # A fall is a reset: the peak before it stays.
        if last is not None and is_same_hour and row[5] and row[2] >= last[2]:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups
