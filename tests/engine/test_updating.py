"""Tests when updates are checked and what is shown: the real engine part and state file, scripted work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from claudometer.domain.events import RestartRequested, UpdateChanged, WindowRequested
from claudometer.domain.update import Install, Offer, Stage, Update, UpdateFailure
from claudometer.engine.bus import Bus
from claudometer.engine.updating import Updates
from claudometer.system.state import JsonState
from tests.clocks import NOON, FakeClock
from tests.engine.full_disk import FullDisk
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CURRENT = Update(Stage.CURRENT, "0.1.0", version="0.1.0")
OFFERED = Update(Stage.AVAILABLE, "0.1.0", Install.APPIMAGE, version="0.2.0", offer=Offer.INSTALL)
OFFLINE = Update(Stage.FAILED, "0.1.0", failure=UpdateFailure.OFFLINE)


@dataclass
class Work:
    """Scripted update work: a check returns ``finds``, an installation waits for ``goes_on``.

    With ``may_answer`` set, a check waits for that event.
    """

    finds: Update
    checks: int = 0
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event | None = None
    ended: bool = False

    async def check(self, shown: Update) -> Update:
        self.checks += 1
        if self.may_answer is not None:
            await self.may_answer.wait()
        return replace(self.finds, asked=shown.asked)

    async def install(self, shown: Update, tell: Callable[[Update], None]) -> Update:
        tell(replace(shown, percent=42))
        try:
            await self.goes_on.wait()
        finally:
            await asyncio.sleep(0.01)
            self.ended = True
        return replace(shown, stage=Stage.READY)


class Desk:
    """A program's `Updates` with its dependencies, and the events it published."""

    def __init__(self, folder: Path, finds: Update, *, daily: bool = False) -> None:
        self.clock = FakeClock(NOON)
        self.folder = folder
        self.work = Work(finds)
        self.daily = daily
        self.bus = Bus()
        self.published: list[Update] = []
        self.restarts = self.built = self.windows = 0
        self.is_moved = False
        self.bus.subscribe(UpdateChanged, lambda event: self.published.append(event.update))
        self.bus.subscribe(RestartRequested, self._note_restart)
        self.bus.subscribe(WindowRequested, self._note_window)
        self.updates = self.begin()

    def begin(self) -> Updates:
        """Start the program, or start it again."""
        return Updates(
            Update(running="0.1.0"),
            make_work=self._build,
            daily=lambda: self.daily,
            open_page=lambda: None,
            can_restart=lambda: not self.is_moved,
            state=JsonState(self.folder / "state.json"),
            clock=self.clock,
            bus=self.bus,
        )

    def _build(self) -> Work:
        self.built += 1
        return self.work

    def _note_restart(self, _event: RestartRequested) -> None:
        self.restarts += 1

    def _note_window(self, _event: WindowRequested) -> None:
        self.windows += 1

    async def wait_for(self, stage: Stage) -> None:
        """Wait until the stage is shown."""
        await until(lambda: self.updates.shown.stage is stage)

    async def wait_for_download(self) -> None:
        """Wait until a download has begun."""
        await until(lambda: self.updates.shown.percent == 42)

    def look(self, *, hours_later: float = 0) -> int:
        """Advance the wall clock, run the daily check, and return the number of requests so far."""
        self.clock.set_wall(self.clock.now() + timedelta(hours=hours_later))
        asyncio.run(self.updates._look_once())
        return self.work.checks


def test_nothing_is_requested_or_built_until_the_user_wants_updates(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CURRENT)
    assert (desk.look(), desk.look(hours_later=100), desk.built) == (0, 0, 0)


def test_there_is_a_single_check_a_day_even_after_a_restart(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CURRENT, daily=True)
    assert (desk.look(), desk.look(hours_later=23)) == (1, 1)
    desk.updates = desk.begin()
    assert (desk.look(), desk.look(hours_later=2), desk.look()) == (1, 2, 2)


def test_there_is_a_single_check_a_day_even_on_a_full_disk(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CURRENT, daily=True)
    desk.updates._state = FullDisk(JsonState(tmp_path / "state.json"), is_full=True)
    assert (desk.look(), desk.look(hours_later=1), desk.look(hours_later=23)) == (1, 1, 2)


def test_a_daily_check_without_a_network_is_repeated_and_not_shown(tmp_path: Path) -> None:
    desk = Desk(tmp_path, OFFLINE, daily=True)
    assert (desk.look(), desk.look(hours_later=1), desk.published) == (1, 2, [])
    assert desk.updates.shown.stage is Stage.IDLE


def test_a_check_that_the_user_starts_shows_why_it_failed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, OFFLINE)
    shown = asyncio.run(desk.updates.do("check"))
    assert (shown.stage, shown.failure, shown.checked_at) == (Stage.FAILED, UpdateFailure.OFFLINE, None)
    assert [update.stage for update in desk.published] == [Stage.CHECKING, Stage.FAILED]


def test_a_last_check_in_the_far_future_does_not_prevent_checks(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CURRENT, daily=True)
    desk.clock.set_wall(NOON + timedelta(days=300))
    assert desk.look() == 1
    assert desk.look(hours_later=-300 * 24) == 2


def test_an_update_is_not_installed_without_a_click(tmp_path: Path) -> None:
    desk = Desk(tmp_path, OFFERED, daily=True)
    desk.look()
    desk.look(hours_later=48)
    assert {update.stage for update in desk.published} == {Stage.AVAILABLE}
    assert desk.restarts == 0


