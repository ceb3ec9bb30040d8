"""The snapshots of the watched accounts: changed in one place, announced when they really change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from claudometer.domain.events import SnapshotChanged

if TYPE_CHECKING:
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import AccountKey
    from claudometer.engine.bus import Bus


class Board:
    """Holds one snapshot for each account, of which one is shown."""

    def __init__(self, bus: Bus, snapshot: Snapshot) -> None:
        self._bus = bus
        self._shown: AccountKey | None = snapshot.account
        self._snapshots = {self._shown: snapshot}

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that is shown."""
        return self._snapshots[self._shown]

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """All snapshots; the first is the one that is shown."""
        others = (snapshot for account, snapshot in self._snapshots.items() if account != self._shown)
        return (self.snapshot, *others)

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - the fields of Snapshot, checked by replace()
        """Replace fields of the shown snapshot, and announce it if something is different.

        With another ``account`` the snapshot is that account's from now on.
        """
        changed = replace(self.snapshot, **fields)
        if changed == self.snapshot:
            return
        del self._snapshots[self._shown]
        self._shown = changed.account
        self._snapshots[self._shown] = changed
        self.announce()

    def announce(self) -> None:
        """Publish the shown snapshot again, even if it has not changed: time has passed."""
        self._bus.publish(SnapshotChanged(self.snapshot))
