"""A real control server on a loop of its own, for tests that talk to it with the blocking client."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from claudometer.control.server import Answers, ControlServer, Identity, Limits, RequestReader
from claudometer.domain.region import UTC_REGION
from claudometer.present.report import report_for
from tests.clocks import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from tests.control.small_engine import SmallEngine

IDENTITY = Identity(version="9.8.7", demo=False)
TIMEOUT_S = 10.0


class RunningServer:
    """Serves ``engine`` at ``path`` while entered. ``do`` runs a call on the server's loop; it is noon."""

    def __init__(
        self, engine: SmallEngine, path: str, *, limits: Limits | None = None, ledger: Path | None = None
    ) -> None:
        self.engine = engine
        self.path = path
        self._limits = limits or Limits()
        self._requests = RequestReader(ledger, FakeClock(), UTC)
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
        """Call on the loop's thread and wait until it has been."""
        done = threading.Event()

        def work() -> None:
            call(*arguments)
            done.set()

        self._loop.call_soon_threadsafe(work)
        assert done.wait(TIMEOUT_S)

    def stop_as_somebody_connects(self, connect: Callable[[], object]) -> None:
        """End the server in the very round of its loop that takes a connection."""

        def both() -> None:
            connect()
            self._loop.call_soon(self._leave.set)

        self.do(both)
        self.stop()

    def stop(self) -> None:
        """End the server as the app does when it quits."""
        with suppress(RuntimeError):  # it ended by itself: its loop is closed
            self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join(TIMEOUT_S)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        answers = Answers(IDENTITY, status=self._report, requests=self._requests.read)
        server = ControlServer(self.engine, answers, limits=self._limits)
        await server.start(self.path)
        keeper = asyncio.create_task(server.keep_listening())
        self._ready.set()
        await self._leave.wait()
        await server.stop()
        keeper.cancel()

    def _report(self) -> dict[str, Any]:
        return report_for(self.engine.snapshot, datetime.now(UTC), UTC_REGION)
