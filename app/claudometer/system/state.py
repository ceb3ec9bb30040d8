"""A small JSON file that several processes may change: locked during a change, never half written.

A damaged file differs from a missing one, because its content is lost; the member ``DAMAGED`` says so.
"""

from __future__ import annotations

import json
import logging
import threading
from copy import deepcopy
from typing import TYPE_CHECKING, ClassVar

from claudometer.system.file_locks import locked
from claudometer.system.files import (
    make_private_folder,
    read_bytes,
    remove_stale_files,
    write_atomically,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.domain.json_object import JsonObject

log = logging.getLogger(__name__)

MAX_BYTES = 4 * 1024 * 1024
LOCK_TIMEOUT_S = 10.0
"""Others hold the lock while they flush to the disk, which may be slow, or busy with a backup."""

DAMAGED = "damaged"


class JsonState:
    """One JSON object on disk. Its methods block."""

    is_spare = False
    fault: ClassVar[dict[str, str]] = {}

    def __init__(self, path: Path, *, level: int = logging.WARNING) -> None:
        self._path = path
        self._level = level  # of the log line about a damaged file
        # Each change makes a lock object of its own, so that two threads exclude each other as well.
        self._lock_path = path.with_suffix(".lock")
        self._is_tidy = False
        self._is_damaged = False

    def read(self) -> JsonObject:
        """Return the object; empty without a file, ``{DAMAGED: True}`` for a file that cannot be used."""
        try:
            kept = json.loads(read_bytes(self._path, limit=MAX_BYTES))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            return self._damaged(error)
        if not isinstance(kept, dict):
            return self._damaged(TypeError("not an object"))
        self._is_damaged = False
        return kept

    def change(self, edit: Callable[[JsonObject], None], *, durable: bool = True) -> None:  # noqa: ARG002
        """Edit the object and replace the file; if the edit changes nothing, nothing is written.

        Args:
            durable: ignored: a rename needs the flush in any case.

        Raises:
            OSError: it could not be written and is unchanged. Also when another process held the lock for
                more than 10 s.
        """
        make_private_folder(self._path.parent)
        with locked(self._lock_path, timeout_s=LOCK_TIMEOUT_S):
            self._tidy_up()
            # Read under the lock, so that what another process has just written is not lost.
            state = self.read()
            before = _encode(state)
            edit(state)
            after = _encode(state)
            # A damaged file is always replaced. Order matters, because the newest reading is the last.
            if after != before or DAMAGED in state:
                write_atomically(self._path, after)

    def _damaged(self, error: Exception) -> JsonObject:
        if not self._is_damaged:  # logged once: a file that cannot be replaced is read at every poll
            log.log(self._level, "the state file cannot be used: %s", error)
        self._is_damaged = True
        return {DAMAGED: True}

    def _tidy_up(self) -> None:
        """Remove the temporary files of killed writers, once. We have the lock, so nobody else writes."""
        if not self._is_tidy:
            remove_stale_files(self._path.parent, of=self._path.name, older_than_s=0)
            self._is_tidy = True


def _encode(state: JsonObject) -> bytes:
    return json.dumps(state, separators=(",", ":")).encode()


class MemoryState:
    """One JSON object in memory, for the demo, which starts without a past each time."""

    is_spare = False
    fault: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        self._object: JsonObject = {}
        self._lock = threading.Lock()

    def read(self) -> JsonObject:
        """Return a copy of the object; empty at first."""
        with self._lock:
            return deepcopy(self._object)

    def change(self, edit: Callable[[JsonObject], None], *, durable: bool = True) -> None:  # noqa: ARG002
        """Edit the object; an edit that raises changes nothing."""
        with self._lock:
            edited = deepcopy(self._object)
            edit(edited)
            self._object = edited
