"""A disk that takes nothing, from when a test says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.engine.dependencies import StateFile


class FullDisk:
    """A state file that takes nothing while the disk is full."""

    def __init__(self, state: StateFile) -> None:
        self._state = state
        self.is_full = False

    def read(self) -> dict[str, Any]:
        return self._state.read()

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        self._state.change(edit)
