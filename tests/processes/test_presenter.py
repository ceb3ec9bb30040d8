"""The presenter: when it presents, what it hands to whom, and whose clock and time zone it goes by."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.clock import SystemClock
from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import SettingsChanged, UpdateChanged, ViewChanged
from claudometer.domain.settings import Settings
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.update import Update
from claudometer.domain.usage import Mode
from claudometer.present.messages.terminal import HINTS, Terminal
from claudometer.processes.presenter import (
    LONGEST_PAUSE_S,
    SHORTEST_PAUSE_S,
    TIMER_MARGIN_S,
    Presenter,
    pause_s,
    single_report,
)
from tests.clocks import NOON, FakeClock
from tests.control.small_engine import SmallEngine
from tests.readings import reading, session, snapshot, weekly
from tests.time_zones import write_zone
from tests.views import view

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from claudometer.present.view import AccountView


class Watched:
    """A presenter of a small engine, with all its views."""

    def __init__(self, shown: Snapshot | None = None, clock: SystemClock | FakeClock | None = None) -> None:
        self.engine = SmallEngine()
        self.engine.snapshot = shown or snapshot()
        self.views: list[AccountView] = []
        self.presenter = Presenter(self.engine, clock or FakeClock(), on_view=self.views.append)

    async def wait_for_views(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.views) < count:
                await asyncio.sleep(0.001)


def present(watched: Watched, play: Callable[[Watched], Awaitable[None]]) -> None:
    """Run the presenter while ``play`` goes on."""

    async def both() -> None:
        running = asyncio.create_task(watched.presenter.run())
        await play(watched)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(both())


def test_it_presents_at_once_and_after_every_change() -> None:
    async def play(watched: Watched) -> None:
        await watched.wait_for_views(1)
        watched.engine.show(replace(watched.engine.snapshot, refreshing=True))
        await watched.wait_for_views(2)
        assert [shown.refreshing for shown in watched.views] == [False, True]

    present(Watched(), play)


@pytest.mark.parametrize("event", [SettingsChanged(Settings()), UpdateChanged(Update())])
def test_settings_and_updates_are_shown_too(event: SettingsChanged | UpdateChanged) -> None:
    async def play(watched: Watched) -> None:
        await watched.wait_for_views(1)
        watched.engine.bus.publish(event)
        await watched.wait_for_views(2)
        assert watched.presenter.cards()[0]["card"]["revision"] == 0  # nothing that the card shows

    present(Watched(), play)


def test_whoever_streams_is_told_of_each_view() -> None:
    async def play(watched: Watched) -> None:
        told: list[ViewChanged] = []
        watched.engine.bus.subscribe(ViewChanged, told.append)
        await watched.wait_for_views(1)
        watched.engine.show(replace(watched.engine.snapshot, refreshing=True))
        await watched.wait_for_views(2)
        assert len(told) == 2

    present(Watched(), play)


def test_a_number_goes_at_the_moment_when_its_window_ends() -> None:
    now = datetime.now(UTC)
    shown = snapshot(reading(session(81.0, now + timedelta(seconds=0.3)), fetched_at=now))

    async def play(watched: Watched) -> None:
        await watched.wait_for_views(2)
        assert [view.limits[0].percent for view in watched.views] == [81.0, None]
        assert watched.presenter.cards()[0]["card"]["revision"] == 0  # time has passed, and nothing else

    present(Watched(shown, SystemClock()), play)


def test_when_it_ends_nothing_of_it_is_left_on_the_bus() -> None:
    watched = Watched()
    present(watched, lambda one: one.wait_for_views(1))
    assert not any(watched.engine.bus._subscribers.values())


def test_one_that_has_failed_can_be_run_again() -> None:
    """As its supervisor does."""
    watched = Watched()
    show = watched.views.append

    def fail(shown: AccountView) -> None:
        show(shown)
        raise RuntimeError("the tray is gone")

    async def run_twice() -> None:
        watched.presenter._on_view = fail
        with pytest.raises(RuntimeError):
            await watched.presenter.run()
        watched.presenter._on_view = show
        running = asyncio.create_task(watched.presenter.run())
        await watched.wait_for_views(2)
        watched.engine.show(replace(watched.engine.snapshot, refreshing=True))
        await watched.wait_for_views(3)
        running.cancel()

    asyncio.run(run_twice())


def test_cards_and_reports_are_keyed_by_account() -> None:
    presenter = Watched().presenter
    (card,), (report,) = presenter.cards(), presenter.reports()
    assert (card["provider"], card["id"], card["shown"]) == ("claude", "account-1", True)
    assert (report["provider"], report["id"], report["shown"]) == ("claude", "account-1", True)
    assert [limit["percent"] for limit in report["report"]["limits"]] == [
        limit["percent"] for limit in card["card"]["limits"]
    ]


def test_before_the_first_numbers_nobody_knows_whose_they_will_be() -> None:
    (account,) = Watched(Snapshot(mode=Mode.CLI)).presenter.reports()
    assert (account["id"], account["report"]["status"]) == (None, "starting")


def test_a_pause_ends_when_a_number_ceases_to_hold() -> None:
    soon = snapshot(reading(session(81.0, NOON + timedelta(seconds=4))))
    assert pause_s(view(soon)) == pytest.approx(4 + TIMER_MARGIN_S)


def test_words_that_count_on_wake_nobody_more_often_than_they_may_be_late() -> None:
    now = NOON + timedelta(seconds=59)  # the age reads otherwise in a second
    assert pause_s(view(snapshot(), now)) == pytest.approx(SHORTEST_PAUSE_S + TIMER_MARGIN_S)


def test_a_pause_is_never_longer_than_a_minute() -> None:
    assert pause_s(view(Snapshot(mode=Mode.CLI))) == pytest.approx(LONGEST_PAUSE_S + TIMER_MARGIN_S)
    far = weekly(29.0, NOON + timedelta(days=5, minutes=30))
    days = snapshot(reading(far, fetched_at=NOON - timedelta(days=9)))
    assert pause_s(view(days)) == pytest.approx(LONGEST_PAUSE_S + TIMER_MARGIN_S)


def test_a_single_report_promises_no_next_check_and_nothing_that_an_app_would_do() -> None:
    problem = Problem(ErrorCode.TIMED_OUT)
    account = single_report(replace(snapshot(), problem=problem), FakeClock())
    assert account["report"]["next_poll_at"] is None
    assert account["report"]["hint"] == HINTS[Terminal.ONCE][ErrorCode.TIMED_OUT]
    assert account["terminal"]["hint"] == account["report"]["hint"]
    stays = Presenter(SmallEngine(), FakeClock(), terminal=Terminal.WATCH)
    assert stays.reports()[0]["report"]["hint"] is None


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system's zone is not read by the C library")
@pytest.mark.parametrize("by_link", [True, False], ids=["another link", "another file in its place"])
def test_a_computer_that_travels_shows_the_time_of_the_place_it_has_come_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, by_link: bool
) -> None:
    localtime = tmp_path / "localtime"
    berlin, tokyo = write_zone(tmp_path / "berlin", hours=2), write_zone(tmp_path / "tokyo", hours=9)
    localtime.symlink_to(berlin)
    monkeypatch.setenv("TZ", f":{localtime}")
    time.tzset()
    try:
        presenter = Watched().presenter
        assert _updated(presenter) == "14:00"
        new = tmp_path / "new"
        new.symlink_to(tokyo) if by_link else new.write_bytes(tokyo.read_bytes())
        os.replace(new, localtime)  # noqa: PTH105 - as timedatectl does
        assert _updated(presenter) == "21:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def _updated(presenter: Presenter) -> str:
    (account,) = presenter.reports()
    main = presenter.view().main
    assert main is not None
    assert account["terminal"]["updated"][0] == f"Updated {main.when.clock}, just now"
    return main.when.clock
