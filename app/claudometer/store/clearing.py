"""Deletes past alerts, and counts how often that was done: a running app must not write the old ones back.

What is remembered of them stays, so that no alert comes twice. The count is in the same JSON object.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection

MEMBER = "cleared"


def count_clearings(connection: Connection) -> int:
    """Return how often past alerts were deleted, 0 also if nothing was ever kept."""
    found = _content(connection).get(MEMBER)
    return found if isinstance(found, int) else 0


def set_clearings(connection: Connection, count: int) -> None:
    """Write how often past alerts were deleted, if anything is kept about alerts."""
    content = _content(connection)
    if content:
        text = json.dumps({**content, MEMBER: count}, separators=(",", ":"))
        connection.execute("UPDATE alert_memory SET content = ?", (text,))


def clear_alerts(connection: Connection) -> None:
    """Delete past alerts. The caller ends the transaction."""
    connection.execute("DELETE FROM alerts")
    set_clearings(connection, count_clearings(connection) + 1)


def _content(connection: Connection) -> dict[str, object]:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alert_memory'").fetchone():
        return {}  # an earlier version's
    row = connection.execute("SELECT content FROM alert_memory").fetchone()
    content = None
    with suppress(ValueError, RecursionError, TypeError):
        content = json.loads(row[0]) if row is not None else None
    return content if isinstance(content, dict) else {}
