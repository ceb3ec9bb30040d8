"""What one subscriber has not been told yet: the newest of each kind, so that memory is bounded."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from claudometer.domain.codec import snapshot_to_wire
from claudometer.domain.events import SnapshotChanged, UpdateChanged, WindowRequested
from claudometer.domain.update import update_to_wire

if TYPE_CHECKING:
    from types import TracebackType

    from claudometer.control.protocol import Message
    from claudometer.control.server.operations import Facade
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.update import Update


class Feed:
    """Collects the news of the bus while entered. Starts with the snapshot that stands."""

    def __init__(self, engine: Facade) -> None:
        self._bus = engine.bus
        self._snapshot: Snapshot | None = engine.snapshot
        self._update: Update | None = None
        self._focus = False
        self._news = asyncio.Event()

    def __enter__(self) -> Self:
        self._unsubscribe = (
            self._bus.subscribe(SnapshotChanged, self._note_snapshot),
            self._bus.subscribe(UpdateChanged, self._note_update),
            self._bus.subscribe(WindowRequested, self._note_focus),
        )
        self._news.set()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    async def take(self) -> list[Message]:
        """Wait for news and return it all."""
        await self._news.wait()
        self._news.clear()
        messages: list[Message] = []
        if self._snapshot is not None:
            messages.append({"event": "snapshot", "snapshot": snapshot_to_wire(self._snapshot)})
        if self._update is not None:
            messages.append({"event": "update", "update": update_to_wire(self._update)})
        if self._focus:
            messages.append({"event": "focus"})
        self._snapshot, self._update, self._focus = None, None, False
        return messages

    def _note_snapshot(self, event: SnapshotChanged) -> None:
        self._snapshot = event.snapshot
        self._news.set()

    def _note_update(self, event: UpdateChanged) -> None:
        self._update = event.update
        self._news.set()

    def _note_focus(self, _event: WindowRequested) -> None:
        self._focus = True
        self._news.set()
