"""How the program's own memory grows in a simulated month, apart from what server and checks keep.

``python -m tests.accelerated.growth`` prints a line for each of some days, in minutes. What is in use is
counted beside the process's memory, since that also has what Python and malloc keep free for later.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from claudometer.domain.events import SnapshotChanged
from claudometer.domain.region import UTC_REGION
from claudometer.present.card import card_for
from claudometer.present.derivation import view_of
from claudometer.present.icon import icon_for
from claudometer.present.levels import Thresholds
from claudometer.present.menu import menu_for
from claudometer.present.report import report_for
from claudometer.processes.opening_history import find_notes
from claudometer.store.history import History
from claudometer.system.state import JsonState
from tests.accelerated.account import DAY_S, HOUR_S, live
from tests.accelerated.endpoint import Endpoint
from tests.accelerated.machine import Machine
from tests.accelerated.plans import month
from tests.accelerated.virtual_time import VirtualTime, run_virtually, until
from tests.desktop.process_tree import anonymous_bytes

if TYPE_CHECKING:
    from claudometer.domain.ledger import RequestRecord
    from claudometer.domain.snapshot import Snapshot
    from claudometer.system.request_notes import RequestNotes

DAYS = (0.05, 1, 2, 5, 10, 15, 20, 25, 30)
"""When memory is read. The first is an hour after the start, when everything has been used once."""

HEAVIER = 1.9
"""Multiplies what each message uses, so that limits come close and alerts are due."""

LOOK_EVERY_S = 60.0
CHECK_EVERY_S = 30.0
"""How often the login is checked; seldom makes the simulation faster."""


class _Tray(Machine):
    """Keeps its requests where the program keeps them, in the database, and draws what the tray shows."""

    def __init__(self, folder: Path, endpoint: Endpoint) -> None:
        super().__init__(folder, endpoint, JsonState(folder / "state" / "state.json"))
        self.history_file = folder / "state" / "history.db"
        self._notes: RequestNotes | None = None
        self._snapshot: Snapshot | None = None
        self.bus.subscribe(SnapshotChanged, self._draw)

    async def _note(self, record: RequestRecord) -> None:
        if self._notes is None:
            history = self._engine.history if self._engine else None
            assert isinstance(history, History)
            self._notes = find_notes(self.folder / "state", history)
        await self._notes.note(record)

    def _draw(self, event: SnapshotChanged) -> None:
        self._snapshot = event.snapshot
        self.draw()

    def draw(self) -> None:
        if self._snapshot is not None:
            view = view_of(self._snapshot, self.clock.now(), UTC_REGION, Thresholds())
            for surface in (icon_for, menu_for, card_for, report_for):
                surface(view)

    def forget(self) -> int:
        """Drop what the simulated server and desktop have recorded, and return how many requests it was."""
        count = len(self.endpoint.requests)
        for each in (self.endpoint.requests, self.endpoint.refusals, self.endpoint.served, self.bubbles):
            each.clear()
        return count


async def _live_through(machine: _Tray) -> None:
    """Run the program without a restart, and print its memory on each of the days."""
    machine.renew_login()
    engine = machine.start()
    tasks = [asyncio.create_task(each) for each in (_look(machine), _renew(machine))]
    events = [(day * DAY_S, "") for day in DAYS] + [(at, "click") for at in month().clicks]
    requests = 0
    for at_s, event in sorted(events):
        await until(machine.time, at_s)
        if event:
            await engine.refresh()
            continue
        requests += machine.forget()
        gc.collect()
        own_mb = anonymous_bytes(os.getpid()) / 2**20
        line = (
            f"day {at_s / DAY_S:5.2f}  {own_mb:5.1f} MB anonymous  {sys.getallocatedblocks():7} blocks in use"
        )
        print(f"{line}  {requests:5} requests", flush=True)  # noqa: T201 - prints its table
    for task in tasks:
        task.cancel()
    await machine.stop()


async def _look(machine: _Tray) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        machine.draw()


async def _renew(machine: _Tray) -> None:
    while True:
        await until(machine.time, machine.token_ends_s - HOUR_S)
        machine.renew_login()


def main() -> None:
    """Simulate the month and print its lines."""
    logging.disable(logging.CRITICAL)
    plan = month()
    random, time = Random(plan.seed), VirtualTime()  # noqa: S311 - a simulation, not a secret
    # The whole account before anything is measured: its windows must not count as growth.
    account = live(random, plan.days, plan.early_resets, heavier=HEAVIER)
    endpoint = Endpoint(time, random, account, budget=plan.budget(random), spells=plan.spells)
    with tempfile.TemporaryDirectory() as folder:
        machine = _Tray(Path(folder), endpoint)
        machine.check_every_s = CHECK_EVERY_S
        run_virtually(time, _live_through(machine))


if __name__ == "__main__":
    main()
