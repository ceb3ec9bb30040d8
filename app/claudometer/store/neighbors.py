"""The files that SQLite keeps beside a database: checks them, and makes sure that it can use them."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from claudometer.system.regular_files import PRIVATE_FILE, NotRegularFileError

Identity = tuple[int, int]

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
    """Give the files beside the database its own mode, 0600.

    SQLite creates them with the mode that the database has then. If that was read-only for a while, its
    shared file would stay so, and nobody could write.
    """
    for suffix in BESIDE:
        beside = path.with_name(path.name + suffix)
        with suppress(OSError):
            if sys.platform != "win32" and stat.S_IMODE(beside.lstat().st_mode) != PRIVATE_FILE:
                beside.chmod(PRIVATE_FILE)


def has_log(path: Path) -> bool:
    """Return whether the write-ahead log beside a database has anything in it."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError:
        return True  # it cannot be told


def identities_beside(path: Path) -> dict[Path, Identity]:
    """Return the existing files beside a database, each with its identity."""
    target = Path(os.path.realpath(path))
    each = [target.with_name(target.name + suffix) for suffix in BESIDE]
    return {beside: found for beside in each if (found := identity_of(beside)) is not None}


def remove(files: dict[Path, Identity]) -> None:
    """Remove what a database left behind when its file was moved: it does not fit the file there now."""
    for file, identity in files.items():
        if identity_of(file) == identity:
            with suppress(OSError):
                file.unlink()


def identity_of(path: Path) -> Identity | None:
    """Return device and inode, which tell a file from another of the same name; ``None`` without one."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
