"""Reads and writes the tables of alerts: all that is kept is replaced at once, in one transaction."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.alerts.codec import (
    memory_from_json,
    memory_to_json,
    silence_from_json,
    silence_to_json,
)
from claudometer.domain.alerts.past_alerts import MOST_RECORDS, AlertRecord, Kept
from claudometer.domain.alerts.silence import Fate
from claudometer.store.clearing import MEMBER, count_clearings
from claudometer.store.values import stamp, stamp_or_none, time_of, whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from sqlite3 import Connection

    from claudometer.store.history import History

    _Key = tuple[datetime, str, str, str]

_COLUMNS = "at, kind, account, subject, threshold, window_end, title, body, fate, taken"


class KeptAlerts:
    """What is kept about alerts, in the database of the history. Its methods block.

    Another program may clear the past alerts meanwhile. Those are not written again.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._clearings: int | None = None
        self._known: set[_Key] = set()
        self._cleared: set[_Key] = set()

    def read(self) -> Kept:
        """Return what is kept: what only memory has is newer than what the disk has.

        Raises:
            OSError: there is a file, and it cannot be read. Taken for empty, it would be replaced.
        """

        def read(connection: Connection) -> list[Kept | None]:
            self._follow(connection)
            return [read_alerts(connection)]

        found = self._history.read(read, required=True)
        kept = next((each for each in reversed(found) if each is not None), Kept())
        self._known |= {_key_of(each) for each in kept.records}
        return kept

    def write(self, kept: Kept) -> bool:
        """Replace what is kept, and return whether the disk has it."""

        def write(connection: Connection) -> None:
            self._follow(connection)
            left = replace(kept, records=self.left(kept.records))
            write_alerts(connection, left, clearings=self._clearings or 0)

        is_kept = self._history.change(write)
        self._known |= {_key_of(each) for each in kept.records}
        return is_kept

    def left(self, records: Iterable[AlertRecord]) -> tuple[AlertRecord, ...]:
        """Return the records without those that were cleared before the last read or write."""
        return tuple(each for each in records if _key_of(each) not in self._cleared)

    def _follow(self, connection: Connection) -> None:
        """Note what was cleared since the last call."""
        count = count_clearings(connection)
        if self._clearings is not None and count > self._clearings:
            self._cleared |= self._known
        # The database in memory may not know of a clearing on the disk.
        self._clearings = max(count, self._clearings or 0)


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


def write_alerts(connection: Connection, kept: Kept, *, clearings: int = 0) -> None:
    """Replace what is kept. The caller ends the transaction.

    Args:
        clearings: how often past alerts were deleted, as far as the caller knows.
    """
    content = {
        "memory": memory_to_json(kept.memory),
        "silence": silence_to_json(kept.silence),
        MEMBER: max(clearings, count_clearings(connection)),
    }
    connection.execute(
        "INSERT OR REPLACE INTO alert_memory (id, content) VALUES (1, ?)",
        (json.dumps(content, separators=(",", ":")),),
    )
    connection.execute("DELETE FROM alerts")
    connection.executemany(
        f"INSERT INTO alerts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our names
        [_row_of(each) for each in kept.records[-MOST_RECORDS:]],
    )


def _key_of(record: AlertRecord) -> _Key:
    # Not the whole record: what became of it may change.
    return record.at, record.kind, record.subject, record.title


def _row_of(record: AlertRecord) -> tuple[object, ...]:
    return (
        stamp(record.at),
        record.kind,
        record.account,
        record.subject,
        record.threshold,
        stamp_or_none(record.window_end),
        record.title,
        record.body,
        record.fate.value,
        record.taken,
    )


def _record_of(row: tuple[object, ...]) -> AlertRecord:
    at, kind, account, subject, threshold, window_end, title, body, fate, taken = row
    return AlertRecord(
        at=time_of(whole(at)),
        kind=str(kind),
        account=str(account),
        subject=str(subject),
        threshold=None if threshold is None else whole(threshold),
        window_end=None if window_end is None else time_of(whole(window_end)),
        title=str(title),
        body=str(body),
        fate=Fate(str(fate)),
        taken=None if taken is None else bool(taken),
    )
