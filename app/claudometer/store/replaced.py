"""When somebody moves, deletes or replaces the database while it is open: loses nothing that may be kept."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.store.connecting import errors_of_sqlite, in_transaction
from claudometer.store.queries import columns_of, data_tables

if TYPE_CHECKING:
    from sqlite3 import Connection

    Row = tuple[object, ...]

log = logging.getLogger(__name__)

_OF_THE_HISTORY = frozenset({"series", "alerts"})
"""Besides the tables whose rows belong to a limit. Who deletes the file, deletes these."""

_OF_THE_STATE = frozenset({"budgets", "last_readings", "state"})
"""Carried over by ``StoredState``, which knows how two budgets become one."""


def write_out(connection: Connection) -> None:
    """Write the log of a database into its file, which has another name by now, or none.

    SQLite does so at the end only for a file that is where it was. In a new file's place, the log would be
    applied to that one.
    """
    with suppress(errors_of_sqlite()):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def leave(old: Connection) -> dict[str, list[Row]]:
    """Write out a database whose file is gone, and return what of it is no history, by table.

    As when the history is cleared, that is what is remembered so that no alert comes twice. The caller closes
    the database before it opens another one of the same name: both would use the same files beside it.
    """
    kept: dict[str, list[Row]] = {}
    with suppress(errors_of_sqlite()):
        history = _OF_THE_HISTORY.union(_OF_THE_STATE, data_tables(old))
        tables = old.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table not in history and not table.startswith("sqlite_"):
                kept[table] = old.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our names
    write_out(old)
    return kept


def carry_over(kept: dict[str, list[Row]], new: Connection) -> None:
    """Write what :func:`leave` returned into the database that is in the old one's place."""

    def write(target: Connection) -> None:
        for table, rows in kept.items():
            marks = ", ".join("?" * len(columns_of(target, table)))
            target.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)  # noqa: S608 - as above

    try:
        in_transaction(new, write)
    except errors_of_sqlite() as error:
        log.warning("nothing of the old database was taken over: %s", error)
