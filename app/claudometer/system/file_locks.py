"""Locks a file against other processes, where the file system has locks at all."""

from __future__ import annotations

import errno
import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from claudometer.system.files import PRIVATE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

# `filelock` prints to standard error that a file system has no locks. We go on without, and log it.
warnings.filterwarnings("ignore", category=UserWarning, module="filelock")

_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})
"""What NFS without its lock service, sshfs and the like say to ``flock``."""


@contextmanager
def locked(path: Path, *, timeout_s: float) -> Iterator[None]:
    """Hold the lock. Where the file system has none, hold nothing: a lost update is better than no memory.

    Raises:
        Timeout: another process held it for more than ``timeout_s`` seconds. It is an ``OSError``.
        OSError: the lock file cannot be opened.
    """
    lock = FileLock(path, timeout=timeout_s, mode=PRIVATE_FILE)
    try:
        lock.acquire()
    except Timeout:
        raise
    except (OSError, NotImplementedError) as error:
        if not has_no_locks(error):
            raise
        log.debug("the file system of %s has no locks", path)
    try:
        yield
    finally:
        lock.release()


def has_no_locks(error: Exception) -> bool:
    """Return whether a lock failed because the file system has none. ``filelock`` words that in two ways."""
    return isinstance(error, NotImplementedError) or getattr(error, "errno", None) in _NO_LOCKS
