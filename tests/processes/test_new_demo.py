"""A demo starts without the settings, numbers and history of an earlier demo."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.clock import CorrectedClock
from claudometer.domain.settings import Percents, Settings
from claudometer.processes.assembly import assemble
from claudometer.processes.run_context import read_context
from claudometer.settings.store import SettingsStore
from tests.clocks import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.usage import AccountKey
    from claudometer.processes.run_context import RunContext

LATER = timedelta(hours=3)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def context(clock: FakeClock, short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> RunContext:
    for name in tuple(os.environ):
        if name.startswith(("CLAUDOMETER_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(short_folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_folder))
    return replace(read_context(demo=True), clock=CorrectedClock(clock))


def test_the_first_view_has_no_number_of_an_earlier_demo(context: RunContext, clock: FakeClock) -> None:
    async def show_first() -> bool:
        engine = await assemble(context)
        await engine.recall()
        return engine.snapshot.reading is not None

    async def show_numbers() -> bool:
        return (await (await assemble(context)).poll_once()).reading is not None

    assert asyncio.run(show_numbers())
    clock.advance(LATER.total_seconds())
    assert not asyncio.run(show_first())


def test_the_settings_are_not_those_of_an_earlier_demo(context: RunContext) -> None:
    async def change() -> None:
        engine = await assemble(context)
        await engine.save({"percents": "remaining"})
        assert engine.settings.percents is Percents.REMAINING

    async def settings() -> Settings:
        return (await assemble(context)).settings

    # One that a demo of an older version has left.
    left = context.places.settings_file
    SettingsStore(left).save(Settings(percents=Percents.REMAINING))
    asyncio.run(change())
    assert asyncio.run(settings()) == Settings()


def test_the_history_has_no_gap_since_an_earlier_demo(context: RunContext, clock: FakeClock) -> None:
    async def longest_gap() -> timedelta:
        engine = await assemble(context)
        snapshot = await engine.poll_once()
        account: AccountKey | None = snapshot.account
        assert account is not None
        history = engine.history
        assert history is not None
        (key,) = (each.key for each in history.series(account) if each.key.limit_id == "session")
        points = history.points(key, clock.now() - timedelta(days=1))
        return max(after.at - before.until for before, after in pairwise(points))

    usual = asyncio.run(longest_gap())
    clock.advance(LATER.total_seconds())
    assert asyncio.run(longest_gap()) <= usual < LATER
