"""Opens the state that the programs of a user share: budgets and last readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.bucket_codec import shared_rate
from claudometer.store.connecting import FILE_NAME
from claudometer.store.disk import Disk
from claudometer.store.state import StoredState
from claudometer.system.spare_state import SparedState

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.system.paths import Places

STATE_NAME = "state.json"
"""The file of versions up to 0.1, and of a Python without SQLite."""


def find_state(places: Places, disk: Disk) -> SparedState:
    """Return the state. It is in the same database as the history, which ``disk`` has open."""
    folder = places.state_folder
    return SparedState(StoredState(disk, folder / STATE_NAME), spare_of(places.lock_file), folder=folder)


def look_at_state(folder: Path, lock_file: Path | None) -> SparedState | StoredState:
    """Return the state for a command that only reads it: nothing is created, migrated or repaired.

    Args:
        folder: of the state.
        lock_file: of the app. A spare state is beside it, and is the newer one if there is one.
    """
    own = StoredState(Disk(folder / FILE_NAME), folder / STATE_NAME, only_looks=True)
    return own if lock_file is None else SparedState(own, spare_of(lock_file), folder=folder)


def spare_of(lock_file: Path) -> Path:
    """Return where the state is kept while its own folder cannot be written."""
    return lock_file.with_suffix(f".{STATE_NAME}")


def read_shared_rate(folder: Path, lock_file: Path | None) -> int | None:
    """Return how many requests an hour Claude leaves us of a limit that other programs use as well.

    ``None`` if no other program does, as far as is known. Blocks. The arguments are those of `look_at_state`.
    """
    return shared_rate(look_at_state(folder, lock_file).read())
