"""The request ledger on disk: a line of JSON for each request of 7 days, written by several processes.

``claudometer requests`` reads it by this module, so the writing functions import what only they need.
"""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.ledger import decode_record, encode_record
from claudometer.system.files import make_private_folder, read_bytes, write_atomically
from claudometer.system.regular_files import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from claudometer.domain.ledger import RequestRecord

FILE_NAME = "requests.jsonl"
KEPT_FOR = timedelta(days=7)
REWRITE_AFTER = KEPT_FOR + timedelta(days=1)
"""The age of the first line at which the file is rewritten: about once a day, and not at each request."""

MAX_BYTES = 4 * 1024 * 1024
KEPT_BYTES = 3 * 1024 * 1024
"""About 15,000 requests. A file that has reached ``MAX_BYTES`` is cut to this many of its newest bytes."""

LONGEST_LINE = 4096
LOCK_TIMEOUT_S = 2.0
"""Shorter than for the state: the request's result waits meanwhile, and a missing line does little harm."""


class RequestFile:
    """The ledger. Its methods block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, now: datetime) -> list[RequestRecord]:
        """Return the requests of the last 7 days in the order of the file; damaged lines are skipped.

        Raises:
            OSError: the file exists and cannot be read.
        """
        return list(self._kept(now))

    def _kept(self, now: datetime) -> Iterator[RequestRecord]:
        try:
            lines = BytesIO(read_bytes(self._path, limit=2 * MAX_BYTES))
        except FileNotFoundError:
            return
        for line in lines:
            record = decode_record(line)
            if record is not None and now - record.at <= KEPT_FOR:
                yield record

    def append(self, record: RequestRecord) -> None:
        """Add a request, and drop those that are too old or too many.

        Raises:
            OSError: it could not be written. Also when another process held the lock for more than 2 s.
        """
        from claudometer.system.file_locks import locked  # noqa: PLC0415 - only writing needs it

        make_private_folder(self._path.parent)
        with locked(self._path.with_suffix(".lock"), timeout_s=LOCK_TIMEOUT_S):
            if self._append_line(encode_record(record), record.at):
                self._rewrite(record.at)

    def _append_line(self, line: bytes, now: datetime) -> bool:
        """Write the line with a single call, and return whether the file should be rewritten."""
        # Appended, never rewritten in place: a writer that is killed damages only its own line.
        handle = open_regular(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            first = file.readline(LONGEST_LINE)
            size = file.seek(0, os.SEEK_END)
            if size and not _ends_a_line(file.fileno(), size):
                line = b"\n" + line  # the last writer was killed in the middle of its line
            if file.write(line) != len(line):
                raise OSError(errno.ENOSPC, "a line was cut short", str(self._path))
        oldest = decode_record(first) if first else None
        # The first line is the oldest, so no other has to be read.
        grown_old = bool(first) and (oldest is None or now - oldest.at > REWRITE_AFTER)
        return grown_old or size + len(line) > MAX_BYTES

    def _rewrite(self, now: datetime) -> None:
        # Never all records at once: those of a week would leave 0.7 MB more in the tray.
        lines = [encode_record(record) for record in self._kept(now)]
        size = sum(map(len, lines))
        start = 0
        while size > KEPT_BYTES:
            size -= len(lines[start])
            start += 1
        write_atomically(self._path, b"".join(lines[start:]))


def read_requests(folder: Path, now: datetime) -> list[RequestRecord]:
    """Return the requests of the last 7 days from the ledger in ``folder``, oldest first. Blocks.

    Raises:
        ClaudometerError: ``LEDGER_UNREADABLE``.
    """
    path = folder / FILE_NAME
    try:
        records = RequestFile(path).read(now)
    except OSError as error:
        from claudometer.system.write_faults import cause_of_unread  # noqa: PLC0415 - only this fault needs it

        facts = {"folder": str(folder), "path": str(path), **cause_of_unread(error, path)}
        raise ClaudometerError(ErrorCode.LEDGER_UNREADABLE, **facts) from None
    return sorted(records, key=lambda record: record.at)


def _ends_a_line(handle: int, size: int) -> bool:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1) == b"\n"
