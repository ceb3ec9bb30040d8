"""Claude Code's ``settings.json``: read whole, replaced whole, after a copy. Does not know what is in it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.files import PRIVATE_FILE, read_bytes, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

FILE_NAME = "settings.json"
MAX_BYTES = 16 * 1024 * 1024
TRIES = 5


class ChangingError(OSError):
    """Somebody else wrote the file again and again meanwhile."""


def change(path: Path, edit: Callable[[str], str], now: datetime) -> Path | None:
    """Edit the file and return the copy of what it was, ``None`` when there was nothing to copy or to change.

    If it changed between reading and writing, the edit is made anew.

    Raises:
        OSError: it cannot be read or written; it is as it was.
        UnicodeDecodeError: it is no text.
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
    """Write the copy beside the file, under a name that is not taken, readable by whom the file is."""
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
        OSError: there is none, or it cannot be read.
        UnicodeDecodeError: it is no text.
    """
    return read_bytes(path, limit=MAX_BYTES).decode()


def managed_files() -> tuple[Path, ...]:
    """Return where an administrator may have put settings that come before the user's."""
    folders = {
        "darwin": Path("/Library/Application Support/ClaudeCode"),
        "win32": Path("C:/Program Files/ClaudeCode"),
    }
    return (folders.get(sys.platform, Path("/etc/claude-code")) / "managed-settings.json",)
