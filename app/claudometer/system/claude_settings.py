"""Claude Code's ``settings.json``: read and replaced whole, after a copy. Does not know what is in it."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.files import PRIVATE_FILE, read_bytes, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

FILE_NAME = "settings.json"
MAX_BYTES = 16 * 1024 * 1024
TRIES = 5
MAX_COPIES_READ = 20
_COPY = ".before-claudometer-"


class ChangingError(OSError):
    """Another program changed the file at every one of our tries."""


def change(path: Path, edit: Callable[[str], str], now: datetime) -> Path | None:
    """Edit the file and return its copy, or ``None`` if there was nothing to copy or to change.

    If another program changes the file between reading and writing, the edit starts over from the new text.

    Raises:
        OSError: the file cannot be read or written, and is unchanged.
        UnicodeDecodeError: the file is not UTF-8.
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
    """Write the copy beside the file, under a new name and with the mode of the file."""
    stem = f"{path.name}{_COPY}{now:%Y-%m-%d-%H%M%S}"
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


def read_copies(path: Path) -> Iterator[str]:
    """Yield the texts of the newest copies that `change` left beside the file, newest first."""
    copies = sorted(path.parent.glob(f"{path.name}{_COPY}*"), reverse=True)
    for copy in copies[:MAX_COPIES_READ]:
        with suppress(OSError, UnicodeDecodeError):  # a copy that cannot be read is no help, and no harm
            yield read_text(copy)


def read_text(path: Path) -> str:
    """Return the file's text.

    Raises:
        OSError: the file is not there, or cannot be read.
        UnicodeDecodeError: the file is not UTF-8.
    """
    return read_bytes(path, limit=MAX_BYTES).decode()


def managed_files() -> tuple[Path, ...]:
    """Return where an administrator may put settings that take precedence over the user's."""
    folders = {
        "darwin": Path("/Library/Application Support/ClaudeCode"),
        "win32": Path("C:/Program Files/ClaudeCode"),
    }
    return (folders.get(sys.platform, Path("/etc/claude-code")) / "managed-settings.json",)
