"""Replaces a file only if it still has the content that was read, whatever other programs write meanwhile.

Other programs take no lock: they rename a new file over the old one. So the new file and the old one swap
names, and the old one is then compared with what was read. If it differs, it is put back.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.file_swap import find_exchange
from claudometer.system.files import PRIVATE_FILE, read_bytes, sync_folder, temporary_stem
from claudometer.system.regular_files import find_replaceable, make_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Exchange = Callable[[Path, Path], bool]

MAX_BYTES = 16 * 1024 * 1024
"""Of a file that is read. Claude Code's settings have some kilobytes."""

MOST_SWAPS = 100
"""How many writes of others within microseconds are put in order, before we give up."""


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
        sync: whether to flush the new content to disk before the swap, which takes milliseconds, or after it.

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
    # Renamed first, and compared again under a name that no other program writes.
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
    # Compared before the swap as well: that is visible for a moment, and this finds most changes without it.
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
    """Undo a swap without a second one: give our file, open as ``handle``, the content of ``theirs``.

    Programs that open our file wait meanwhile, so none reads our content. A second swap could replace a newer
    write of another program by the older one for a moment, in which it could be read.

    Returns:
        Whether that worked; on a full disk it does not.
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

    While one write is put back, another may have arrived. That one is newer, and is put in its place.
    """
    content = b""
    # All are open until the end: the inode number of a file that is gone could be that of a new file.
    with ExitStack() as opened:
        put = handle
        for _ in range(MOST_SWAPS):
            newest = os.open(other, os.O_RDONLY)
            opened.callback(os.close, newest)
            content = other.read_bytes()
            exchange(other, target)
            # If what comes back is the file that we had put there, nobody has written meanwhile.
            if os.path.samestat(other.stat(), os.fstat(put)):
                break
            put = newest
    with suppress(OSError):  # a full disk
        # A program that has opened our file must not read our content from it, which is not valid any more.
        _rewrite(handle, content)


def _rewrite(handle: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.pwrite(handle, content[written:], written)
    os.ftruncate(handle, len(content))


@contextmanager
def _readers_waiting(handle: int) -> Iterator[bool]:
    """Make programs that open a file wait for some microseconds, by a lease of Linux (fcntl(2), F_SETLEASE).

    Yields whether they do. Otherwise one could read content that is withdrawn in the next moment, and save it
    with a change of its own.
    """
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415 - exists only there
        import signal  # noqa: PLC0415 - the same

        are_waiting = False
        with suppress(OSError):
            # By default, the kernel reports a waiting program by SIGIO, which ends us. SIGURG is ignored.
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
        return read_bytes(path, limit=MAX_BYTES)
    except FileNotFoundError:
        return None
