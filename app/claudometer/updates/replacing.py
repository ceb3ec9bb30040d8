"""Puts a verified file in another's place so that a crash at any byte leaves the old or the new one, whole.

Blocks; call it off the loop, one step after the other. Knows no network.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.update import Trouble
from claudometer.system.files import hidden_name, hold, keep_rename
from claudometer.updates.signature import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

CHUNK_BYTES = 1024 * 1024

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Draft:
    """A file being written under a hidden name in the folder where it will stand. Use it once."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self._path: Path | None = None
        self._file: BinaryIO | None = None

    def open(self) -> None:
        """Make it, empty, for its owner alone, and its folder if need be. Comes first.

        Raises:
            OSError: the folder takes no file.
        """
        folder = self.target.parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{hidden_name(self.target)}.", suffix=".tmp", dir=folder)
        self._path, self._file = Path(name), os.fdopen(handle, "wb")
        hold(handle)

    def write(self, data: bytes) -> None:
        """Add bytes. Raises ``OSError``."""
        self._opened()[1].write(data)

    def finish(self) -> bytes:
        """Have it all on the disk, and return its digest as it reads from there. Raises ``OSError``."""
        path, file = self._opened()
        file.flush()
        os.fsync(file.fileno())  # and left open, which holds it
        return digest_of(_chunks(path))

    def take_place(self) -> None:
        """Become the target, with the group and the mode that it had; else a program for its owner.

        Raises:
            OSError: the target stands as it was.
        """
        try:
            before = self.target.stat()
            group, mode = before.st_gid, stat.S_IMODE(before.st_mode)
        except FileNotFoundError:
            group, mode = -1, 0o755
        path, file = self._opened()
        file.close()  # what is open for writing cannot be started
        if sys.platform != "win32":
            with suppress(OSError):  # not one of ours: then it is for us to start
                os.chown(path, -1, group)
        path.chmod(mode)
        path.replace(self.target)
        keep_rename(self.target.parent)

    def discard(self) -> None:
        """Leave nothing behind; does nothing to one that has taken its place, or was never opened."""
        if self._path is not None and self._file is not None:
            with suppress(OSError):  # a full disk refuses once more what it refused before
                self._file.close()
            self._path.unlink(missing_ok=True)

    def _opened(self) -> tuple[Path, BinaryIO]:
        if self._path is None or self._file is None:
            raise ValueError("not opened")
        return self._path, self._file


def trouble_of(error: OSError) -> Trouble:
    """Say what the disk's refusal means."""
    if error.errno in _FULL:
        return Trouble.DISK_FULL
    return Trouble.FOLDER_DENIED if error.errno in _DENIED else Trouble.DISK_FAILED


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
