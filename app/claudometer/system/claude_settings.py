"""Reads Claude Code's ``settings.json``, and replaces it after making a copy. Does not interpret it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.files import read_bytes, write_atomically
from claudometer.system.filesystem import PRIVATE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

FILE_NAME = "settings.json"
MAX_BYTES = 16 * 1024 * 1024
TRIES = 5


class ChangingError(OSError):
    """Another program kept changing the file."""


def change(path: Path, edit: Callable[[str], str], now: datetime) -> Path | None:
    """Edit the file and return the copy of its old content, ``None`` if there was nothing to copy or change.

    When another program changes it between reading and writing, the edit is repeated.

    Raises:
        ChangingError: another program kept changing it.
        OSError: it cannot be read or written, and is unchanged.
        UnicodeDecodeError: it is not UTF-8.
    """
    for _ in range(TRIES):
        before = _read(path)
        after = edit((before or b"").decode()).encode()
        if after == before or (before is None and not after):
            return None
        copy = None if before is None else _copy(path, before, now)
        if _read(path) == before:
            write_atomically(path, after, mode=_mode_of(path))
            return copy
        if copy is not None:
            copy.unlink()
    raise ChangingError


def _read(path: Path) -> bytes | None:
    try:
        return read_bytes(path, limit=MAX_BYTES)
    except FileNotFoundError:
        return None


def _mode_of(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return PRIVATE_FILE


def _copy(path: Path, content: bytes, now: datetime) -> Path:
    """Write the copy beside the file, under a free name and with the file's permissions."""
    stem = f"{path.name}.before-claudometer-{now:%Y-%m-%d-%H%M%S}"
    for number in range(100):
        copy = path.with_name(f"{stem}-{number}" if number else stem)
        try:
            handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode_of(path))
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        return copy
    raise FileExistsError(str(path))


def read_text(path: Path) -> str:
    """Return the file's text.

    Raises:
        OSError: it is missing, or cannot be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    return read_bytes(path, limit=MAX_BYTES).decode()


def managed_files() -> tuple[Path, ...]:
    """Return where an administrator may have put settings that take precedence over the user's."""
    folders = {
        "darwin": Path("/Library/Application Support/ClaudeCode"),
        "win32": Path("C:/Program Files/ClaudeCode"),
    }
    return (folders.get(sys.platform, Path("/etc/claude-code")) / "managed-settings.json",)
