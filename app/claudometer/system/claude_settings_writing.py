"""Replaces a file only if it still has the content that was read, whatever other programs write meanwhile.

Other programs take no lock, they rename a new file over the old one. So the new file and the old one swap
names, and what was swapped out is looked at: if it is not what was read, it is put back.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.file_swap import find_exchange
from claudometer.system.files import PRIVATE_FILE, read_bytes, sync_folder, temporary_stem
from claudometer.system.regular_files import find_replaceable, make_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Exchange = Callable[[Path, Path], bool]

MOST_SWAPS = 100
"""Writes of others that may follow each other within microseconds before we give up putting them in order."""


class Replaced(StrEnum):
    """Whether the file was replaced. ``UNCHECKED``: it was, but this file system cannot swap two files."""

    DONE = "done"
    UNCHECKED = "unchecked"
    CHANGED_MEANWHILE = "changed_meanwhile"


def replace_unchanged(
    path: Path, before: bytes | None, after: bytes, *, mode: int = PRIVATE_FILE, sync: bool = True
) -> Replaced:
    """Replace the content ``before`` of a file by ``after`` unless it has changed. Links are followed.

    Args:
        before: ``None`` for a file that is not there yet.
        mode: the new file's permissions.
        sync: flush the new content to disk before, which takes milliseconds; else after.

    Raises:
        NotRegularFileError: something else is in the file's place.
        OSError: it could not be written. Nothing was changed.
    """
    make_folders(path.parent)
    target = Path(find_replaceable(path))
    handle, name = tempfile.mkstemp(prefix=f".{temporary_stem(target)}.", suffix=".tmp", dir=target.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "w+b", buffering=0) as file:
            file.write(after)
            if mode != PRIVATE_FILE:
                new.chmod(mode)
            if sync:
                os.fsync(handle)
            replaced = _create(target, new) if before is None else _replace(target, new, before, handle)
            if not sync:
                os.fsync(handle)
    finally:
        new.unlink(missing_ok=True)
    sync_folder(target.parent)
    return replaced


def remove_unchanged(path: Path, before: bytes) -> bool:
    """Remove a file that still has the content ``before``, and return whether it had. Links are followed.

    Raises:
        NotRegularFileError: something else is in the file's place.
        OSError: it could not be removed, or is not there.
    """
    target = Path(find_replaceable(path))
    if _read(target) != before:
        return False
    # Renamed, and looked at again under a name that nobody else writes.
    aside = target.with_name(f".{temporary_stem(target)}.{os.getpid()}.tmp")
    target.rename(aside)
    is_unchanged = _read(aside) == before
    if not is_unchanged:
        _move_to_free(aside, target)
    aside.unlink(missing_ok=True)
    sync_folder(target.parent)
    return is_unchanged


def _move_to_free(path: Path, free: Path) -> None:
    """Give a file another name unless that is taken: by a still newer write, which has precedence."""
    try:
        # A link never replaces what is there, unlike a rename.
        os.link(path, free)
    except FileExistsError:
        return
    except OSError:  # no hard links here
        if not free.exists():
            path.rename(free)


def _create(target: Path, new: Path) -> Replaced:
    try:
        # A link never replaces what is there, unlike a rename.
        os.link(new, target)
    except FileExistsError:
        return Replaced.CHANGED_MEANWHILE
    except OSError:  # no hard links here
        return _replace_unchecked(target, new)
    return Replaced.DONE


def _replace(target: Path, new: Path, before: bytes, handle: int) -> Replaced:
    exchange = find_exchange()
    # Looked at before, too: a swap is visible for a moment, and most changes are found without one.
    if _read(target) != before:
        return Replaced.CHANGED_MEANWHILE
    with _readers_waiting(handle) as are_waiting:
        try:
            is_swapped = exchange is not None and exchange(new, target)
        except FileNotFoundError:
            return Replaced.CHANGED_MEANWHILE
        if exchange is None or not is_swapped:
            return _replace_unchecked(target, new)
        if _read(new) == before:
            return Replaced.DONE
        if not are_waiting or not _take_over(new, handle):
            _put_back(target, new, handle, exchange)
    return Replaced.CHANGED_MEANWHILE


def _replace_unchecked(target: Path, new: Path) -> Replaced:
    new.replace(target)
    return Replaced.UNCHECKED


def _take_over(theirs: Path, handle: int) -> bool:
    """Undo a swap without another one: give our file, open as ``handle``, the content of ``theirs``.

    Whoever opens our file waits meanwhile, so nobody reads anything else from it. A second swap would leave a
    moment in which a write that has just replaced our file is replaced by the older one, and could be read.
    Return whether that worked; on a full disk it does not.
    """
    try:
        content = theirs.read_bytes()
        _rewrite(handle, content)
        os.fsync(handle)
    except OSError:
        return False
    return True


def _put_back(target: Path, other: Path, handle: int, exchange: Exchange) -> None:
    """Undo a swap: put the newest write of other programs back. Ours, open as ``handle``, is ``other`` then.

    While one write is put back, another may have arrived: that one is newer, and goes in its place.
    """
    put, content = os.dup(handle), b""
    try:
        for _ in range(MOST_SWAPS):
            # Open for as long as it is compared: the number of a file that is gone is given to a new one.
            newest = os.open(other, os.O_RDONLY)
            content = other.read_bytes()
            exchange(other, target)
            is_in_order = os.path.samestat(other.stat(), os.fstat(put))
            os.close(put)
            put = newest
            if is_in_order:
                break
    finally:
        os.close(put)
    with suppress(OSError):  # no room; then only who has opened our file already could read from it
        # Such a program must not read from it what is not in force.
        _rewrite(handle, content)


def _rewrite(handle: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.pwrite(handle, content[written:], written)
    os.ftruncate(handle, len(content))


@contextmanager
def _readers_waiting(handle: int) -> Iterator[bool]:
    """Let programs that open a file wait for some microseconds, where the file system can (Linux: a lease).

    Gives whether they wait. Otherwise one could read what is taken back in the next moment, and save that
    with a change of its own.
    """
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415 - exists only there
        import signal  # noqa: PLC0415 - the same

        are_waiting = False
        with suppress(OSError):
            # The signal that somebody waits would end this process. This one is ignored by default.
            fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            are_waiting = True
        try:
            yield are_waiting
        finally:
            with suppress(OSError):
                fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    else:
        yield False


def _read(path: Path) -> bytes | None:
    try:
        return read_bytes(path, limit=16 * 1024 * 1024)
    except FileNotFoundError:
        return None
