"""Opens what the programs of a user share: budgets and last readings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.domain.bucket_codec import shared_rate
from claudometer.store.connecting import FILE_NAME
from claudometer.store.state import StoredState
from claudometer.system.spare_state import SparedState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.system.paths import Places

STATE_NAME = "state.json"
"""The file of versions up to 0.1, and of a Python without SQLite."""


def find_state(places: Places, *, on_damage: Callable[[Path], None] = lambda _aside: None) -> SparedState:
    """Return the state of a run.

    Args:
        on_damage: called with the new path of a damaged database.
    """
    own = StoredState(places.state_folder / FILE_NAME, places.state_folder / STATE_NAME, on_damage=on_damage)
    return SparedState(own, spare_of(places.lock_file))


def spare_of(lock_file: Path) -> Path:
    """Return where the state is kept while its own folder cannot be written."""
    return lock_file.with_suffix(f".{STATE_NAME}")


def read_shared_rate(folder: Path, lock_file: Path | None) -> int | None:
    """Return how many requests an hour are left to us of a limit that is shared.

    ``None`` if it is not shared, or if nothing says so. Blocks.

    Args:
        folder: of the state.
        lock_file: of the app; a spare state lies beside it, and is the newer one where there is one.
    """
    # Quietly: a command that lists requests says nothing of other files.
    own = StoredState(folder / FILE_NAME, folder / STATE_NAME, level=logging.DEBUG)
    return shared_rate((own if lock_file is None else SparedState(own, spare_of(lock_file))).read())
