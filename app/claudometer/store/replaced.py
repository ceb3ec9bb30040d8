"""Rescues what is not history when somebody moves, deletes or replaces the database while it is open."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from claudometer.domain.older_state import MOVED, take_over
from claudometer.store.connecting import errors_of_sqlite
from claudometer.store.queries import columns_of, data_tables
from claudometer.store.requests import TABLE as REQUESTS
from claudometer.store.requests import add_missing, read_rows_of_requests
from claudometer.store.state_rows import OLDER, STATE_TABLES, read_rows, to_rows, to_state, write_rows
from claudometer.store.transactions import in_transaction

if TYPE_CHECKING:
    from sqlite3 import Connection

    from claudometer.domain.json_object import JsonObject

    Row = tuple[object, ...]

log = logging.getLogger(__name__)

_OF_THE_HISTORY = frozenset({"series", "alerts"})
"""And the tables whose rows belong to a limit. A user who deletes the file deletes these."""


@dataclass(frozen=True, slots=True)
class Rescued:
    """What was in a database whose file is gone, except the history.

    Attributes:
        state: budgets and last readings, empty if they could not be read.
        requests: the rows of the requests that were sent.
        tables: the rows of all other tables, by table.
    """

    state: JsonObject = field(default_factory=dict)
    requests: list[Row] = field(default_factory=list)
    tables: dict[str, list[Row]] = field(default_factory=dict)


def write_out(connection: Connection) -> None:
    """Write the log of a database into its file, which has another name by now, or none.

    SQLite does so at the end only for a file that is where it was. In a new file's place, the log would be
    applied to that one.
    """
    with suppress(errors_of_sqlite()):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def rescue(old: Connection) -> Rescued:
    """Write out a database whose file is gone, and return everything in it except the history.

    That is what stays when the history is cleared: the state, and what keeps alerts from coming twice.
    The caller closes the database before it opens another one of the same name: both would use the same files
    beside it.
    """
    rescued = Rescued()
    with suppress(errors_of_sqlite()):
        rescued.state.update(to_state(read_rows(old)))
        rescued.state.pop(OLDER, None)  # of the file that is gone
        others = _OF_THE_HISTORY.union(STATE_TABLES, {REQUESTS}, data_tables(old))
        tables = old.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table not in others and not table.startswith("sqlite_"):
                rescued.tables[table] = old.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our names
        rescued.requests.extend(read_rows_of_requests(old))
    write_out(old)
    return rescued


def carry_over(rescued: Rescued, new: Connection) -> None:
    """Write what :func:`rescue` returned into the database that is in the old one's place."""

    def write(target: Connection) -> None:
        _carry_over_state(rescued.state, target)
        add_missing(target, rescued.requests)  # a backup has the earlier ones, under numbers of its own
        for table, rows in rescued.tables.items():
            marks = ", ".join("?" * len(columns_of(target, table)))
            target.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)  # noqa: S608 - as above

    try:
        in_transaction(new, write)
    except errors_of_sqlite() as error:
        log.warning("nothing of the old database was taken over: %s", error)


def _carry_over_state(rescued: JsonObject, new: Connection) -> None:
    """Count what was sent before the file was replaced, and keep the numbers that a new file lacks."""
    before = read_rows(new)
    state = to_state(before)
    # If another program has filled the new file already, its numbers count, and of ours only what was sent.
    take_over(state, rescued | {MOVED: True} if before else rescued, is_first=not before)
    write_rows(new, before, to_rows(state))
