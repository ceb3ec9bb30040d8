"""Reads and writes the tables of alerts: all that is kept is replaced at once, in one transaction."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.domain.alerts.codec import (
    memory_from_json,
    memory_to_json,
    silence_from_json,
    silence_to_json,
)
from claudometer.domain.alerts.record import MOST_RECORDS, AlertRecord, Kept
from claudometer.domain.alerts.silence import Fate
from claudometer.store.values import stamp, time_of

if TYPE_CHECKING:
    from sqlite3 import Connection

    from claudometer.store.history import History

_COLUMNS = "at, kind, account, subject, threshold, window_end, title, body, fate, taken"


class KeptAlerts:
    """What is kept about alerts, in the database of the history. Its methods block."""

    def __init__(self, history: History) -> None:
        self._history = history

    def read(self) -> Kept:
        """Return what is kept: what only memory has is newer than what the disk has.

        Raises:
            OSError: there is a file, and it cannot be read. Who took that for empty would replace it.
        """
        found = self._history.read(lambda connection: [read_alerts(connection)], surely=True)
        return next((each for each in reversed(found) if each is not None), Kept())

    def write(self, kept: Kept) -> bool:
        """Replace what is kept, and return whether the disk has it."""
        return self._history.change(lambda connection: write_alerts(connection, kept))


def read_alerts(connection: Connection) -> Kept | None:
    """Return what is kept, without what cannot be read: another version may have written it.

    ``None`` if nothing was ever written.
    """
    # A command reads the file of an earlier version as it is.
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alert_memory'").fetchone():
        return None
    row = connection.execute("SELECT content FROM alert_memory").fetchone()
    if row is None:
        return None
    content = None
    with suppress(ValueError, RecursionError, TypeError):
        content = json.loads(row[0])
    members = content if isinstance(content, dict) else {}
    records = []
    for each in connection.execute(f"SELECT {_COLUMNS} FROM alerts ORDER BY id"):  # noqa: S608 - our names
        with suppress(TypeError, ValueError, OverflowError):
            records.append(_record_of(each))
    return Kept(
        memory_from_json(members.get("memory")), silence_from_json(members.get("silence")), tuple(records)
    )


def write_alerts(connection: Connection, kept: Kept) -> None:
    """Replace what is kept. The caller ends the transaction."""
    content = {"memory": memory_to_json(kept.memory), "silence": silence_to_json(kept.silence)}
    connection.execute(
        "INSERT OR REPLACE INTO alert_memory (id, content) VALUES (1, ?)",
        (json.dumps(content, separators=(",", ":")),),
    )
    connection.execute("DELETE FROM alerts")
    connection.executemany(
        f"INSERT INTO alerts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our names
        [_row_of(each) for each in kept.records[-MOST_RECORDS:]],
    )


def _row_of(record: AlertRecord) -> tuple[object, ...]:
    return (
        stamp(record.at),
        record.kind,
        record.account,
        record.subject,
        record.threshold,
        None if record.window_end is None else stamp(record.window_end),
        record.title,
        record.body,
        record.fate.value,
        record.taken,
    )


def _record_of(row: tuple[object, ...]) -> AlertRecord:
    at, kind, account, subject, threshold, window_end, title, body, fate, taken = row
    return AlertRecord(
        at=time_of(_whole(at)),
        kind=str(kind),
        account=str(account),
        subject=str(subject),
        threshold=None if threshold is None else _whole(threshold),
        window_end=None if window_end is None else time_of(_whole(window_end)),
        title=str(title),
        body=str(body),
        fate=Fate(str(fate)),
        taken=None if taken is None else bool(taken),
    )


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("not a whole number")
    return value
