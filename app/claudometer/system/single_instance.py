"""One running app per user. The lock says whether it runs; the socket file says only how to reach it."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.file_locks import FileLock, has_no_locks
from claudometer.system.files import make_private_folder, read_bytes, write_atomically
from claudometer.system.write_faults import cause_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE_S = 20.0
"""How long to wait for an app that has the lock but does not listen: longer than quitting may take."""

STARTING_S = 60.0
"""How long an app may take to start after it has taken the lock, on a busy machine."""

_PAUSE_S = 0.05  # no event tells us that the lock is free or the socket is there
_MAX_PID_BYTES = 32

log = logging.getLogger(__name__)


class Instance:
    """The right to be the running app. The system releases it when the process ends, however it ends."""

    def __init__(self, lock: FileLock, pid_file: Path) -> None:
        self._lock = lock
        self._pid_file = pid_file

    def release(self) -> None:
        """Let the next app start. Stop listening first: a launch in between then finds nobody, and waits."""
        with contextlib.suppress(OSError):  # the file is only a hint for people
            self._pid_file.unlink(missing_ok=True)
        self._lock.release()


def claim(
    lock_file: Path,
    reach: Callable[[], bool],
    *,
    patience_s: float = PATIENCE_S,
    starting_s: float = STARTING_S,
) -> Instance | None:
    """Become the running app, or reach the one that runs. Waits for one that is starting or ending.

    Args:
        lock_file: its folder is made private.
        reach: asks the running app to show itself; returns ``False`` if nobody listens. May raise.
        patience_s: how long to wait for an app that has the lock but does not listen, in seconds.
        starting_s: how long an app counts as starting after it has taken the lock, in seconds.

    Returns:
        The right to run; the caller then removes a stale socket and listens. ``None`` if an app was reached.

    Raises:
        ClaudometerError: ``APP_UNRESPONSIVE``: an app has the lock and cannot be reached; with its ``pid`` if
            known. ``NOT_A_FILE``: something else is in the lock's place. ``CONTROL_UNAVAILABLE``: the lock
            cannot be written. Also whatever ``reach`` raises.
    """
    try:
        make_private_folder(lock_file.parent)
    except OSError as error:
        log.warning("the runtime folder cannot be used: %s", error)
        raise _unavailable(lock_file.parent, error) from error
    lock = FileLock(lock_file)
    deadline = time.monotonic() + patience_s
    while True:
        # Before the lock, because usually an app runs, and it answers within a millisecond.
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
    """Return whether the app took the lock less than ``starting_s`` seconds ago; false if nothing says so."""
    try:
        # The lock's own file stays; the one with the process id is written when the lock is taken.
        age_s = time.time() - _pid_file(lock_file).stat().st_mtime
    except OSError:
        return False
    # A time in the future means that the clock was set since, so the age is unknown.
    return 0 <= age_s < starting_s


def wait_until_free(lock_file: Path, *, patience_s: float) -> bool:
    """Wait until no app runs; return ``False`` if one still does after ``patience_s`` seconds."""
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
    """Return the process id that the running app has written; a hint for people, not a proof."""
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
            return True  # without locks, only the socket says who runs
        path = lock.path
        log.warning("the lock cannot be taken: %s", error)
        if path.is_file() or not path.exists():
            raise _unavailable(path.parent, error) from error
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


def _unavailable(folder: Path, error: OSError) -> ClaudometerError:
    return ClaudometerError(ErrorCode.CONTROL_UNAVAILABLE, folder=str(folder), **cause_of(error, folder))
