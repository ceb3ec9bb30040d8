"""The log file: private, rotated, and written by its own thread, so that a dead drive stalls no other."""

from __future__ import annotations

import logging
import os
import queue
import threading
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

from claudometer.system.files import make_private_folder
from claudometer.system.regular_files import open_regular

if TYPE_CHECKING:
    from pathlib import Path

FILE_BYTES = 1_000_000
OLD_FILES = 2
"""Older files that are kept: with them, the log takes 3 MB at most."""

PATIENCE_S = 1.0
"""How long a caller waits until its line is written, so that it survives a crash. On a drive that hangs, only
one caller waits: none does again until all lines are written."""

MOST_WAITING = 1000
"""How many lines are kept in memory for a drive that hangs; further lines are lost."""


class RotatingFile:
    """A file of limited size, and the two before it. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        """Open the file, and create its folder.

        Raises:
            OSError: it cannot be written, or is not a regular file.
        """
        self._path = path
        self._handle = -1
        self._reopen()

    def write(self, line: bytes) -> None:
        """Append a line, to a new file if this one would become too large. Raises ``OSError``."""
        if not self._is_in_place():
            self._reopen()
        if os.fstat(self._handle).st_size + len(line) > FILE_BYTES:
            self._rotate()
        os.write(self._handle, line)

    def close(self) -> None:
        """Close the file."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def _is_in_place(self) -> bool:
        """Return whether the path is still that of our open file: another process may have rotated it."""
        if self._handle < 0:
            return False
        try:
            return os.path.samestat(os.fstat(self._handle), self._path.stat())
        except FileNotFoundError:
            return False

    def _reopen(self) -> None:
        self.close()
        make_private_folder(self._path.parent)
        self._handle = open_regular(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def _rotate(self) -> None:
        names = [self._path, *(self._path.with_name(f"{self._path.name}.{n + 1}") for n in range(OLD_FILES))]
        for newer, older in reversed(list(pairwise(names))):
            with suppress(FileNotFoundError):
                newer.replace(older)
        self._reopen()


class LogFile(logging.Handler):
    """Writes records to a :class:`RotatingFile` from a thread of its own.

    A line that cannot be written is lost: ``logging`` would print a traceback into our output.
    """

    def __init__(self, path: Path) -> None:
        """Open the file. Raises ``OSError`` if that fails within ``PATIENCE_S``."""
        super().__init__()
        self._lines: queue.Queue[tuple[bytes, threading.Event] | None] = queue.Queue(MOST_WAITING)
        self._is_late = False
        self._failure: OSError | None = None
        opened = threading.Event()
        self._thread = threading.Thread(
            target=self._write_lines, args=(path, opened), name="claudometer-log", daemon=True
        )
        self._thread.start()
        self._is_late = not opened.wait(PATIENCE_S)
        if self._failure is not None:
            raise self._failure

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record to the thread, and wait for a moment until it is written."""
        written = threading.Event()
        try:
            # Formatted here and not in the thread, because the objects in a record may change until then.
            line = self.format(record).encode("utf-8", "backslashreplace") + b"\n"
            self._lines.put_nowait((line, written))
        except queue.Full:
            return
        if not self._is_late:
            self._is_late = not written.wait(PATIENCE_S)

    def close(self) -> None:
        """End the thread once all lines are written. Does not wait for a drive that hangs."""
        super().close()
        with suppress(queue.Full):
            self._lines.put_nowait(None)
        if not self._is_late:
            self._thread.join(PATIENCE_S)

    def _write_lines(self, path: Path, opened: threading.Event) -> None:
        try:
            file = RotatingFile(path)
        except OSError as error:
            self._failure = error
            return
        finally:
            opened.set()
        while (waiting := self._lines.get()) is not None:
            line, written = waiting
            with suppress(OSError):
                file.write(line)
            written.set()
            # Not before the queue is empty: a caller would wait for all lines before its own.
            if self._lines.empty():
                self._is_late = False
        file.close()
