"""Puts a verified file in another's place so that a crash at any byte leaves the old or the new one, whole.

Blocks; call it off the loop. Knows no network.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.update import Trouble
from claudometer.system.files import keep_rename
from claudometer.updates.signature import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK_BYTES = 1024 * 1024

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Draft:
    """A file being written under a hidden name in the folder where it will stand. Use it once."""

    def __init__(self, target: Path) -> None:
        """Make it, empty, for its owner alone.

        Raises:
            OSError: the folder takes no file.
        """
        self.target = target
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        self.path = Path(name)
        self._file = os.fdopen(handle, "wb")

    def write(self, data: bytes) -> None:
        """Add bytes. Raises ``OSError``."""
        self._file.write(data)

    def finish(self) -> bytes:
        """Have it all on the disk, and return its digest as it reads from there. Raises ``OSError``."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return digest_of(_chunks(self.path))

    def take_place(self) -> None:
        """Become the target, with the mode that it had; else a program for its owner.

        Raises:
            OSError: the target stands as it was.
        """
        try:
            mode = stat.S_IMODE(self.target.stat().st_mode)
        except FileNotFoundError:
            mode = 0o755
        self.path.chmod(mode)
        self.path.replace(self.target)
        keep_rename(self.target.parent)

    def discard(self) -> None:
        """Leave nothing behind; does nothing to one that has taken its place."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def trouble_of(error: OSError) -> Trouble:
    """Say what the disk's refusal means."""
    if error.errno in _FULL:
        return Trouble.DISK_FULL
    return Trouble.FOLDER_DENIED if error.errno in _DENIED else Trouble.DISK_FAILED


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
