"""Keeps requests that were sent: in the database of the history, or in a file that it takes over later."""

from __future__ import annotations

import logging
import threading
from collections import deque
from contextlib import closing
from typing import TYPE_CHECKING

from claudometer.store.connecting import connect
from claudometer.store.disk import Disk
from claudometer.store.older_requests import (
    FILE_NAME,
    append_requests,
    older_requests_locked,
    read_older_requests,
    remove_older_requests,
)
from claudometer.store.requests import add_missing, to_row, write_requests
from claudometer.store.transactions import in_transaction
from claudometer.system.files import mark_of

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection

    from claudometer.domain.ledger import RequestRecord
    from claudometer.store.history import History
    from claudometer.system.files import Mark

log = logging.getLogger(__name__)

MOST_WAITING = 1000
"""How many requests wait for a disk that does not respond, as readings do."""

ALONE_BUSY_MS = 1000
"""How long a check waits for another program: it gives up a disk that has not answered after 2 s."""


class KeptRequests:
    """The requests of a user. Safe to use from several threads.

    Args:
        history: while the disk fails, it keeps them in memory, and moves them to the disk later.
        older: the file of versions up to 0.1, and of what the database did not take.
    """

    def __init__(self, history: History, older: Path) -> None:
        self._history = history
        self._older = older
        self._waiting: deque[RequestRecord] = deque(maxlen=MOST_WAITING)
        self._writing = threading.Lock()
        self._taken_over: Mark | None = None
        self._is_refused = False

    def add(self, record: RequestRecord) -> None:
        """Note a request for the next :meth:`write`. Does not block."""
        self._waiting.append(record)

    def write(self) -> None:
        """Write what was added, in one transaction. Blocks.

        What the database does not take is in memory and in the file, which outlasts the program: one that
        runs for a moment would lose it, and ``claudometer requests`` could not list it.

        Raises:
            OSError: the disk takes neither. It is in memory alone.
        """
        with self._writing:
            records = list(self._waiting)
            if not records:
                return
            is_on_disk = self._history.change(lambda connection: write_requests(connection, records))
            for record in records:
                if self._waiting and self._waiting[0] is record:
                    self._waiting.popleft()
            if is_on_disk:
                self._take_over(records[-1])
            else:
                append_requests(self._older, records)

    def _take_over(self, present: RequestRecord) -> None:
        """Take over what is in the file, if anything. A failure costs nothing: the file stays."""
        mark = mark_of(self._older)
        if mark is None or mark == self._taken_over:
            return
        try:
            with older_requests_locked(self._older):
                mark = mark_of(self._older)
                rows = [to_row(each) for each in read_older_requests(self._older, present.at)]

                def take_over(connection: Connection) -> None:
                    # A program that was killed before it could remove the file has added them already.
                    add_missing(connection, rows)

                if not self._history.change(take_over, only_on_disk=True):
                    return
                # If it cannot be removed, the rows are not looked up again for each request.
                self._taken_over = mark
                remove_older_requests(self._older)
        except OSError as error:
            level = logging.DEBUG if self._is_refused else logging.WARNING
            log.log(level, "the requests in %s stay there: %s", self._older.name, error)
            self._is_refused = True
        else:
            log.info("the requests in %s were taken over", self._older.name)


def write_alone(path: Path, record: RequestRecord) -> None:
    """Write a request into the database at ``path``, or else into the file beside it. Blocks.

    For a check of this computer: unlike a program that keeps the history, it sets no damaged file aside.

    Raises:
        OSError: the disk takes neither.
    """
    try:
        errors = Disk.errors()
    except ImportError:
        append_requests(path.with_name(FILE_NAME), [record])
        return
    try:
        with closing(connect(path, busy_ms=ALONE_BUSY_MS)) as connection:
            in_transaction(connection, lambda each: write_requests(each, [record]))
    except errors:
        append_requests(path.with_name(FILE_NAME), [record])
