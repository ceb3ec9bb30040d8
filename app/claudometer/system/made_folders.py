"""Folders of other programs: a hidden file marks those that we created, so that we can remove them again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.system.files import PRIVATE_FILE
from claudometer.system.regular_files import make_folders

if TYPE_CHECKING:
    from pathlib import Path

MARK = ".made-by-claudometer"


def make(folder: Path) -> bool:
    """Create and mark a folder if it is missing, and return whether it was missing.

    Raises:
        OSError: it cannot be created.
    """
    if folder.is_symlink() or folder.exists():
        return False
    make_folders(folder)
    with suppress(OSError):  # without the mark, an empty folder stays
        (folder / MARK).touch(PRIVATE_FILE)
    return True


def take_back(folder: Path) -> None:
    """Remove our mark, and the folder if nothing else is in it. A folder without the mark stays."""
    with suppress(OSError):  # also if something is in it: then it is in use
        (folder / MARK).unlink()
        folder.rmdir()
