"""Replaces a file with a downloaded one, so that a crash at any moment leaves either the old or the new one.

Every call blocks: run them one after another, off the event loop. Does not use the network.
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

from claudometer.domain.update import UpdateFailure
from claudometer.system.files import mark_as_used, sync_folder, temporary_stem
from claudometer.system.regular_files import find_replaceable, make_folders
from claudometer.updates.signature import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

CHUNK_BYTES = 1024 * 1024

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Draft:
    """A file that is written under a hidden name, in the folder of the file that it replaces. Use it once."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self._path: Path | None = None
        self._file: BinaryIO | None = None

    def open(self) -> None:
        """Create the hidden file, empty and private, and its folder if that is missing. Call this first.

        Raises:
            NotRegularFileError: a folder, a FIFO or a device is where the file will be.
            OSError: no file can be created in the folder.
        """
        folder = self.target.parent
        make_folders(folder)
        find_replaceable(self.target)  # raises before anything is downloaded for nothing
        # In the same folder: only within one file system does a rename replace a file in one step.
        handle, name = tempfile.mkstemp(prefix=f".{temporary_stem(self.target)}.", suffix=".tmp", dir=folder)
        self._path, self._file = Path(name), os.fdopen(handle, "wb")
        mark_as_used(handle)

    def write(self, data: bytes) -> None:
        """Append bytes. Raises ``OSError``."""
        self._opened()[1].write(data)

    def finish(self) -> bytes:
        """Write everything to disk, read it back, and return its digest. Raises ``OSError``."""
        path, file = self._opened()
        file.flush()
        os.fsync(file.fileno())  # not closed: that would release the lock that `mark_as_used` took
        return digest_of(_chunks(path))

    def take_place(self) -> None:
        """Replace the target, keeping its group and mode; a new target becomes executable (0755).

        Raises:
            OSError: the target is unchanged.
        """
        try:
            find_replaceable(self.target)
            before = self.target.stat()
            group, mode = before.st_gid, stat.S_IMODE(before.st_mode)
        except FileNotFoundError:
            group, mode = -1, 0o755
        path, file = self._opened()
        file.close()  # Linux does not start a program that is open for writing
        if sys.platform != "win32":
            with suppress(OSError):  # we may not be in that group; the file then belongs only to us
                os.chown(path, -1, group)
        path.chmod(mode)
        path.replace(self.target)
        sync_folder(self.target.parent)  # or a power cut could undo the rename

    def discard(self) -> None:
        """Remove the hidden file, if it was opened and has not replaced the target."""
        if self._path is not None and self._file is not None:
            with suppress(OSError):  # closing writes what is buffered, which fails again on a full disk
                self._file.close()
            self._path.unlink(missing_ok=True)

    def _opened(self) -> tuple[Path, BinaryIO]:
        if self._path is None or self._file is None:
            raise ValueError("the draft is not open")
        return self._path, self._file


def failure_of(error: OSError) -> UpdateFailure:
    """Return why a write failed, for the message to the user."""
    if error.errno in _FULL:
        return UpdateFailure.DISK_FULL
    return UpdateFailure.FOLDER_DENIED if error.errno in _DENIED else UpdateFailure.DISK_FAILED


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
