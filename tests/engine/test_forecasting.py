"""Tests that the engine learns from history and readings, and forgets no account for another."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.outcome import Fetched
from claudometer.domain.snapshot import Snapshot
from claudometer.domain.usage import Mode
from claudometer.engine.bus import Bus, SnapshotStore
from claudometer.engine.engine import Engine
from claudometer.engine.forecasting import Forecaster
from claudometer.store.history import History
from claudometer.system.off_loop import FILE_TIMEOUT_S
from tests.clocks import NOON
from tests.histories import SESSION, after, record_all
from tests.readings import fable, reading, session, weekly
from tests.waiting import until

if TYPE_CHECKING:
    from claudometer.domain.forecasting.outlook import Outlook
    from claudometer.domain.history import Series
    from claudometer.domain.usage import AccountKey, Reading
    from tests.engine.sources import Bench

SESSION_S = 5 * 3600


@pytest.fixture
def history(bench: Bench) -> History:
    return History(bench.folder / "state" / "history.db")


def outlook_of(engine: Engine, limit_id: str = "session") -> Outlook | None:
    return dict(engine.snapshot.outlooks).get(limit_id)


def past_session(minutes_before_noon: int, percent: float) -> Reading:
    """Return a reading of the session that ends at 14:10."""
    return reading(session(percent), weekly(), fable(), fetched_at=after(-minutes_before_noon))


def test_a_start_in_the_middle_of_a_window_shows_no_forecast_without_a_history(bench: Bench) -> None:
    bench.check_every_s = 0.02

    async def story() -> None:
        engine = bench.engine()
        engine.start_polling()
        await until(lambda: engine.snapshot.reading)
        await bench.until_checked()
        await engine.tasks.stop()
        assert engine.snapshot.outlooks == ()

    asyncio.run(story())


def test_with_a_history_a_forecast_is_shown_at_once(bench: Bench, history: History) -> None:
    async def story() -> None:
        record_all(history, *(past_session(160 - 10 * step, 5.0 * step) for step in range(16)))
        engine = Engine(replace(bench.parts(), history=history))
        engine.start_polling()
        await until(lambda: outlook_of(engine))
        await engine.tasks.stop()
        outlook = outlook_of(engine)
        assert outlook is not None
        assert outlook.full_at is not None
        assert 10 * 60 < outlook.full_at - NOON.timestamp() < 2 * 3600, "81 % after 170 minutes, still rising"

    asyncio.run(story())


def test_without_a_history_a_forecast_is_shown_once_half_of_the_window_was_watched(bench: Bench) -> None:
    async def story() -> None:
        start = NOON - timedelta(hours=2, minutes=50)
        answers = [
            Fetched(reading(session(float(2 * step)), fetched_at=start + timedelta(minutes=10 * step)))
            for step in range(3, 17)
        ]
        bench.cli.answers.clear()
        bench.cli.answers.extend(answers)
        engine = bench.engine()
        engine.start_polling()
        is_shown = []
        for answer in answers[1:]:
            await until(lambda: engine.snapshot.next_poll)
            bench.clock.advance(600)
            await engine.refresh()
            assert engine.snapshot.reading == answer.reading
            is_shown.append(outlook_of(engine) is not None)
        await engine.tasks.stop()
        assert is_shown[0] is False
        assert is_shown[-1] is True
        assert sorted(is_shown) == is_shown, "once shown, there is always one"

    asyncio.run(story())


def test_a_forecast_is_kept_and_graded_also_across_a_restart(bench: Bench, history: History) -> None:
    async def story() -> None:
        record_all(history, *(past_session(160 - 10 * step, 2.0 * step) for step in range(16)))
        bench.cli.answers[0] = Fetched(reading(session(32.0), fetched_at=NOON))
        engine = Engine(replace(bench.parts(), history=history))
        engine.start_polling()
        await until(lambda: history.forecasts(SESSION, 0.0))
        await engine.tasks.stop()
        (forecast,) = history.forecasts(SESSION, 0.0)
        assert forecast.shown
        assert forecast.percent is not None
        assert forecast.right is None
        # While the program is away, the session ends as forecast, and another one begins.
        record_all(history, reading(session(forecast.percent), fetched_at=after(128)))
        bench.clock.advance(170 * 60)
        later = session(1.0, NOON + timedelta(hours=7, minutes=20))
        bench.cli.answers[0] = Fetched(reading(later, fetched_at=after(170)))
        again = Engine(replace(bench.parts(), history=history))
        again.start_polling()
        await until(lambda: [each.right for each in history.forecasts(SESSION, 0.0)] == [True])
        await until(lambda: again.snapshot.tallies)
        await again.tasks.stop()
        assert dict(again.snapshot.tallies)["session"] == (1, 1)

    asyncio.run(story())


class SlowHistory(History):
    """A history on a disk that needs longer than other files may take."""

    def series(self, account: AccountKey | None = None) -> list[Series]:
        time.sleep(FILE_TIMEOUT_S + 0.5)
        return super().series(account)


@pytest.mark.slow
def test_a_running_program_waits_for_a_history_that_is_read_slowly(bench: Bench) -> None:
    async def story() -> None:
        history = SlowHistory(bench.folder / "state" / "history.db")
        record_all(history, *(past_session(160 - 10 * step, 5.0 * step) for step in range(16)))
        engine = Engine(replace(bench.parts(), history=history))
        engine.start_polling()
        await until(lambda: outlook_of(engine))
        await engine.tasks.stop()

    asyncio.run(story())


def test_a_single_command_forecasts_from_the_history(bench: Bench, history: History) -> None:
    async def story() -> None:
        record_all(history, *(past_session(160 - 10 * step, 5.0 * step) for step in range(16)))
        snapshot = await Engine(replace(bench.parts(), history=history)).poll_once()
        assert "session" in dict(snapshot.outlooks)
        assert [each.shown for each in history.forecasts(SESSION, 0.0)] == [True]  # to be graded later

    asyncio.run(story())


def test_it_learns_from_the_history_also_when_it_was_started_again(bench: Bench, history: History) -> None:
    async def story() -> None:
        record_all(history, *(past_session(160 - 10 * step, 5.0 * step) for step in range(16)))
        bus, now = Bus(), past_session(0, 81)
        snapshots = SnapshotStore(bus, Snapshot(Mode.CLI))
        forecaster = Forecaster(history, snapshots, bus, bench.clock, lambda _: 0.0)
        for _ in range(2):
            running = asyncio.create_task(forecaster.run())
            await asyncio.sleep(0.01)
            if not snapshots.snapshot.reading:
                running.cancel()
                await asyncio.wait([running])
                snapshots.change(reading=now, account=now.key)
        await until(lambda: snapshots.snapshot.outlooks)
        running.cancel()
        await asyncio.wait([running])
        history.close()

    asyncio.run(story())
