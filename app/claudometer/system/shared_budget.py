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


def read_shared_rate(folder: Path) -> int | None:
    """Return how many requests an hour are left to us of a limit that is shared.

    ``None`` if it is not shared, and if the file does not say. Blocks.
    """
    try:
        state = json.loads(read_bytes(folder / STATE_NAME, limit=MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    return shared_rate(state) if isinstance(state, dict) else None
