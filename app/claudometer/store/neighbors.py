"""Knows the files that SQLite keeps beside a database, and makes sure that it can use them."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.system.regular_files import PRIVATE_FILE, NotRegularFileError

if TYPE_CHECKING:
    from pathlib import Path

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite itself puts beside a database."""


def check_neighbors(path: Path) -> None:
    """Refuse files beside the database that SQLite would open and that are no regular files.

    Raises:
        NotRegularFileError: such a file is there; opening a FIFO would wait forever.
    """
    for suffix in BESIDE:
        beside = path.with_name(path.name + suffix)
        if os.path.lexists(beside) and not stat.S_ISREG(beside.lstat().st_mode):
            raise NotRegularFileError(beside)


def make_neighbors_private(path: Path) -> None:
    """Give the files beside the database the mode of it, which they may have got when it was another.

    SQLite makes them with the mode that the database has then. One that was read-only for a while would
    keep a shared file that nobody can write.
    """
    for suffix in BESIDE:
        beside = path.with_name(path.name + suffix)
        with suppress(OSError):
            if sys.platform != "win32" and stat.S_IMODE(beside.lstat().st_mode) != PRIVATE_FILE:
                beside.chmod(PRIVATE_FILE)
