"""A small JSON file that several processes may change: locked while one does, whole at every moment.

A file that is there and of no use is not the same as none: what was in it is lost, and whoever counted on it
is told by the entry ``DAMAGED``.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from claudometer.system.files import (
    PRIVATE_FILE,
    make_private_folder,
    read_bytes,
    remove_leftovers,
    write_atomically,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

MAX_BYTES = 4 * 1024 * 1024
LOCK_TIMEOUT_S = 10.0

DAMAGED = "damaged"


class JsonState:
    """One JSON object on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # A lock object for each use: the loop's threads come and go, and one object counts re-entries.
        self._lock_path = path.with_suffix(".lock")
        self._is_tidy = False

    def read(self) -> dict[str, Any]:
        """Return the object, empty when there is no file; ``{DAMAGED: True}`` for one of no use."""
        try:
            kept = json.loads(read_bytes(self._path, limit=MAX_BYTES))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            log.warning("the state file is damaged and starts anew: %s", type(error).__name__)
            return {DAMAGED: True}
        return kept if isinstance(kept, dict) else {DAMAGED: True}

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit the object and write it whole.

        Raises:
            OSError: it could not be written; the old one is untouched. Also when another process held the
                lock for more than 10 s.
        """
        make_private_folder(self._path.parent)
        try:
            with FileLock(self._lock_path, timeout=LOCK_TIMEOUT_S, mode=PRIVATE_FILE):
                self._tidy_up()
                state = self.read()
                edit(state)
                write_atomically(self._path, json.dumps(state, separators=(",", ":")).encode())
        except Timeout as error:
            raise OSError("another process keeps the state file locked") from error

    def _tidy_up(self) -> None:
        """Remove what writers killed half-way left: whoever holds the lock knows that nobody writes."""
        if not self._is_tidy:
            remove_leftovers(self._path.parent, of=self._path.name, older_than_s=0)
            self._is_tidy = True
