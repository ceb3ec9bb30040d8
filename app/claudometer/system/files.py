"""Files that are whole or old, folders that are the user's alone. Knows nothing of what is in them."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import stat
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700

LEFTOVER_S = 3600
LONGEST_NAME = 200
"""In bytes, of what a hidden file is named after: with all around it, it has to stay below 255."""


def write_atomically(path: Path, data: bytes, *, mode: int = PRIVATE_FILE) -> None:
    """Replace the file's content so that every reader and every crash finds the old or the new one, whole.

    The file is the user's alone (0600) unless ``mode`` says otherwise. A link is followed: a settings file
    kept elsewhere stays there.

    Raises:
        OSError: nothing was changed.
    """
    path = Path(os.path.realpath(path))
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode != PRIVATE_FILE:
            Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    keep_rename(path.parent)


def remove_leftovers(folder: Path, *, of: str = "*.json*", older_than_s: float = LEFTOVER_S) -> None:
    """Remove what writes killed half-way left behind of files named so. Failing to does no harm.

    An hour old by default: one that is younger may be a write under way. One that is held stays.
    """
    with suppress(OSError):
        for leftover in folder.glob(f".{of}.*.tmp"):
            is_old = older_than_s == 0 or time.time() - leftover.stat().st_mtime > older_than_s
            if is_old and not _is_held(leftover):
                leftover.unlink()


def hidden_name(path: Path) -> str:
    """Return what a file's hidden draft is named after: its own name, cut where that is too long."""
    return os.fsdecode(os.fsencode(path.name)[:LONGEST_NAME])


def hold(handle: int) -> None:
    """Have an open file not taken for a leftover by other programs, until it is closed."""
    if sys.platform != "win32":
        with suppress(OSError):  # some network folders know no locks
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _is_held(path: Path) -> bool:
    if sys.platform == "win32":
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except PermissionError:
        return True  # another user's, who will see to it
    except OSError:
        return False  # a link, which is none of ours
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return isinstance(error, BlockingIOError)
    finally:
        os.close(handle)
    return False


def read_bytes(path: Path, *, limit: int) -> bytes:
    """Return the file's content.

    Raises:
        FileNotFoundError: there is none.
        OSError: it cannot be read, is longer than ``limit`` bytes (``EFBIG``), or is no file (``EINVAL``).
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a file", str(path))
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, "too large", str(path))
    return data


Mark = tuple[int, int]
"""Tells one content of a file from another without reading it: its size, and when it was written."""


def mark_of(path: Path) -> Mark | None:
    """Return a file's mark, links followed; ``None`` where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def make_private_folder(path: Path) -> Path:
    """Make the folder if need be, and see to it that it is this user's alone (0700).

    Raises:
        PermissionError: somebody else's, or a link: nothing private may be put there.
        OSError: it cannot be made.
    """
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    found = path.lstat()
    if sys.platform == "win32":
        return path
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(errno.EACCES, "not a folder of this user", str(path))
    if stat.S_IMODE(found.st_mode) != PRIVATE_FOLDER:
        path.chmod(PRIVATE_FOLDER)
    return path


@contextmanager
def temporary_folder(parent: Path, *, leftover_s: float = LEFTOVER_S) -> Iterator[Path]:
    """Make a private folder in ``parent`` for as long as the context lasts.

    What killed programs left behind there goes once it is ``leftover_s`` seconds old.

    Raises:
        OSError: it cannot be made.
    """
    make_private_folder(parent)
    for leftover in parent.iterdir():
        with suppress(OSError):
            if time.time() - leftover.stat().st_mtime > leftover_s:
                shutil.rmtree(leftover)
    folder = Path(tempfile.mkdtemp(dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # another program has one there too
            parent.rmdir()


def keep_rename(folder: Path) -> None:
    """Write the folder itself to disk: without it a power cut may undo the rename.

    Raises nothing: the new file stands, and a reader told otherwise would be told wrong. Some network
    folders cannot do it at all.
    """
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        log.warning("a new file could not be made proof against a power cut: %s", error)
