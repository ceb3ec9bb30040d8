"""Reads from the state file whether other programs use up the same limit. Light: ``requests`` needs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from claudometer.domain.bucket_codec import shared_rate
from claudometer.system.files import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

STATE_NAME = "state.json"
MAX_BYTES = 4 * 1024 * 1024


def spare_of(lock_file: Path) -> Path:
    """Return where the state is kept while its own folder cannot be written."""
    return lock_file.with_suffix(f".{STATE_NAME}")


def read_shared_rate(folder: Path, lock_file: Path | None) -> int | None:
    """Return how many requests an hour are left to us of a limit that is shared.

    ``None`` if it is not shared, and if no file says so. Blocks.

    Args:
        folder: of the state.
        lock_file: of the app; a spare state lies beside it, and is the newer one where there is one.
    """
    spare = [] if lock_file is None else [spare_of(lock_file)]
    for path in (*spare, folder / STATE_NAME):
        try:
            state = json.loads(read_bytes(path, limit=MAX_BYTES))
        except (OSError, ValueError, RecursionError):
            continue
        if state and isinstance(state, dict):
            return shared_rate(state)
    return None
