"""What happens to the file of a database: a folder takes its place, or one of its pages is overwritten."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE_BYTES = 4096


@contextmanager
def folder_in_place_of(path: Path) -> Iterator[None]:
    """Put a folder in the place of a closed database, so that only memory can take what is recorded."""
    elsewhere = path.with_name("elsewhere")
    path.rename(elsewhere)
    path.mkdir()
    try:
        yield
    finally:
        path.rmdir()
        elsewhere.rename(path)


def damage_the_middle(path: Path) -> None:
    """Overwrite the page in the middle of a closed database, as a failing drive does."""
    middle = path.stat().st_size // 2 // PAGE_BYTES * PAGE_BYTES
    with path.open("r+b") as file:
        file.seek(middle)
        file.write(b"\xff" * PAGE_BYTES)
