"""What the alerts need of the engine and of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from claudometer.processes.presenter import SnapshotSource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claudometer.domain.alerts.past_alerts import AlertRecord, Kept
    from claudometer.domain.settings import Settings


class AlertEngine(SnapshotSource, Protocol):
    """The engine: snapshots, and the settings that say what to alert about."""

    @property
    def settings(self) -> Settings: ...


class AlertStore(Protocol):
    """Where alerts are kept across restarts. ``read`` and ``write`` block."""

    def read(self) -> Kept: ...
    def write(self, kept: Kept) -> bool:
        """Replace what is kept, and return whether it will last."""
        ...

    def left(self, records: Iterable[AlertRecord], /) -> tuple[AlertRecord, ...]:
        """Return the records without those that were cleared before the last read or write."""
        ...
