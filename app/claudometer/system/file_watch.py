"""Finds out by inotify(7) whether files may have changed, so that they need not be read each time.

Reading a file may block on a dead network drive, so it needs a thread. Doing that every few seconds caused
three quarters of all wake-ups of the program. What inotify reports waits in the kernel until it is fetched,
which neither blocks nor wakes anybody. It does not report what other machines do to a file on a network
drive, so such a file counts as changed each time.
"""

# ruff: noqa: PTH100, PTH114 - a path is a text here, and not resolved

from __future__ import annotations

import asyncio
import ctypes
import errno
import logging
import os
import struct
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.off_loop import off_loop_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    StrPath = str | os.PathLike[str]

log = logging.getLogger(__name__)

TRUST_S = 60.0
"""After this time, files count as changed: a drive may have been mounted over a watched folder."""

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "virtiofs", "vboxsf")
)
"""Types of file systems whose files other machines can change. ``fuse`` and its like count too."""

# <sys/inotify.h>
_MODIFY, _ATTRIB, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE, _DELETE_SELF, _MOVE_SELF = (
    *(0x2, 0x4, 0x40, 0x80),
    *(0x100, 0x200, 0x400, 0x800),
)
_OF_A_FILE = _MODIFY | _ATTRIB | _DELETE_SELF | _MOVE_SELF
_OF_A_FOLDER = _ATTRIB | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF
"""Without ``_MODIFY``: writes to the other files of a home folder do not matter here."""
_EVENT = struct.Struct("iIII")
_BUFFER_BYTES = 64 * 1024


class FileWatch:
    """Watches files, which may not exist yet. Used on the loop.

    Args:
        files: returns the files, which may be others each time. Called in a thread, and may block.
        trust_s: how long to rely on what the kernel reports, in seconds.
    """

    def __init__(self, files: Callable[[], Iterable[StrPath]], *, trust_s: float = TRUST_S) -> None:
        self._files = files
        self._trust_s = trust_s
        self._watches: _Watches | None = None
        self._opened_at = 0.0

    async def may_have_changed(self) -> bool:
        """Return whether a file may have changed since the last call; true if that cannot be known.

        The caller then reads the files. The next call reports what changes from now on.
        """
        if sys.platform != "linux":
            return True
        now = asyncio.get_running_loop().time()
        watches = self._watches
        if watches is not None and now - self._opened_at < self._trust_s:
            if not watches.is_complete:
                return True
            if not watches.have_news():
                return False
        # New watches each time: a file that was replaced has another inode, which the old watch ignores.
        self._watches, self._opened_at = None, now
        try:
            self._watches = await off_loop_at(self, lambda: _Watches(self._files()))
        except OSError as error:  # dead drive, or too many watches in use on this system
            log.debug("changes of files cannot be watched: %s", error)
        return True


class _Watches:
    """Watches one set of files, as long as the object exists.

    It is closed by ``__del__``, because the call that makes it may be abandoned on a dead drive.

    Attributes:
        is_complete: whether every change of one of the files is reported.

    Raises:
        OSError: the system has no more watches.
    """

    def __init__(self, files: Iterable[StrPath]) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._names: dict[int, set[str]] = {}
        """The names of the watched files in each folder, by the number of the folder's watch."""
        self._handle = self._checked(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        mounts = list(_read_mounts())
        # A list, so that `all` does not stop at the first one that cannot be watched.
        self.is_complete = all(list(map(partial(self._watch, mounts), files)))

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            os.close(self._handle)

    def have_news(self) -> bool:
        """Return whether one of the files may have changed since the last call. Never blocks."""
        found = False
        while True:
            try:
                events = os.read(self._handle, _BUFFER_BYTES)
            except BlockingIOError:
                return found
            found = found or any(self._counts(watch, name) for watch, name in _split(events))

    def _counts(self, watch: int, name: str) -> bool:
        """Return whether an event is about one of the files, or about a folder itself, which has no name.

        The number of an event that says that others were lost (IN_Q_OVERFLOW) is that of no watch.
        """
        return not name or watch not in self._names or name in self._names[watch]

    def _watch(self, mounts: list[tuple[str, str]], file: StrPath) -> bool:
        """Watch a file, and the nearest folder that exists for the next name on the way to it."""
        path = os.fspath(file)
        if not self._watch_itself(path):
            return False
        folder, name = os.path.split(os.path.abspath(path))
        while True:
            try:
                self._names.setdefault(self._add(folder, _OF_A_FOLDER), set()).add(name)
            except (FileNotFoundError, NotADirectoryError):
                folder, name = os.path.split(folder)
            except OSError:
                return False
            else:
                # Of a file that machines share, the kernel reports only what this machine does to it.
                return not _is_shared(os.path.realpath(path), mounts)

    def _watch_itself(self, path: str) -> bool:
        """Watch a file itself; return whether that, together with its folder, reports every change."""
        try:
            self._add(path, _OF_A_FILE)
        except PermissionError:
            # The folder reports new permissions of the file, but not those of a link's target.
            return not os.path.islink(path)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError:
            return False
        return True

    def _add(self, path: str, mask: int) -> int:
        return self._checked(self._libc.inotify_add_watch(self._handle, os.fsencode(path), mask), path)

    def _checked(self, result: int, path: str = "") -> int:
        if result < 0:
            code = ctypes.get_errno() or errno.EIO
            raise OSError(code, os.strerror(code), path)
        return result


def _split(events: bytes) -> Iterator[tuple[int, str]]:
    """Yield the watch and the name of each event."""
    start = 0
    while start < len(events):
        watch, _mask, _cookie, length = _EVENT.unpack_from(events, start)
        start += _EVENT.size + length
        yield watch, os.fsdecode(events[start - length : start].rstrip(b"\0"))


def _read_mounts() -> Iterator[tuple[str, str]]:
    """Yield mount point and type of each mounted file system; see proc(5), ``mountinfo``."""
    with _MOUNTS.open("rb") as file:
        for line in file:
            place, _, source = line.partition(b" - ")
            folder = place.split()[4].decode("unicode_escape").encode("latin-1")
            yield os.fsdecode(folder), os.fsdecode(source.split()[0])


def _is_shared(path: str, mounts: list[tuple[str, str]]) -> bool:
    """Return whether other machines may change the file, by the last mount at the longest mount point."""
    around = [(len(folder), number) for number, (folder, _) in enumerate(mounts) if _is_in(path, folder)]
    kind = mounts[max(around)[1]][1] if around else ""
    return kind in _NETWORK or kind.startswith("fuse")


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
