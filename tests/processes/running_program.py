"""The tray program in this process: a real loop and a real engine, without a panel."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

from claudometer.control.client import ControlClient
from claudometer.domain.events import WindowRequested
from claudometer.present.menu_entries import Action
from claudometer.processes.tray_program import TrayProgram
from tests.processes.queue_tray import QueueTray

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.tray_state import TrayState
    from claudometer.engine.engine import Engine
    from claudometer.processes.run_context import RunContext
    from tests.engine.sources import Bench


def wait_for(condition: Callable[[], object], timeout_s: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s} s"
        time.sleep(0.01)


class Program:
    """The tray program around the engine of a bench. It has the main thread, the test's steps another."""

    def __init__(self, context: RunContext, bench: Bench) -> None:
        self.bench = bench
        self.windows = 0
        self.may_start = threading.Event()
        self.may_start.set()
        self.start_error: Exception | None = None
        self.engine: Engine | None = None
        self.socket = context.places.socket
        self.desktop = TrayProgram(
            context, window=None, make_tray=self._make_tray, start_engine=self._start_engine
        )
        bench.bus.subscribe(WindowRequested, self._note_window)

    def run(self, *steps: Callable[[], object]) -> float:
        """Run the program, take the steps and quit; return how many seconds it took to end."""
        failures: list[BaseException] = []
        ended_at = [0.0]

        def drive() -> None:
            try:
                wait_for(lambda: self.tray.runs)
                for step in steps:
                    step()
            except BaseException as error:  # noqa: BLE001 - raised again on the test's thread
                failures.append(error)
            finally:
                ended_at[0] = time.monotonic()
                self.click(Action.QUIT)

        driver = threading.Thread(target=drive)
        driver.start()
        try:
            self.desktop.run()
        finally:
            self.tray.runs = True
            driver.join()
        for failure in failures:
            raise failure
        return time.monotonic() - ended_at[0]

    def click(self, action: Action, value: str | None = None) -> None:
        """Click in the menu, which happens on the main thread."""
        self.tray.call(lambda: self.tray.clicked(action, value))

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.engine is not None and ControlClient(self.socket).ask("ping") is not None)

    def wait_for_text(self, text: str) -> None:
        wait_for(lambda: text in self.tray.text)

    def wait_without_text(self, text: str) -> None:
        wait_for(lambda: text not in self.tray.text)

    def _make_tray(
        self,
        clicked: Callable[[Action, str | None], None],
        *,
        on_state: Callable[[TrayState], None],
    ) -> QueueTray:
        self.tray = QueueTray(clicked, on_state=on_state)
        return self.tray

    async def _start_engine(self, _context: RunContext) -> Engine:
        await asyncio.to_thread(self.may_start.wait, 60)
        if self.start_error is not None:
            raise self.start_error
        self.engine = self.bench.engine()
        return self.engine

    def _note_window(self, _event: WindowRequested) -> None:
        self.windows += 1
