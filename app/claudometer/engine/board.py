"""The snapshot everyone is shown, changed in one place and announced when it really changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from claudometer.domain.events import SnapshotChanged

if TYPE_CHECKING:
    from claudometer.domain.snapshot import Snapshot
    from claudometer.engine.bus import Bus


class Board:
    """Holds the present snapshot."""

    def __init__(self, bus: Bus, snapshot: Snapshot) -> None:
        self._bus = bus
        self.snapshot = snapshot

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - the fields of Snapshot, checked by replace()
        """Replace fields of the snapshot; news goes out only if something is different."""
        changed = replace(self.snapshot, **fields)
        if changed != self.snapshot:
            self.snapshot = changed
            self.announce()

    def announce(self) -> None:
        """Say that what is shown should be looked at anew, though it may stand as it was: time has passed."""
        self._bus.publish(SnapshotChanged(self.snapshot))
