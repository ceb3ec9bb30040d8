"""A file with a line for each request: those of versions up to 0.1, and those that the database did not take.

It is taken over into the database, and removed.
"""

from __future__ import annotations

import errno
import logging
import os
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.ledger import decode_record, encode_record
from claudometer.store.requests import KEPT_FOR, KEPT_ROWS
from claudometer.system.files import make_private_folder, read_bytes, write_atomically
from claudometer.system.regular_files import open_regular
from claudometer.system.write_faults import cause_of_unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from claudometer.domain.ledger import RequestRecord

log = logging.getLogger(__name__)

FILE_NAME: Final = "requests.jsonl"
MOST_BYTES: Final = 8 * 1024 * 1024
"""Those versions cut it to 3 MiB once it had more than 4, and so do we."""

CUT_AFTER_BYTES: Final = 4 * 1024 * 1024

LOCK_TIMEOUT_S: Final = 2.0


def read_older_requests(path: Path, now: datetime) -> list[RequestRecord]:
    """Return the requests of the last 7 days in the order of the file; damaged lines are skipped.

    Empty if there is no file, as after it was taken over.

    Raises:
        OSError: the file exists and cannot be read.
    """
    try:
        lines = BytesIO(read_bytes(path, limit=MOST_BYTES))
    except FileNotFoundError:
        return []
    records = map(decode_record, lines)
    return [record for record in records if record is not None and now - record.at <= KEPT_FOR]


def with_older(records: Sequence[RequestRecord], folder: Path, now: datetime) -> list[RequestRecord]:
    """Return the requests, oldest first, and among them those of the older file that they lack.

    Args:
        folder: of the file, and of the database that ``records`` are from.

    Raises:
        ClaudometerError: ``LEDGER_UNREADABLE``: the older file exists and cannot be read.
    """
    path = folder / FILE_NAME
    try:
        older = read_older_requests(path, now)
    except OSError as error:
        facts = {"folder": os.fspath(folder), "path": os.fspath(path), **cause_of_unread(error, path)}
        raise ClaudometerError(ErrorCode.LEDGER_UNREADABLE, **facts) from None
    known = set(records)
    missing = [each for each in older if each not in known]
    return sorted([*records, *missing], key=lambda record: record.at)


def append_requests(path: Path, records: Sequence[RequestRecord]) -> None:
    """Add lines for requests that the database does not take now. Blocks.

    Raises:
        OSError: they could not be written, or another process held the lock for more than 2 s.
    """
    make_private_folder(path.parent)
    with older_requests_locked(path):
        handle = open_regular(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            lines = b"".join(map(encode_record, records))
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # a writer was killed in the middle of its line
                    lines = b"\n" + lines
            if file.write(lines) != len(lines):
                raise OSError(errno.ENOSPC, "a line was cut short", os.fspath(path))
            size = file.tell()
        if size > CUT_AFTER_BYTES:
            kept = read_older_requests(path, records[-1].at)[-KEPT_ROWS:]
            write_atomically(path, b"".join(map(encode_record, kept)))


@contextmanager
def older_requests_locked(path: Path) -> Iterator[None]:
    """Hold the lock of the programs that write the older file, so that no line of theirs is missed.

    Raises:
        OSError: another process held it for more than 2 s, or it cannot be opened.
    """
    from claudometer.system.file_locks import locked  # noqa: PLC0415 - a command that lists needs none

    with locked(path.with_suffix(".lock"), timeout_s=LOCK_TIMEOUT_S):
        yield


def remove_older_requests(path: Path) -> None:
    """Delete the file, links followed. Its lock stays: a program of that version may be waiting for it.

    Raises:
        OSError: it cannot be deleted.
    """
    Path(os.path.realpath(path)).unlink()
