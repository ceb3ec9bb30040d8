"""A real control server whose loop runs in a thread, for tests that use the blocking client."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from claudometer.control.client import ControlClient
from claudometer.control.server import ControlServer, Limits
from claudometer.domain.clock import SystemClock
from claudometer.domain.region import UTC_REGION
from claudometer.processes.answers import Answers, Identity
from claudometer.processes.presenter import Presenter
from claudometer.ui.window.feed import shown_card

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from claudometer.control.wire.page import Card
    from claudometer.control.wire.report import Watched
    from claudometer.domain.clock import Clock
    from claudometer.domain.region import Region
    from tests.control.small_engine import SmallEngine

IDENTITY = Identity(version="9.8.7", demo=False)
TIMEOUT_S = 60.0


class RunningServer:
    """Serves ``engine`` at ``path`` while entered, as the app does."""

    def __init__(
        self,
        engine: SmallEngine,
        path: str,
        *,
        limits: Limits | None = None,
        ledger: Path | None = None,
        clock: Clock | None = None,
        region: Region = UTC_REGION,
        watched: Watched | None = None,
    ) -> None:
        self.watched = watched
        self.engine = engine
        self.path = path
        self._limits = limits or Limits()
        self._ledger = ledger
        self._clock = clock or SystemClock()
        self._region = region
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._leave = asyncio.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(TIMEOUT_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def do(self, call: Callable[..., object], *arguments: object) -> None:
        """Make a call on the loop's thread and wait until it is done."""
        done = threading.Event()

        def work() -> None:
            call(*arguments)
            done.set()

        self._loop.call_soon_threadsafe(work)
        assert done.wait(TIMEOUT_S)

    def client_card(self) -> Card:
        """Return the card that a client gets now."""
        return shown_card(ControlClient(self.path).call("card")["accounts"])

    def stop_as_a_client_connects(self, connect: Callable[[], object]) -> None:
        """Stop the server in the same iteration of its loop that accepts a connection."""

        def both() -> None:
            connect()
            self._loop.call_soon(self._leave.set)

        self.do(both)
        self.stop()

    def stop(self) -> None:
        """Stop the server as the app does when it quits."""
        with suppress(RuntimeError):  # it has already ended, so its loop is closed
            self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join(TIMEOUT_S)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        presenter = Presenter(self.engine, self._clock, region=self._region, watched=lambda: self.watched)
        answers = Answers(self.engine, presenter, self._clock, IDENTITY, ledger=self._ledger)
        server = ControlServer(answers, limits=self._limits)
        await server.start(self.path)
        tasks = (asyncio.create_task(presenter.run()), asyncio.create_task(server.keep_listening()))
        self._ready.set()
        await self._leave.wait()
        await server.stop()
        for task in tasks:
            task.cancel()
