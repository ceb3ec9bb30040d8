"""Reads and changes what the program keeps about budgets and last readings, as the program does."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from claudometer.processes.kept_state import STATE_NAME
from claudometer.store.connecting import FILE_NAME
from claudometer.store.disk import Disk
from claudometer.store.state import StoredState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def read_state(folder: Path) -> dict[str, Any]:
    """Return the state that is kept in a state folder."""
    with closing(StoredState(Disk(folder / FILE_NAME), folder / STATE_NAME)) as state:
        return state.read()


def change_state(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change the state in a state folder."""
    with closing(StoredState(Disk(folder / FILE_NAME), folder / STATE_NAME)) as state:
        state.change(lambda kept: (edit(kept), None)[1])
