"""Names the program that keeps a file locked, on Linux; from ``/proc/locks``, see proc(5)."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCKS = Path("/proc/locks")
MOST_LINES = 10_000


def find_holder(paths: Iterable[Path]) -> tuple[int, str] | None:
    """Return id and name of another process that has locked one of the files for writing, else ``None``.

    Opens none of them: closing a file drops every POSIX lock that this process has on it.
    """
    wanted = {each for each in map(_identity, paths) if each is not None}
    try:
        lines = LOCKS.read_text(encoding="ascii", errors="replace").splitlines()[:MOST_LINES]
    except OSError:
        return None
    for line in lines:
        # "1: POSIX  ADVISORY  WRITE 1234 08:01:5678 120 120". A process that only waits has "->" after "1:".
        fields = line.split()
        if len(fields) < 6 or fields[3] != "WRITE" or fields[5] not in wanted:
            continue
        with suppress(ValueError, OSError):
            pid = int(fields[4])
            # It is -1 for a lock of an open file description, which may be that of several processes.
            if pid > 0 and pid != os.getpid():
                return pid, _name_of(pid)
    return None


def refuses_locks(folder: Path) -> bool:
    """Return whether files in a folder cannot be locked at all, as on NFS without its lock service.

    Locks a temporary file there, since closing another one would drop this process's locks on it. No other
    program has that file, so whatever error its lock gives, nobody holds it.
    """
    if sys.platform == "win32":
        return False
    import tempfile  # noqa: PLC0415 - rarely needed

    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            return not _can_lock(file.fileno())
    except OSError:  # no file can be made there
        return False


def _can_lock(handle: int) -> bool:
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _identity(path: Path) -> str | None:
    """Return device and inode of a file as the kernel writes them, ``None`` without the file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"


def _name_of(pid: int) -> str:
    """Return the name of a process, which its program may have chosen. Raises ``OSError`` if it has ended."""
    folder = Path("/proc") / str(pid)
    name = (folder / "comm").read_text(encoding="utf-8", errors="replace").strip()
    return "".join(letter for letter in name if letter.isprintable()) or str(pid)
