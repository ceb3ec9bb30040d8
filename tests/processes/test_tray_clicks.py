"""The result of a click in the menu is shown for a while. Runs in virtual time."""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.alerts.silence import MuteFor
from claudometer.domain.clock import CorrectedClock
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Fetched, RateLimited
from claudometer.domain.region import UTC_REGION
from claudometer.domain.snapshot import Problem
from claudometer.domain.token_bucket import BucketRule
from claudometer.present.menu_entries import Action
from claudometer.present.messages.errors import message_for
from claudometer.processes.tray_clicks import NOTICE_S, Clicks
from tests.accelerated.virtual_time import VirtualTime, run_virtually
from tests.engine.sources import Bench
from tests.readings import reading

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    import pytest

    from claudometer.engine.engine import Engine


class Desk:
    """An engine that has polled once, and clicks on it."""

    def __init__(self, folder: Path, *, refill_s: float = 3600) -> None:
        self.time = VirtualTime()
        self.bench = Bench(folder)
        self.bench.corrected = CorrectedClock(self.time)
        self.bench.cli.budget = BucketRule(capacity=1, refill_s=refill_s)
        self.bench.cli.answers = deque([Fetched(reading(fetched_at=self.time.now()))])

    def run(self, steps: Callable[[Clicks, Engine], Awaitable[None]]) -> None:
        async def main() -> None:
            engine = self.bench.engine()
            await engine.poll_once()
            clicks = Clicks(engine, None, self.bench.corrected or self.time, log_folder="/the/log")
            await steps(clicks, engine)

        run_virtually(self.time, main())


def codes(engine: Engine) -> list[ErrorCode]:
    return [notice.code for notice in engine.snapshot.notices]


def test_the_reason_why_a_refresh_did_nothing_is_shown_for_a_minute(tmp_path: Path) -> None:
    async def steps(clicks: Clicks, engine: Engine) -> None:
        await clicks.carry_out(Action.REFRESH, None)
        (notice,) = engine.snapshot.notices
        assert message_for(notice, UTC_REGION).title == "The next refresh is at 01:00."
        await asyncio.sleep(NOTICE_S - 1)
        assert codes(engine) == [ErrorCode.REFRESH_LATER]
        await asyncio.sleep(2)
        assert codes(engine) == []

    Desk(tmp_path).run(steps)


def test_the_reason_disappears_when_the_next_update_is_due(tmp_path: Path) -> None:
    async def steps(clicks: Clicks, engine: Engine) -> None:
        await clicks.carry_out(Action.REFRESH, None)
        await asyncio.sleep(15)
        assert codes(engine) == [ErrorCode.REFRESH_LATER]
        await asyncio.sleep(10)
        assert codes(engine) == []

    Desk(tmp_path, refill_s=20).run(steps)


def test_a_second_click_restarts_the_minute(tmp_path: Path) -> None:
    async def steps(clicks: Clicks, engine: Engine) -> None:
        await clicks.carry_out(Action.REFRESH, None)
        await asyncio.sleep(NOTICE_S - 1)
        await clicks.carry_out(Action.REFRESH, None)
        await asyncio.sleep(NOTICE_S - 1)
        assert codes(engine) == [ErrorCode.REFRESH_LATER]

    Desk(tmp_path).run(steps)


def test_a_click_that_succeeds_removes_the_reason(tmp_path: Path) -> None:
    async def steps(clicks: Clicks, engine: Engine) -> None:
        await clicks.carry_out(Action.REFRESH, None)
        await clicks.carry_out(Action.OPEN_SETTINGS, None)
        assert codes(engine) == []

    Desk(tmp_path).run(steps)


def test_an_earlier_click_that_ends_later_leaves_the_reason_of_a_later_one(tmp_path: Path) -> None:
    """On a busy machine, clicks may end in another order than they began."""
    desk = Desk(tmp_path)

    class SlowAlerts:
        may_end = asyncio.Event()

        async def mute(self, _choice: MuteFor) -> None:
            await self.may_end.wait()

    async def steps(_clicks: Clicks, engine: Engine) -> None:
        alerts = SlowAlerts()
        clicks = Clicks(engine, None, desk.time, log_folder="/the/log", alerts=alerts)  # type: ignore[arg-type]
        muting = asyncio.create_task(clicks.carry_out(Action.MUTE, MuteFor.ONE_HOUR.value))
        await asyncio.sleep(0)
        await clicks.carry_out(Action.REFRESH, None)
        assert codes(engine) == [ErrorCode.REFRESH_LATER]
        alerts.may_end.set()
        await muting
        assert codes(engine) == [ErrorCode.REFRESH_LATER]

    desk.run(steps)


def test_settings_that_cannot_be_written_are_reported_with_their_path(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")

    async def steps(clicks: Clicks, engine: Engine) -> None:
        (tmp_path / "desk" / "settings.json").mkdir(parents=True)
        await clicks.carry_out(Action.ORGANIZATION, "one")
        (notice,) = engine.snapshot.notices
        assert notice.code is ErrorCode.NOT_A_FILE
        assert str(tmp_path / "desk" / "settings.json") in message_for(notice, UTC_REGION).title

    desk.run(steps)


def test_an_unexpected_error_is_logged_and_reported_with_the_log_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(tmp_path)

    async def break_down() -> None:
        raise RuntimeError("unforeseen")

    async def steps(clicks: Clicks, engine: Engine) -> None:
        monkeypatch.setattr(desk.bench.cli, "identify", break_down)
        await clicks.carry_out(Action.REFRESH, None)
        (notice,) = engine.snapshot.notices
        assert "/the/log" in message_for(notice, UTC_REGION).hint

    desk.run(steps)
    assert "unforeseen" in caplog.text


def test_the_hint_names_the_browser_if_its_pause_is_the_reason() -> None:
    problem = Problem(ErrorCode.REFRESH_LATER, until=VirtualTime().now(), facts=(("browser", "yes"),))
    assert "browser" in message_for(problem, UTC_REGION).hint
    assert "browser" not in message_for(Problem(ErrorCode.REFRESH_LATER), UTC_REGION).hint


def test_a_refresh_during_a_rate_limit_says_until_when(tmp_path: Path) -> None:
    desk = Desk(tmp_path, refill_s=1)
    desk.bench.cli.answers = deque([RateLimited(retry_after_s=1800)])

    async def steps(clicks: Clicks, engine: Engine) -> None:
        await clicks.carry_out(Action.REFRESH, None)
        (notice,) = engine.snapshot.notices
        assert notice.code is ErrorCode.REFRESH_LATER
        assert notice.until is not None
        later = notice.until - desk.time.start - timedelta(seconds=1800)
        assert timedelta(0) <= later <= timedelta(minutes=1)  # the program adds some seconds

    desk.run(steps)
