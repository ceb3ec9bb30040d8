"""Locks a file against other processes, where the file system has locks at all. Light: imports no library."""

from __future__ import annotations

import errno
import logging
import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from claudometer.system.regular_files import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

_HELD = frozenset({errno.EAGAIN, errno.EWOULDBLOCK})
_HELD_OR_REFUSED = errno.EACCES
"""Linux's SMB client reports it for a lock that somebody holds (``flock(2)``), a sandbox for every lock."""

REFUSED_AFTER_S = 1.0
"""If it is refused for longer, the file system has no locks: a holder needs only some milliseconds."""

PAUSE_S = 0.02
"""Between two attempts. A blocking call would wake us at once, but has no timeout."""


class NoLocksError(OSError):
    """The lock file is there, and its file system refuses to lock it."""


class FileLock:
    """A lock that the system releases when the process ends, however it ends. Its file stays.

    Two objects exclude each other within a process, too: ``flock(2)`` locks belong to an open file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = -1

    def try_acquire(self) -> bool:
        """Take the lock, and return whether that worked; ``False`` while another has it.

        Raises:
            NoLocksError: the file system has no locks.
            OSError: the lock file cannot be opened.
        """
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        handle = open_regular(self.path, flags)
        try:
            # Without a name, the file was deleted while we opened it, and others lock a new one.
            if not _try_lock(handle) or os.fstat(handle).st_nlink == 0:
                os.close(handle)
                return False
        except OSError as error:
            os.close(handle)
            raise NoLocksError(error.errno, os.strerror(error.errno or 0), os.fspath(self.path)) from error
        self._handle = handle
        return True

    def release(self) -> None:
        """Release the lock, if we have it."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)  # which unlocks it


@contextmanager
def locked(path: Path, *, timeout_s: float) -> Iterator[None]:
    """Hold the lock. On a file system without locks, go on without one: a lost update is better than no data.

    Raises:
        TimeoutError: another process held it for more than ``timeout_s`` seconds. It is an ``OSError``.
        OSError: the lock file cannot be opened.
    """
    lock = FileLock(path)
    try:
        _acquire(lock, timeout_s)
    except NoLocksError as error:
        _say_once(path, error)
    try:
        yield
    finally:
        lock.release()


def has_no_locks(error: Exception) -> bool:
    """Return whether a lock failed because the file system has none."""
    return isinstance(error, NoLocksError)


def _acquire(lock: FileLock, timeout_s: float) -> None:
    start = time.monotonic()
    while True:
        waited_s = time.monotonic() - start
        try:
            if lock.try_acquire():
                return
        except NoLocksError as error:
            if error.errno != _HELD_OR_REFUSED or waited_s >= REFUSED_AFTER_S:
                raise
        if waited_s >= timeout_s:
            raise TimeoutError(errno.ETIMEDOUT, "another process keeps it locked", os.fspath(lock.path))
        time.sleep(PAUSE_S)


_without_locks: set[str] = set()


def _say_once(path: Path, error: OSError) -> None:
    folder = os.fspath(path.parent)
    level = logging.DEBUG if folder in _without_locks else logging.WARNING
    log.log(level, "files in %s cannot be locked, so they are written without: %s", folder, error.strerror)
    _without_locks.add(folder)


def _try_lock(handle: int) -> bool:
    """Lock an open file, and return whether that worked. Raises ``OSError`` without locks."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - exists only there

        with suppress(PermissionError):  # the error for a lock that somebody holds
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            return True
        return False
    import fcntl  # noqa: PLC0415 - the other systems' way

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            return False
        raise
    return True
