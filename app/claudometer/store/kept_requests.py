"""Keeps requests that were sent, in the database of the history; takes over the file of older versions."""

from __future__ import annotations

import errno
import logging
import threading
from collections import deque
from contextlib import closing
from typing import TYPE_CHECKING

from claudometer.store.connecting import connect
from claudometer.store.disk import Disk
from claudometer.store.older_requests import (
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


class KeptRequests:
    """The requests of a user. Safe to use from several threads.

    Args:
        history: while the disk fails, it keeps them in memory, and moves them to the disk later.
        older: the file of versions up to 0.1.
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

        Raises:
            OSError: the disk does not take it now. It is in memory.
        """
        with self._writing:
            records = list(self._waiting)
            if not records:
                return
            self._take_over(records[-1])
            is_on_disk = self._history.change(lambda connection: write_requests(connection, records))
            for record in records:
                if self._waiting and self._waiting[0] is record:
                    self._waiting.popleft()
        if not is_on_disk:
            raise OSError(errno.EIO, "the database cannot be used", str(self._older.parent))

    def _take_over(self, present: RequestRecord) -> None:
        """Take over what an older version has written, if it has. A failure costs nothing: the file stays."""
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
            log.log(level, "the requests of an older version stay in their file: %s", error)
            self._is_refused = True
        else:
            log.info("the requests of an older version were taken over")


def write_alone(path: Path, record: RequestRecord) -> bool:
    """Write a request into the database at ``path``, and return whether that worked. Blocks.

    For a check of this computer: unlike a program that keeps the history, it sets no damaged file aside.
    """
    try:
        errors = Disk.errors()
    except ImportError:
        return False
    try:
        with closing(connect(path)) as connection:
            in_transaction(connection, lambda each: write_requests(each, [record]))
    except errors:
        return False
    return True
