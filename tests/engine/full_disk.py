"""A state file on a disk that a test can fill."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.engine.dependencies import StateFile


class FullDisk:
    """A state file that raises ENOSPC on every write while ``is_full``."""

    def __init__(self, state: StateFile, *, is_full: bool = False) -> None:
        self._state = state
        self.is_spare = False
        self.is_full = is_full

    @property
    def fault(self) -> dict[str, str]:
        return {"reason": "full"} if self.is_full else {}

    def read(self) -> dict[str, Any]:
        return self._state.read()

    def change(self, edit: Callable[[dict[str, Any]], None], *, durable: bool = True) -> None:
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._state.change(edit, durable=durable)
