"""Reads what is left of a damaged table: goes on behind every page that cannot be read.

SQLite finds a row by its key from the top of a table's tree, so only the rows on damaged pages are lost, and
those below a damaged branch. It ends a query at the first of them, however many good rows follow.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.store.connecting import errors_of_sqlite, is_damaged
from claudometer.store.queries import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from sqlite3 import Connection

log = logging.getLogger(__name__)

MOST_ROWS = 5_000_000
"""More than 20 years of points: a damaged file may lead in circles."""

MOST_GAPS = 2000
"""After how many damaged parts a table is given up. Finding the end of one takes up to about 120 queries."""

_LOWEST, _HIGHEST = -(2**62), 2**62

Row = tuple[object, ...]


def surviving_rows(
    source: Connection, table: str, columns: Sequence[str], limits: Sequence[object] = ()
) -> Iterator[Row]:
    """Yield the rows that can be read, in the order of their key.

    Args:
        table: one of ours. Its primary key is a whole number, or the number of a limit and a whole number.
        columns: their names.
        limits: the numbers of the limits, for a table whose rows belong to limits.
    """
    try:
        *belongs, place = key_of(source, table)
    except errors_of_sqlite() as error:
        log.warning("%s cannot be read: %s", table, error)
        return
    for given in [[number] for number in limits] if belongs else [[]]:
        where = " AND ".join([*(f"{name} = ?" for name in belongs), f"{place} >= ?"])
        query = f"SELECT {place}, {', '.join(columns)} FROM {table} WHERE {where} ORDER BY {place}"  # noqa: S608
        yield from _scan(source, f"{query} LIMIT {MOST_ROWS}", given)


def _scan(source: Connection, query: str, given: list[object]) -> Iterator[Row]:
    start: int | None = _LOWEST
    for _ in range(MOST_GAPS):
        last = start
        try:
            for key, *row in source.execute(query, (*given, start)):
                yield tuple(row)
                last = key
        except (errors_of_sqlite(), OverflowError) as error:
            log.warning("not all of the old history could be read: %s", error)
            if not is_damaged(error) or not isinstance(last, int):
                return
        else:
            return
        start = _next_readable(source, query, given, last)
        if start is None:
            return


def _next_readable(source: Connection, query: str, given: list[object], last: int) -> int | None:
    """Return the first key after ``last`` from which on rows can be read again, ``None`` if there is none."""
    # In steps that double, and then by halving: most keys are seconds, so a damaged page may span millions of
    # them.
    step = 1
    while not _can_read(source, query, given, last + step):
        if last + step > _HIGHEST:
            return None
        step *= 2
    damaged, good = last + step // 2, last + step
    while good - damaged > 1:
        middle = (damaged + good) // 2
        if _can_read(source, query, given, middle):
            good = middle
        else:
            damaged = middle
    return good


def _can_read(source: Connection, query: str, given: list[object], start: int) -> bool:
    try:
        source.execute(query, (*given, start)).fetchone()
    except (errors_of_sqlite(), OverflowError):
        return False
    return True
