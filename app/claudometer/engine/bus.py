"""The event bus, and the store of snapshots that announces its changes on it. For the loop's thread only."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from claudometer.domain.events import SnapshotChanged

if TYPE_CHECKING:
    from claudometer.domain.events import Event
    from claudometer.domain.snapshot import Snapshot

log = logging.getLogger(__name__)

E = TypeVar("E")
Unsubscribe = Callable[[], None]


class Bus:
    """Typed publish and subscribe. Not thread-safe: for the loop's thread only."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[type[object], list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[E], callback: Callable[[E], None]) -> Unsubscribe:
        """Call ``callback`` with every event of ``kind`` until the returned function is called."""
        subscribers = self._subscribers[kind]
        subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in subscribers:
                subscribers.remove(callback)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Call every subscriber in order. One that fails is logged, and the others are still called."""
        # A subscriber may unsubscribe while it is called.
        for callback in tuple(self._subscribers[type(event)]):
            try:
                callback(event)
            except Exception:  # barrier
                log.exception("a subscriber to %s failed", type(event).__name__)


class SnapshotStore:
    """Holds the snapshot that is shown, and announces its changes."""

    def __init__(self, bus: Bus, snapshot: Snapshot) -> None:
        self._bus = bus
        self._snapshot = snapshot

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that is shown."""
        return self._snapshot

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - the fields of Snapshot, checked by replace()
        """Replace fields of the shown snapshot, and announce it if something is different.

        With another ``account`` the snapshot is that account's from now on.
        """
        changed = replace(self.snapshot, **fields)
        # Each announcement makes every surface compute its view again, and most looks change nothing.
        if changed == self.snapshot:
            return
        self._snapshot = changed
        self.announce()

    def announce(self) -> None:
        """Publish the shown snapshot again, even if it has not changed: time has passed."""
        self._bus.publish(SnapshotChanged(self.snapshot))
