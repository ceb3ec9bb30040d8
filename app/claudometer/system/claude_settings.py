"""Reads Claude Code's ``settings.json``, and replaces it as a whole, after a copy. Does not interpret it."""

from __future__ import annotations

import os
import random
import stat
import sys
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.json_text import NotUtf8Error, decode_text
from claudometer.system.claude_settings_writing import (
    MAX_BYTES,
    Replaced,
    remove_unchanged,
    replace_unchanged,
)
from claudometer.system.files import PRIVATE_FILE, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

FILE_NAME = "settings.json"
TRY_FOR_S = 3.0
"""How long to try, in seconds. A user waits for the command, or for the button in the window."""

PATIENT_TRIES = 5
"""How many tries flush to disk before they replace the file. Further ones flush after it, to be faster."""

MOST_PAUSE_S = 0.01
SETTLE_S = 0.25
"""How long another program may take from reading the file to writing it.

Claude Code takes some milliseconds; on a busy machine, one of 152 saves took more than 50 ms.
"""

MAX_COPIES_READ = 20
_COPY = ".before-claudometer-"


class ChangingError(OSError):
    """Another program changed the file during each of our tries."""


def change(
    path: Path, edit: Callable[[str], str], now: datetime, *, on_unchecked: Callable[[], None] | None = None
) -> Path | None:
    """Edit the file and return its copy, or ``None`` if there was nothing to copy or to change.

    If another program changes the file before or while it is replaced, or undoes the edit at once because it
    read the file earlier, the edit starts over from the new text: ``edit`` may be called several times.

    Args:
        edit: returns the new text for the old one, which is empty if there is no file.
        now: names the copy.
        on_unchecked: called where the file system cannot swap files, so that another program's write in the
            same instant may be lost.

    Raises:
        ChangingError: another program changed the file during each try. It is an ``OSError``.
        OSError: the file cannot be read or written, and is unchanged.
        NotUtf8Error: the file is not UTF-8.
    """
    copy: Path | None = None
    deadline = time.monotonic() + TRY_FOR_S
    for number in count():
        if time.monotonic() > deadline:
            break
        before = _read(path)
        after = edit(decode_text(before or b"")).encode()
        if after == before or (before is None and not after):
            return copy
        _remove(copy)  # of an edit that was undone
        copy = None if before is None else _copy(path, before, now, sync=number < PATIENT_TRIES)
        try:
            replaced = replace_unchanged(
                path, before, after, mode=_mode_of(path), sync=number < PATIENT_TRIES
            )
        except BaseException:
            _remove(copy)
            raise
        if replaced is Replaced.CHANGED_MEANWHILE:
            _remove(copy)
            copy = None
            time.sleep(random.uniform(0, MOST_PAUSE_S))  # noqa: S311 - to miss the other's rhythm
            continue
        if replaced is Replaced.UNCHECKED and on_unchecked is not None:
            on_unchecked()
        # A program that read the old text before our write now writes it back, without our edit.
        time.sleep(SETTLE_S)
        if _read(path) == after:
            return copy
    _remove(copy)
    raise ChangingError


def remove(path: Path, text: str, is_ours: Callable[[str], bool]) -> bool:
    """Remove a file that still has this text, and those of its copies that ``is_ours`` calls ours alone.

    Returns whether the file was removed; where it cannot be, it stays as it is.
    """
    with suppress(OSError):
        if not remove_unchanged(path, text.encode()):
            return False
        for copy in _copies_of(path):
            with suppress(OSError, ValueError):
                if is_ours(read_text(copy)):
                    copy.unlink()
        return True
    return False


def _read(path: Path) -> bytes | None:
    """Read the file, ``None`` without one. Another process of ours may have a lease on it for an instant."""
    deadline = time.monotonic() + TRY_FOR_S
    while time.monotonic() < deadline:
        try:
            return read_bytes(path, limit=MAX_BYTES)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            time.sleep(MOST_PAUSE_S)
    raise ChangingError


def _remove(copy: Path | None) -> None:
    if copy is not None:
        copy.unlink(missing_ok=True)


def _mode_of(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return PRIVATE_FILE


def _copy(path: Path, content: bytes, now: datetime, *, sync: bool) -> Path:
    """Write the copy beside the file, under a new name and with the mode of the file."""
    stem = f"{path.name}{_COPY}{now:%Y-%m-%d-%H%M%S}"
    for number in range(100):
        copy = path.with_name(f"{stem}-{number}" if number else stem)
        try:
            handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode_of(path))
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as file:
            try:
                file.write(content)
                file.flush()
                if sync:
                    os.fsync(handle)
            except BaseException:
                _remove(copy)  # an incomplete copy is of no use
                raise
        return copy
    raise FileExistsError(str(path))


def read_copies(path: Path) -> Iterator[str]:
    """Yield the texts of the newest copies that `change` left beside the file, newest first."""
    for copy in _copies_of(path)[:MAX_COPIES_READ]:
        with suppress(OSError, NotUtf8Error):  # a copy that cannot be read is no help, and no harm
            yield read_text(copy)


def _copies_of(path: Path) -> list[Path]:
    # By name, which ends with the time of the copy.
    return sorted(path.parent.glob(f"{path.name}{_COPY}*"), reverse=True)


def read_text(path: Path) -> str:
    """Return the file's text.

    Raises:
        OSError: the file is not there, or cannot be read.
        NotUtf8Error: the file is not UTF-8.
    """
    return decode_text(read_bytes(path, limit=MAX_BYTES))


def managed_files() -> tuple[Path, ...]:
    """Return where an administrator may put settings that take precedence over the user's."""
    folders = {
        "darwin": Path("/Library/Application Support/ClaudeCode"),
        "win32": Path("C:/Program Files/ClaudeCode"),
    }
    return (folders.get(sys.platform, Path("/etc/claude-code")) / "managed-settings.json",)
