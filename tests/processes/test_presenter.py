"""The presenter: when it makes a view, who gets the view, and which clock and time zone it uses."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

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
    level_thresholds,
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
    """A presenter of a small engine, and the views that it has made."""

    def __init__(self, shown: Snapshot | None = None, clock: FakeClock | None = None) -> None:
        self.engine = SmallEngine()
        self.engine.snapshot = shown or snapshot()
        self.views: list[AccountView] = []
        self.presenter = Presenter(self.engine, clock or FakeClock(), on_view=self.views.append)

    async def wait_for_views(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.views) < count:
                await asyncio.sleep(0.001)


def present(watched: Watched, play: Callable[[Watched], Awaitable[None]]) -> None:
    """Run the presenter until ``play`` is done."""

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
        assert watched.presenter.cards()[0]["card"]["revision"] == 0  # the card shows neither

    present(Watched(), play)


def test_alerts_at_other_percentages_change_the_levels_and_make_a_new_card() -> None:
    watched, settings = Watched(snapshot(reading(session(50.0)))), Settings()
    watched.presenter = Presenter(
        watched.engine,
        FakeClock(),
        on_view=watched.views.append,
        thresholds=lambda: level_thresholds(settings),
    )

    async def play(watched: Watched) -> None:
        nonlocal settings
        await watched.wait_for_views(1)
        settings = Settings(alert_own_thresholds={"session": (40, 80)})
        watched.engine.bus.publish(SettingsChanged(settings))
        await watched.wait_for_views(2)
        assert watched.presenter.cards()[0]["card"]["revision"] == 1

    present(watched, play)
    assert [shown.limits[0].level for shown in watched.views] == ["ok", "warning"]


def test_each_view_is_announced_on_the_bus() -> None:
    async def play(watched: Watched) -> None:
        announced: list[ViewChanged] = []
        watched.engine.bus.subscribe(ViewChanged, announced.append)
        await watched.wait_for_views(1)
        watched.engine.show(replace(watched.engine.snapshot, refreshing=True))
        await watched.wait_for_views(2)
        assert len(announced) == 2

    present(Watched(), play)


def test_a_number_disappears_as_soon_as_its_window_ends() -> None:
    clock = FakeClock()
    shown = snapshot(reading(session(81.0, NOON + timedelta(seconds=0.3))))

    async def play(watched: Watched) -> None:
        await watched.wait_for_views(1)
        clock.advance(0.3)
        await watched.wait_for_views(2)
        assert [view.limits[0].percent for view in watched.views] == [81.0, None]
        assert watched.presenter.cards()[0]["card"]["revision"] == 0  # time has passed, and nothing else

    present(Watched(shown, clock), play)


def test_when_it_ends_no_subscription_is_left_on_the_bus() -> None:
    watched = Watched()
    present(watched, lambda it: it.wait_for_views(1))
    assert not any(watched.engine.bus._subscribers.values())


def test_it_can_be_run_again_after_a_failure() -> None:
    """Its supervisor does that."""
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


def test_before_the_first_numbers_the_account_is_unknown() -> None:
    (account,) = Watched(Snapshot(mode=Mode.CLI)).presenter.reports()
    assert (account["id"], account["report"]["status"]) == (None, "starting")


def test_a_pause_ends_when_a_number_is_no_longer_valid() -> None:
    soon = snapshot(reading(session(81.0, NOON + timedelta(seconds=4))))
    assert pause_s(view(soon)) == pytest.approx(4 + TIMER_MARGIN_S)


def test_an_age_that_counts_up_never_makes_a_pause_shorter_than_the_minimum() -> None:
    now = NOON + timedelta(seconds=59)  # the age changes in a second
    assert pause_s(view(snapshot(), now)) == pytest.approx(SHORTEST_PAUSE_S + TIMER_MARGIN_S)


def test_a_pause_is_never_longer_than_a_minute() -> None:
    assert pause_s(view(Snapshot(mode=Mode.CLI))) == pytest.approx(LONGEST_PAUSE_S + TIMER_MARGIN_S)
    far = weekly(29.0, NOON + timedelta(days=5, minutes=30))
    days = snapshot(reading(far, fetched_at=NOON - timedelta(days=9)))
    assert pause_s(view(days)) == pytest.approx(LONGEST_PAUSE_S + TIMER_MARGIN_S)


def test_a_single_report_promises_no_next_check_and_no_later_attempt() -> None:
    problem = Problem(ErrorCode.TIMED_OUT)
    account = single_report(replace(snapshot(), problem=problem), FakeClock())
    assert account["report"]["next_poll_at"] is None
    assert account["report"]["hint"] == HINTS[Terminal.ONCE][ErrorCode.TIMED_OUT]
    assert account["terminal"]["hint"] == account["report"]["hint"]
    watching = Presenter(SmallEngine(), FakeClock(), terminal=Terminal.WATCH)
    assert watching.reports()[0]["report"]["hint"] is None


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system's zone is not read by the C library")
@pytest.mark.parametrize("by_link", [True, False], ids=["another link", "another file in its place"])
def test_a_change_of_the_systems_time_zone_is_noticed(
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
    assert account["terminal"]["updated"][0] == f"Refreshed {main.when.clock}, just now"
    return main.when.clock
