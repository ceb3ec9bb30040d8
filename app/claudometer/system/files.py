"""Replaces files atomically and keeps folders private to the user. Does not interpret what files contain."""

from __future__ import annotations

import errno
import glob
import logging
import os
import shutil
import stat
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system import regular_files
from claudometer.system.regular_files import find_replaceable, make_folders, open_regular

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

PRIVATE_FILE, PRIVATE_FOLDER = regular_files.PRIVATE_FILE, regular_files.PRIVATE_FOLDER

STALE_AFTER_S = 3600
"""Much longer than any write. A download may take longer, and is marked as used."""

MOST_ASIDE = 1000
"""Bounds the search for a free name, in case something damages the file at every start."""

LONGEST_NAME = 200
"""Bytes of a file's name that its temporary file repeats: with what is added, a name has 255 at most."""


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's content. After a crash at any moment it is complete: the old content or the new.

    Missing folders are created. A link is followed: a settings file that is kept elsewhere stays there. Only
    this user can read the new file.

    Raises:
        NotRegularFileError: a folder, a FIFO or a device is in the file's place.
        OSError: it could not be written. Nothing was changed.
    """
    make_folders(path.parent)
    target = Path(find_replaceable(path))
    handle, temporary = tempfile.mkstemp(
        prefix=f".{temporary_stem(target)}.", suffix=".tmp", dir=target.parent
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            # Before the rename: otherwise ext4 or XFS may have an empty file after a power cut.
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def move_aside(path: Path) -> Path:
    """Rename a file to ``NAME.broken.EXT`` or ``NAME.broken-2.EXT`` and so on, and return the new path.

    Raises:
        OSError: it could not be renamed and is where it was.
    """
    for number in range(1, MOST_ASIDE + 1):
        aside = path.with_suffix(f".broken{f'-{number}' if number > 1 else ''}{path.suffix}")
        try:
            _rename_to_free(path, aside)
        except FileExistsError:
            continue
        return aside
    raise FileExistsError(errno.EEXIST, "too many damaged files", str(path))


def find_aside(path: Path) -> Path | None:
    """Return where a file was moved aside last, ``None`` if nothing is left of any."""
    found: list[tuple[float, Path]] = []
    for each in path.parent.glob(f"{glob.escape(path.stem)}.broken*{glob.escape(path.suffix)}"):
        with suppress(OSError):
            found.append((each.stat().st_ctime, each))  # a rename changes that time, not st_mtime
    return max(found, default=(0.0, None))[1]


def _rename_to_free(path: Path, free: Path) -> None:
    """Rename, but never over an existing file, which raises ``FileExistsError``."""
    is_folder = path.is_dir() and not path.is_symlink()
    # `rename` replaces what it finds, so the name is reserved first.
    if is_folder:
        free.mkdir(PRIVATE_FOLDER)
    else:
        os.close(os.open(free, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
    try:
        path.replace(free)
    except BaseException:
        with suppress(OSError):
            free.rmdir() if is_folder else free.unlink()
        raise


def remove_stale_files(folder: Path, *, of: str = "*.json*", older_than_s: float = STALE_AFTER_S) -> None:
    """Remove the temporary files that killed writers left in a folder. One that cannot be removed stays.

    Args:
        of: a pattern for the names of the files that were being written.
        older_than_s: younger ones stay, since another process may still be writing them. So does one that a
            process has locked, see :func:`mark_as_used`.
    """
    with suppress(OSError):
        for stale in list(folder.glob(f".{of}.*.tmp")):
            with suppress(OSError):  # so that one that has gone, or is a folder, does not save the others
                is_old = older_than_s == 0 or time.time() - stale.stat().st_mtime > older_than_s
                if is_old and not _is_used(stale):
                    stale.unlink()


def temporary_stem(path: Path) -> str:
    """Return the part of a file's name that its temporary file repeats: all of it, if it is not too long."""
    return os.fsdecode(os.fsencode(path.name)[:LONGEST_NAME])


def mark_as_used(handle: int) -> None:
    """Lock an open temporary file until it is closed, so that no other process removes it as stale."""
    if sys.platform != "win32":
        with suppress(OSError):  # some network file systems have no locks
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _is_used(path: Path) -> bool:
    if sys.platform == "win32":
        return False
    try:
        # Links are not followed, because one of that name could make us lock any file.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except PermissionError:
        return True  # another user's, who will remove it
    except OSError:
        return False  # a link, which our writers never create
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return isinstance(error, BlockingIOError)
    finally:
        os.close(handle)
    return False


def read_bytes(path: Path, *, limit: int) -> bytes:
    """Return the file's content.

    Raises:
        FileNotFoundError: there is no such file.
        NotRegularFileError: it is a folder, a FIFO or a device.
        OSError: it cannot be read, or is longer than ``limit`` bytes (``EFBIG``).
    """
    with os.fdopen(open_regular(path, os.O_RDONLY), "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, "too large", str(path))
    return data


Mark = tuple[int, int]
"""A file's size in bytes and modification time in ns: shows a change of its content without reading it."""


def mark_of(path: Path) -> Mark | None:
    """Return a file's mark, links followed; ``None`` if it is missing or not a regular file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def make_private_folder(path: Path) -> Path:
    """Create the folder if it is missing, and let only this user enter it (0700).

    Raises:
        PermissionError: it belongs to another user, is shared by users, or is a link: nothing private may be
            put there.
        OSError: it cannot be created.
    """
    make_folders(path)
    found = path.lstat()
    if sys.platform == "win32":
        return path
    # A sticky folder, such as /tmp, is for all users: root could lock them out of it.
    is_shared = found.st_mode & stat.S_ISVTX
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or is_shared:
        raise PermissionError(errno.EACCES, "not a folder of this user", str(path))
    if stat.S_IMODE(found.st_mode) != PRIVATE_FOLDER:
        path.chmod(PRIVATE_FOLDER)
    return path


def keep_others_out(folder: Path) -> None:
    """Make a folder private if everybody may write to it, as after a permissive umask. Raises nothing."""
    with suppress(OSError):
        mode = folder.lstat().st_mode
        if sys.platform != "win32" and mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            folder.chmod(PRIVATE_FOLDER)


@contextmanager
def temporary_folder(parent: Path, *, stale_after_s: float) -> Iterator[Path]:
    """Create a private folder in ``parent`` that is removed when the context ends.

    Folders that killed programs left there are removed once they are ``stale_after_s`` seconds old.

    Raises:
        OSError: it cannot be created.
    """
    make_private_folder(parent)
    for stale in parent.iterdir():
        with suppress(OSError):
            if time.time() - stale.stat().st_mtime > stale_after_s:
                shutil.rmtree(stale)
    folder = Path(tempfile.mkdtemp(dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # another program still has a folder in it
            parent.rmdir()


def sync_folder(folder: Path) -> None:
    """Flush a folder to disk, because a power cut could otherwise undo a rename in it.

    Raises nothing: the new file is in place already, and some network file systems cannot flush folders.
    """
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        log.warning("a power cut could undo the last write in %s: %s", folder, error)


def nearest_folder(folder: Path) -> Path:
    """Return the folder, or its nearest parent that exists; a link counts, wherever it leads."""
    return next((each for each in (folder, *folder.parents) if os.path.lexists(each)), folder)


def try_to_write(folder: Path) -> OSError | None:
    """Write a byte into a temporary file; return why that failed, ``None`` if it did not."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
            file.flush()
            os.fsync(file.fileno())  # some file systems report a full disk only now
    except OSError as error:
        return error
    return None
