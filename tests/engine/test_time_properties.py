"""Property test: for any clock changes there are no negative ages, no request storm and no endless wait."""

from __future__ import annotations

import asyncio
import re
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claudometer.domain.clock import CorrectedClock, ServerTime
from claudometer.domain.freshness import TRUST_FOR, is_stale
from claudometer.domain.next_poll import Poll
from claudometer.domain.outcome import Fetched, Offline, RateLimited
from claudometer.domain.token_bucket import MAX_BLOCK_S, OAUTH_BUDGET
from claudometer.present.menu import menu_for
from claudometer.present.messages.terminal import Terminal
from claudometer.present.terminal import render
from claudometer.present.terminal_text import terminal_text
from claudometer.present.typesetting import TerminalStyle
from claudometer.system.off_loop import finish_calls
from tests.clocks import NOON
from tests.engine.sources import Bench
from tests.readings import reading, session, weekly
from tests.views import view
from tests.waiting import until

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.engine.engine import Engine

events = st.one_of(
    st.tuples(st.just("advance"), st.floats(1, 1800)),
    st.tuples(st.just("sleep"), st.floats(1, 40_000)),
    st.tuples(st.just("set"), st.floats(-4e7, 4e7)),
    st.tuples(st.just("answer"), st.integers(0, 2).map(float)),
    st.tuples(st.just("woke"), st.just(0.0)),
)


class World:
    """A bench whose clocks the test changes. ``requested_s`` has the boot time of each request.

    With ``knows_server_time`` each response carries the server's time.
    """

    def __init__(self, folder: Path, *, knows_server_time: bool) -> None:
        self.bench = Bench(folder)
        self.bench.cli.budget = OAUTH_BUDGET
        self.bench.cli.on_fetch = self._note_request
        self.requested_s: list[float] = []
        self.kind = 0.0
        self.began_s = self.bench.clock.boottime()
        if knows_server_time:
            self.bench.corrected = CorrectedClock(self.bench.clock)

    def _note_request(self) -> None:
        clock = self.bench.clock
        self.requested_s.append(clock.boottime())
        truth = NOON + timedelta(seconds=clock.boottime() - self.began_s)
        if self.bench.corrected is not None:
            self.bench.corrected.observe(ServerTime(truth, clock.boottime(), 1.0))
        now = self.now()
        limits = (session(81.0, now + timedelta(hours=1)), weekly(29.0, now + timedelta(days=2)))
        good = Fetched(reading(*limits, fetched_at=now))
        self.bench.cli.answers[0] = (good, Offline(), RateLimited(600))[int(self.kind)]

    def now(self) -> datetime:
        """Return the time that the engine uses."""
        return (self.bench.corrected or self.bench.clock).now()

    def play(self, engine: Engine, name: str, value: float) -> None:
        clock = self.bench.clock
        match name:
            case "set":
                clock.set_wall(clock.now() + timedelta(seconds=value))
            case "answer":
                self.kind = value
            case "woke":
                engine.woke()
            case _:
                getattr(clock, name)(value)

    def check(self, engine: Engine) -> None:
        snapshot, now = engine.snapshot, self.now()
        if isinstance(snapshot.next_poll, Poll):
            assert (snapshot.next_poll.at - now).total_seconds() <= MAX_BLOCK_S + 1
        shown = view(snapshot, now)
        texts = [entry.text for entry in menu_for(shown)]
        texts += render(
            terminal_text(shown, Terminal.APP), TerminalStyle(width=80, color=False, unicode=True)
        )
        assert not re.search(r"-\d+ (?:d|h|min)", "\n".join(texts))
        if snapshot.reading is not None and not is_stale(snapshot, now):
            assert abs(now - snapshot.reading.fetched_at) <= max(TRUST_FOR, timedelta(seconds=400))
        for at in self.requested_s:
            assert sum(at <= other < at + 3600 for other in self.requested_s) <= 28


@pytest.mark.parametrize("knows_server_time", [False, True], ids=["server time unknown", "server time known"])
def test_no_clock_change_causes_a_negative_age_a_storm_or_an_endless_wait(*, knows_server_time: bool) -> None:
    @settings(max_examples=settings().max_examples // 4, deadline=None)
    @given(st.lists(events, max_size=10))
    def live(history: list[tuple[str, float]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(scenario(World(Path(folder), knows_server_time=knows_server_time), history))
            finish_calls()  # a call in a thread may still write to the folder

    live()


async def scenario(world: World, history: list[tuple[str, float]]) -> None:
    world.bench.check_every_s = 0.002
    engine = world.bench.engine()
    task = asyncio.create_task(engine.run())
    try:
        for name, value in [("advance", 1.0), *history]:
            world.play(engine, name, value)
            await world.bench.until_checked()
            world.bench.clock.advance(3)
            await world.bench.until_checked()
            await until(lambda: not engine.snapshot.refreshing)
            world.check(engine)
        before = len(world.requested_s)
        world.bench.clock.advance(MAX_BLOCK_S + 1)
        await until(lambda: len(world.requested_s) > before)
    finally:
        task.cancel()
        await asyncio.wait({task})
