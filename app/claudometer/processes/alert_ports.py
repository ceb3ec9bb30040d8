"""What the alerts need of the engine, the presenter and the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claudometer.domain.alerts.past_alerts import AlertRecord, Kept
    from claudometer.domain.region import Region
    from claudometer.domain.settings import Settings
    from claudometer.domain.snapshot import Snapshot
    from claudometer.present.view import AccountView
    from claudometer.processes.presenter import Bus


class Watched(Protocol):
    """The engine."""

    @property
    def bus(self) -> Bus: ...
    @property
    def snapshot(self) -> Snapshot: ...
    @property
    def settings(self) -> Settings: ...


class Seen(Protocol):
    """The presenter."""

    @property
    def region(self) -> Region: ...
    def view(self) -> AccountView: ...


class Store(Protocol):
    """Where alerts are kept across restarts. ``read`` and ``write`` block."""

    def read(self) -> Kept: ...
    def write(self, kept: Kept) -> bool:
        """Replace what is kept, and return whether it will last."""
        ...

    def left(self, records: Iterable[AlertRecord], /) -> tuple[AlertRecord, ...]:
        """Return the records without those that were cleared before the last read or write."""
        ...