def test_an_installation_runs_in_the_background_and_then_allows_a_restart(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.updates.do("check")
        assert (await desk.updates.do("restart")).stage is Stage.AVAILABLE
        assert (await desk.updates.do("install")).stage is Stage.DOWNLOADING
        assert (await desk.updates.do("install")).stage is Stage.DOWNLOADING
        desk.work.goes_on.set()
        await desk.wait_for(Stage.READY)
        assert (await desk.updates.do("check")).stage is Stage.READY
        await desk.updates.do("restart")

    desk = Desk(tmp_path, OFFERED)
    asyncio.run(act(desk))
    assert desk.restarts == 1
    assert 42 in [update.percent for update in desk.published]


def test_a_canceled_download_is_offered_again(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.updates.do("check")
        await desk.updates.do("install")
        await desk.wait_for_download()
        await desk.updates.do("cancel")
        await desk.wait_for(Stage.AVAILABLE)

    desk = Desk(tmp_path, OFFERED)
    asyncio.run(act(desk))
    assert (desk.updates.shown.stage, desk.updates.shown.percent) == (Stage.AVAILABLE, None)


def test_a_bug_ends_the_check_as_failed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CURRENT)
    desk.work.finds = None  # type: ignore[assignment]
    shown = asyncio.run(desk.updates.do("check"))
    assert (shown.stage, shown.failure) == (Stage.FAILED, UpdateFailure.INTERNAL)


def test_a_program_file_that_was_moved_is_not_restarted(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.updates.do("check")
        desk.work.goes_on.set()
        await desk.updates.do("install")
        await desk.wait_for(Stage.READY)
        desk.is_moved = True
        desk.updates.ask_from_tray()
        assert (desk.updates.shown.failure, desk.restarts, desk.windows) == (UpdateFailure.IMAGE_GONE, 0, 1)
        desk.is_moved = False
        desk.updates.ask_from_tray()
        assert desk.restarts == 1

    asyncio.run(story(Desk(tmp_path, OFFERED)))


def test_a_download_canceled_before_its_first_step_is_offered_again(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.updates.do("check")
        assert (await desk.updates.do("install")).stage is Stage.DOWNLOADING
        await desk.updates.do("cancel")
        await desk.wait_for(Stage.AVAILABLE)
        desk.work.goes_on.set()
        await desk.updates.do("install")
        await desk.wait_for(Stage.READY)

    asyncio.run(story(Desk(tmp_path, OFFERED)))


def test_the_program_ends_only_after_a_download_has_cleaned_up(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        running = asyncio.create_task(desk.updates.run())
        await desk.updates.do("check")
        await desk.updates.do("install")
        await desk.wait_for_download()
        running.cancel()
        await asyncio.wait({running})
        assert desk.work.ended

    asyncio.run(story(Desk(tmp_path, OFFERED)))


async def begin_a_quiet_check(desk: Desk) -> tuple[asyncio.Event, asyncio.Task[None]]:
    """Start a daily check; return the event that lets it finish, and its task."""
    may_answer = desk.work.may_answer = asyncio.Event()
    checks = desk.work.checks
    quiet = asyncio.create_task(desk.updates.check(asked=False))
    await until(lambda: desk.work.checks > checks)
    desk.work.may_answer = None
    return may_answer, quiet


def test_concurrent_checks_share_a_request(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        answers = await asyncio.gather(*(desk.updates.do("check") for _ in range(3)))
        assert [answer.stage for answer in answers] == [Stage.AVAILABLE] * 3
        assert desk.work.checks == 1

    asyncio.run(story(Desk(tmp_path, OFFERED)))


def test_the_result_of_a_check_is_shown_before_it_is_saved(tmp_path: Path) -> None:
    """Otherwise a click during the save would install the new version while the old one is shown."""
    desk = Desk(tmp_path, OFFERED)
    seen: list[str | None] = []

    class Watched(JsonState):
        def change(self, edit: Callable[[dict[str, Any]], None], *, durable: bool = True) -> None:
            seen.append(desk.updates.shown.version)
            super().change(edit, durable=durable)

    desk.updates._state = Watched(tmp_path / "state.json")
    asyncio.run(desk.updates.check(asked=False))
    assert seen == ["0.2.0"]


def test_a_daily_check_does_not_replace_an_installation(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.updates.check(asked=True)
        may_answer, quiet = await begin_a_quiet_check(desk)
        desk.work.finds = OFFLINE
        desk.work.goes_on.set()
        await desk.updates.do("install")
        await desk.wait_for(Stage.READY)
        may_answer.set()
        await quiet
        assert desk.updates.shown.stage is Stage.READY

    asyncio.run(story(Desk(tmp_path, OFFERED)))


def test_a_daily_check_does_not_replace_the_result_of_a_check_by_the_user(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        may_answer, quiet = await begin_a_quiet_check(desk)
        desk.work.finds = OFFERED
        await desk.updates.do("check")
        assert (desk.updates.shown.stage, desk.updates.shown.asked) == (Stage.AVAILABLE, True)
        desk.work.finds = CURRENT
        may_answer.set()
        await quiet
        assert (desk.updates.shown.stage, desk.work.checks) == (Stage.AVAILABLE, 2)

    asyncio.run(story(Desk(tmp_path, CURRENT)))
