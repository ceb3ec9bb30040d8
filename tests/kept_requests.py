"""Reads and writes what the program keeps about the requests that were sent, as the program does."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from claudometer.domain.ledger import record_to_wire
from claudometer.store.connecting import FILE_NAME, connect, connect_reading
from claudometer.store.requests import read_requests, write_requests
from claudometer.store.transactions import in_transaction

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection

    from claudometer.domain.ledger import RequestRecord


def kept_requests(folder: Path, now: datetime) -> list[RequestRecord]:
    """Return the requests of the 7 days before ``now`` that are kept in a state folder, oldest first."""
    with closing(connect_reading(folder / FILE_NAME)) as connection:
        return read_requests(connection, now)


def kept_wires(folder: Path, now: datetime) -> list[dict[str, str | float | None]]:
    """Return the same, each as ``requests --json`` prints it."""
    return [record_to_wire(each) for each in kept_requests(folder, now)]


def keep_requests(folder: Path, *records: RequestRecord, alone: bool = False) -> None:
    """Keep these requests in a state folder, as if they had been sent.

    Args:
        alone: forget all others.
    """

    def write(connection: Connection) -> None:
        if alone:
            connection.execute("DELETE FROM requests")
        write_requests(connection, records)

    with closing(connect(folder / FILE_NAME)) as connection:
        in_transaction(connection, write)
