"""A database in memory, for what no disk took and for the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.store.connecting import make_connection
from claudometer.store.schema import migrate

if TYPE_CHECKING:
    from sqlite3 import Connection


def connect_memory() -> Connection:
    """Return an empty database in memory."""
    import sqlite3  # noqa: PLC0415 - loaded on first use, as in `connecting`

    class InMemory(sqlite3.Connection):
        """Lasts until the program ends. A warning about one that is not closed names the class."""

    connection = make_connection(":memory:", factory=InMemory)
    migrate(connection)
    return connection
