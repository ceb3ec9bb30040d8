"""One running app per user. The lock says whether it runs; the socket file says only how to reach it."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.file_locks import FileLock, has_no_locks
from claudometer.system.files import make_private_folder, read_bytes, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE_S = 20.0
"""How long to wait for an app that holds the lock and does not listen: longer than quitting may take."""

STARTING_S = 60.0
"""How long after it took the lock an app may still be starting, on a machine that is busy with other work."""

_PAUSE_S = 0.05  # nothing wakes us when the lock is free or the socket is there
_MAX_PID_BYTES = 32

log = logging.getLogger(__name__)


class Instance:
    """The right to be the running app. The system takes it back when the process ends, however it ends."""

    def __init__(self, lock: FileLock, pid_file: Path) -> None:
        self._lock = lock
        self._pid_file = pid_file

    def release(self) -> None:
        """Let the next app start. Stop listening first: a launch in between then finds nobody, and waits."""
        with contextlib.suppress(OSError):  # only a hint for people
            self._pid_file.unlink(missing_ok=True)
        self._lock.release()


def claim(
    lock_file: Path,
    reach: Callable[[], bool],
    *,
    patience_s: float = PATIENCE_S,
    starting_s: float = STARTING_S,
) -> Instance | None:
    """Become the running app, or reach the one that runs. Waits for one that is only starting or ending.

    Args:
        lock_file: its folder is made private.
        reach: asks the running app to show itself; ``False`` when nobody listens. May raise.
        patience_s: how long to wait for an app that holds the lock and does not listen.
        starting_s: how long after it took the lock an app counts as starting.

    Returns:
        The right to run: remove a stale socket, then listen. ``None``: the running app was reached.

    Raises:
        ClaudometerError: ``APP_UNRESPONSIVE``: an app holds the lock and cannot be reached; ``pid`` if known.
            ``NOT_A_FILE``: something else is in the lock's place. ``CONTROL_UNAVAILABLE``: it cannot be
            written. And whatever else ``reach`` raises.
    """
    try:
        make_private_folder(lock_file.parent)
    except OSError as error:
        log.warning("the runtime folder cannot be used: %s", error)
        raise ClaudometerError(ErrorCode.CONTROL_UNAVAILABLE, folder=str(lock_file.parent)) from error
    lock = FileLock(lock_file)
    deadline = time.monotonic() + patience_s
    while True:
        # Before the lock: a running app is the usual case, and answers within a millisecond.
        if _is_reached(reach, lock_file, starting_s):
            return None
        if _take(lock):
            return _own(lock, lock_file)
        if time.monotonic() >= deadline and not is_starting(lock_file, starting_s):
            raise _unresponsive(lock_file)
        time.sleep(_PAUSE_S)


def is_held(lock_file: Path) -> bool:
    """Return whether an app runs, even if it is only starting, or about to end."""
    return not wait_until_free(lock_file, patience_s=0.0)


def is_starting(lock_file: Path, starting_s: float = STARTING_S) -> bool:
    """Return whether the app took the lock less than ``starting_s`` ago; false when that is not known."""
    try:
        age_s = time.time() - _pid_file(lock_file).stat().st_mtime
    except OSError:
        return False
    # A time in the future is from a clock that was set since, and says nothing.
    return 0 <= age_s < starting_s


def wait_until_free(lock_file: Path, *, patience_s: float) -> bool:
    """Wait until no app runs; ``False`` when one still does after ``patience_s``."""
    if not lock_file.parent.is_dir():
        return True
    lock = FileLock(lock_file)
    deadline = time.monotonic() + patience_s
    while not _take(lock):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE_S)
    lock.release()
    return True


def read_owner(lock_file: Path) -> int | None:
    """Return the process id that the running app wrote down; a hint for people, not a proof."""
    try:
        return int(read_bytes(_pid_file(lock_file), limit=_MAX_PID_BYTES))
    except (OSError, ValueError):
        return None


def _is_reached(reach: Callable[[], bool], lock_file: Path, starting_s: float) -> bool:
    try:
        return reach()
    except ClaudometerError as error:
        if error.code is not ErrorCode.APP_UNRESPONSIVE:
            raise
        if is_starting(lock_file, starting_s):
            return False
        raise _unresponsive(lock_file) from error


def _unresponsive(lock_file: Path) -> ClaudometerError:
    return ClaudometerError(ErrorCode.APP_UNRESPONSIVE, pid=read_owner(lock_file))


def _take(lock: FileLock) -> bool:
    try:
        return lock.try_acquire()
    except OSError as error:
        if has_no_locks(error):
            return True  # the socket alone says who runs
        path = lock.path
        log.warning("the lock cannot be taken: %s", error)
        if path.is_file() or not path.exists():
            raise ClaudometerError(ErrorCode.CONTROL_UNAVAILABLE, folder=str(path.parent)) from error
        raise ClaudometerError(ErrorCode.NOT_A_FILE, path=str(path)) from error


def _own(lock: FileLock, lock_file: Path) -> Instance:
    pid_file = _pid_file(lock_file)
    try:
        write_atomically(pid_file, f"{os.getpid()}\n".encode("ascii"))
    except OSError as error:  # a full disk, or something else in its place: only the lock decides who runs
        log.warning("the process id cannot be written down: %s", error)
    return Instance(lock, pid_file)


def _pid_file(lock_file: Path) -> Path:
    return lock_file.with_suffix(".pid")
