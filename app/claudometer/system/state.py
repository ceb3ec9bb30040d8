"""A small JSON file that several processes may change: locked while one does, whole at every moment."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from claudometer.system.files import PRIVATE_FILE, make_private_folder, read_bytes, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

MAX_BYTES = 4 * 1024 * 1024
LOCK_TIMEOUT_S = 10.0


class JsonState:
    """One JSON object on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # A lock object for each use: the loop's threads come and go, and one object counts re-entries.
        self._lock_path = path.with_suffix(".lock")

    def read(self) -> dict[str, Any]:
        """Return the object; empty when there is none, or when it is damaged (said in the log)."""
        try:
            kept = json.loads(read_bytes(self._path, limit=MAX_BYTES))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            log.warning("the state file is damaged and starts anew: %s", type(error).__name__)
            return {}
        return kept if isinstance(kept, dict) else {}

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit the object and write it whole.

        Raises:
            OSError: it could not be written; the old one is untouched. Also when another process held the
                lock for more than 10 s.
        """
        make_private_folder(self._path.parent)
        try:
            with FileLock(self._lock_path, timeout=LOCK_TIMEOUT_S, mode=PRIVATE_FILE):
                state = self.read()
                edit(state)
                write_atomically(self._path, json.dumps(state, separators=(",", ":")).encode())
        except Timeout as error:
            raise OSError("another process keeps the state file locked") from error
