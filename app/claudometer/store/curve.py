"""The points that a graph needs: as many as it can show, with every gap and every reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.store.queries import number_of, read_points
from claudometer.store.values import POINT, stamp, to_point

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from claudometer.domain.history import LimitKey, Point

MOST = 800
"""More than a graph has columns of pixels in our window. Each costs some microseconds."""

_KEYS = """
    WITH RECURSIVE
    ends (until_at) AS (SELECT :since UNION ALL SELECT until_at + :step FROM ends WHERE until_at < :until),
    marks (at) AS (
        SELECT at FROM points WHERE series = :series AND NOT joined AND at BETWEEN :since AND :until
        UNION SELECT seen_after FROM resets WHERE series = :series AND seen_after BETWEEN :since AND :until
    ),
    kept (at) AS (
        SELECT (SELECT max(at) FROM points
                WHERE series = :series AND at > until_at - :step AND at <= min(until_at, :until)) FROM ends
        UNION SELECT at FROM marks
        UNION SELECT (SELECT max(points.at) FROM points WHERE series = :series AND points.at < marks.at)
              FROM marks
    )
"""


def read_curve(
    connection: Connection, key: LimitKey, since: datetime, until: datetime, *, most: int = MOST
) -> list[Point]:
    """Return points of a limit between two times, oldest first: all of them, or a selection.

    A selection has the last point of each of ``most`` parts of equal length, and both points around each gap
    and each reset, so that ``joined`` means the same as in all points. The index finds it, however many there
    are.
    """
    number = number_of(connection, key)
    if number is None:
        return []
    asked = {"series": number, "since": stamp(since), "until": stamp(until)}
    # With fewer than twice as many, a selection would save little.
    few = "SELECT count(*) FROM (SELECT 1 FROM points WHERE series = :series AND at >= :since LIMIT :most)"
    if connection.execute(few, asked | {"most": 2 * most}).fetchone()[0] < 2 * most:
        return read_points(connection, key, since, until)
    step = max(1, (asked["until"] - asked["since"]) // most)
    rows = connection.execute(
        f"{_KEYS} SELECT {POINT} FROM points WHERE series = :series AND at IN (SELECT at FROM kept) "  # noqa: S608
        "AND until >= :since ORDER BY at",
        asked | {"step": step},
    )
    return [each for each in map(to_point, rows) if each is not None]
