"""A run of the program without a tray: lock, engine, control server. It polls and saves until it is killed.

It writes each step to a pipe as a line, so that the test knows what was saved before the kill.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.control.client import ControlClient
from claudometer.control.server import ControlServer
from claudometer.domain.clock import CorrectedClock
from claudometer.domain.settings import MAX_INTERVAL_S, MIN_INTERVAL_S
from claudometer.processes.answers import Answers, Identity
from claudometer.processes.assembly import assemble
from claudometer.processes.presenter import Presenter
from claudometer.processes.run_context import RunContext, read_context
from claudometer.system.logs import log_uncaught, start_logging
from claudometer.system.single_instance import claim

if TYPE_CHECKING:
    from random import Random

    from claudometer.domain.clock import Clock
    from claudometer.engine.engine import Engine

SAVES = 10_000


class Diary:
    """Writes lines to the pipe, unbuffered: each is complete and in the pipe before the next step."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def write(self, *words: object) -> None:
        os.write(self._handle, (" ".join(map(str, words)) + "\n").encode())


def live(diary: Diary, clock: Clock, chance: Random) -> None:
    """Start as the app does, then poll and save as fast as possible."""
    context = replace(read_context(demo=False), clock=CorrectedClock(clock))
    start_logging(context.places.log_folder, level=context.environment.log_level)
    log_uncaught()
    client = ControlClient(context.places.socket)
    instance = claim(context.places.lock_file, lambda: client.ask("ping") is not None)
    if instance is None:
        raise RuntimeError("another instance runs")
    asyncio.run(_live(context, diary, chance))


async def _live(context: RunContext, diary: Diary, chance: Random) -> None:
    engine = await assemble(context)
    presenter = Presenter(engine, context.clock)
    identity = Identity("0", demo=False)
    answers = Answers(engine, presenter, context.clock, identity, ledger=context.places.state_folder)
    server = ControlServer(answers)
    await server.start(context.places.socket)
    await engine.recall()
    shown = engine.snapshot
    diary.write(
        "ready",
        engine.settings.interval_seconds,
        "reading" if shown.reading else "nothing",
        *(notice.code.value for notice in shown.notices),
    )
    polling = asyncio.create_task(engine.run())
    await _save_repeatedly(engine, diary, chance)
    polling.cancel()


async def _save_repeatedly(engine: Engine, diary: Diary, chance: Random) -> None:
    for number in range(SAVES):
        wanted = chance.randint(MIN_INTERVAL_S, MAX_INTERVAL_S)
        diary.write("try", wanted)
        await engine.save({"interval_seconds": wanted})
        diary.write("saved", wanted)
        if engine.snapshot.reading is not None:
            diary.write("read")
        if number % 3 == 0:  # so that some kills hit a request
            await asyncio.wait({asyncio.create_task(engine.refresh())}, timeout=0.02)
