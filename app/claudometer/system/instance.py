"""One running app a user. The lock says who runs; the socket file says only where to talk."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.files import PRIVATE_FILE, make_private_folder, read_bytes, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE_S = 5.0
_BETWEEN_TRIES_S = 0.05
_MAX_PID_BYTES = 32

log = logging.getLogger(__name__)


class Instance:
    """The right to be the running app. The system takes it back when the process ends, however it ends."""

    def __init__(self, lock: FileLock, pid_file: Path) -> None:
        self._lock = lock
        self._pid_file = pid_file

    def release(self) -> None:
        """Let the next one start. Stop listening first: whoever knocks in between finds nobody, and waits."""
        with contextlib.suppress(OSError):  # only a hint for people
            self._pid_file.unlink(missing_ok=True)
        self._lock.release()


def claim(lock_file: Path, knock: Callable[[], bool], *, patience_s: float = PATIENCE_S) -> Instance | None:
    """Become the running app, or reach the one that runs.

    Args:
        lock_file: its folder is made private.
        knock: asks the running app to show itself; ``False`` when nobody listens. May raise.
        patience_s: how long to wait for one that is just starting or just ending.

    Returns:
        The right to run: remove a stale socket, listen. ``None``: ``knock`` was answered.

    Raises:
        ClaudometerError: ``APP_UNRESPONSIVE``: one holds the lock and does not listen. ``pid`` if known.
    """
    make_private_folder(lock_file.parent)
    lock = FileLock(lock_file, mode=PRIVATE_FILE, thread_local=False)
    deadline = time.monotonic() + patience_s
    while True:
        if knock():
            return None
        if _took(lock):
            return _own(lock, lock_file)
        if time.monotonic() >= deadline:
            raise ClaudometerError(ErrorCode.APP_UNRESPONSIVE, pid=read_owner(lock_file))
        time.sleep(_BETWEEN_TRIES_S)


def wait_until_free(lock_file: Path, *, patience_s: float) -> bool:
    """Wait until nobody runs; ``False`` when somebody still does after ``patience_s``."""
    if not lock_file.parent.is_dir():
        return True
    lock = FileLock(lock_file, mode=PRIVATE_FILE, thread_local=False)
    deadline = time.monotonic() + patience_s
    while not _took(lock):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_BETWEEN_TRIES_S)
    lock.release()
    return True


def read_owner(lock_file: Path) -> int | None:
    """Return the process id that the running app wrote down; a hint for people, not a proof."""
    try:
        return int(read_bytes(_pid_file(lock_file), limit=_MAX_PID_BYTES))
    except (OSError, ValueError):
        return None


def _took(lock: FileLock) -> bool:
    with contextlib.suppress(Timeout):
        lock.acquire(blocking=False)
        return True
    return False


def _own(lock: FileLock, lock_file: Path) -> Instance:
    pid_file = _pid_file(lock_file)
    try:
        write_atomically(pid_file, f"{os.getpid()}\n".encode("ascii"))
    except OSError as error:  # a full disk, or something else in its place: the lock alone decides who runs
        log.warning("the process id cannot be written down: %s", error)
    return Instance(lock, pid_file)


def _pid_file(lock_file: Path) -> Path:
    return lock_file.with_suffix(".pid")
