"""The alerts of a small engine in virtual time, with a desktop that records its notifications."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.events import SettingsChanged
from claudometer.domain.region import UTC_REGION
from claudometer.domain.settings import Settings
from claudometer.processes.alerts import Alerts
from claudometer.processes.presenter import Presenter
from claudometer.store.alerts import KeptAlerts
from claudometer.store.connecting import FILE_NAME
from claudometer.store.history import History
from tests.accelerated.virtual_time import VirtualTime, run_virtually
from tests.control.small_engine import SmallEngine
from tests.readings import reading, session, snapshot

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import Limit
    from claudometer.present.alerts import Bubble

SETTLED_S = 6.0
"""Longer than the alerts wait for more of the same burst."""


def near(alerting: Alerting, percent: float, hours: float = 3) -> Limit:
    """Return a session that resets in a few hours."""
    return session(percent, alerting.time.now() + timedelta(hours=hours))


class EngineWithSettings(SmallEngine):
    """A small engine that has settings, too."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = Settings()


class Alerting:
    """The app's alerts over restarts.

    ``bubbles`` has every notification; ``taken`` says whether the desktop takes the next ones.
    """

    def __init__(self, folder: Path, *, time: VirtualTime | None = None) -> None:
        self.time = time or VirtualTime()
        self.folder = folder
        self.engine = EngineWithSettings()
        self.engine.snapshot = snapshot(reading(fetched_at=self.time.now()))
        self.bubbles: list[Bubble] = []
        self.taken = True
        self.alerts = self._make()
        self._task: asyncio.Task[None] | None = None

    def _make(self) -> Alerts:
        presenter = Presenter(self.engine, self.time, region=UTC_REGION)
        self._history = History(self.folder / FILE_NAME)
        store = KeptAlerts(self._history)
        return Alerts(self.engine, presenter, self.time, show=self._show, store=store)

    async def _show(self, bubble: Bubble) -> bool:
        self.bubbles.append(bubble)
        return self.send(bubble)

    def send(self, _bubble: Bubble) -> bool:
        """Act as the desktop; return whether it takes the notification."""
        return self.taken

    def run(self, steps: Callable[[Alerting], Awaitable[None]]) -> None:
        """Start the alerts, and end them when ``steps`` are done."""

        async def main() -> None:
            self._task = asyncio.create_task(self.alerts.run())
            await steps(self)
            await self._stop()

        run_virtually(self.time, main())

    async def _stop(self) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self.close()

    async def restart(self) -> None:
        """End the program and start it again, with what it has saved."""
        await self._stop()
        self.recreate()
        self._task = asyncio.create_task(self.alerts.run())

    def recreate(self) -> None:
        """Create the alerts of a new run, without running them."""
        self.alerts = self._make()

    def close(self) -> None:
        """Close the history: from Python 3.13 on, one that is left open is a warning, and so a failure."""
        self._history.close()

    async def see(self, *limits: Limit) -> list[str]:
        """Show fresh numbers; return the titles of the notifications that they lead to."""
        return await self.show(snapshot(reading(*limits, fetched_at=self.time.now())))

    async def show(self, shown: Snapshot) -> list[str]:
        """Show a snapshot; return the titles of the notifications that it leads to."""
        before = len(self.bubbles)
        self.engine.show(shown)
        await asyncio.sleep(SETTLED_S)
        return [bubble.title for bubble in self.bubbles[before:]]

    async def change(self, **settings: object) -> None:
        """Save settings."""
        self.engine.settings = replace(self.engine.settings, **settings)  # type: ignore[arg-type]
        self.engine.bus.publish(SettingsChanged(self.engine.settings))
        await asyncio.sleep(SETTLED_S)
