"""A minimal engine that behaves like the real one and sends no requests."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.domain.events import QuitRequested, SnapshotChanged, WindowRequested
from claudometer.engine.bus import Bus
from tests.clocks import NOON
from tests.form_states import form_state
from tests.readings import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.events import WindowPlace
    from claudometer.domain.form_state import FormState
    from claudometer.domain.snapshot import Snapshot
    from claudometer.store.history import History


@dataclass(frozen=True)
class Answer:
    accepted: bool
    until: datetime | None = None
    browser: bool = False


class SmallEngine:
    """Its form has the fields that were saved; its interval has the range of the real one."""

    def __init__(self) -> None:
        self.bus = Bus()
        self.snapshot: Snapshot = snapshot()
        self.answer = Answer(accepted=True)
        self.has_key = True
        self.fields: dict[str, Any] = {}
        self.broken = False
        self.refreshes = 0
        self.history: History | None = None

    async def refresh(self) -> Answer:
        self.refreshes += 1
        return self.answer

    async def form(self) -> FormState:
        if self.broken:
            raise RuntimeError("sessionKey=sk-ant-sid01-canary")
        key = {"saved": self.has_key, "where": "keyring" if self.has_key else None, "ends_at": None}
        return form_state(session_key=key, **self.fields)

    async def save(self, params: Mapping[str, object]) -> FormState:
        interval = params.get("interval_seconds", 60)
        if not isinstance(interval, int) or not 10 <= interval <= 3600:
            raise InvalidSettingError("interval_seconds", ErrorCode.INTERVAL_OUT_OF_RANGE, low=10, high=3600)
        self.fields |= {name: value for name, value in params.items() if name != "session_key"}
        return await self.form()

    async def forget_key(self) -> FormState:
        if not self.has_key:
            raise ClaudometerError(ErrorCode.KEYRING_LOCKED)
        self.has_key = False
        return await self.form()

    def request_window(self, place: WindowPlace | None = None) -> None:
        self.bus.publish(WindowRequested(place))

    def request_quit(self) -> None:
        self.bus.publish(QuitRequested())

    def show(self, shown: Snapshot) -> None:
        """Replace the snapshot and publish it, as the real engine does."""
        self.snapshot = shown
        self.bus.publish(SnapshotChanged(shown))


class GatedEngine(SmallEngine):
    """Completes a refresh only when the gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.refreshing = threading.Semaphore(0)

    async def refresh(self) -> Answer:
        self.refreshing.release()
        await self.gate.wait()
        return self.answer


BLOCKED = Answer(accepted=False, until=NOON + timedelta(minutes=40))
