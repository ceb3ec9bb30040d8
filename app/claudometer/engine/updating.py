"""Keeps what is known of a newer version; checks once a day if the user wants that. Installs nothing unasked.

What does the work is built on the first check: an idle program carries none of it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from claudometer.domain.events import RestartRequested, SettingsChanged, UpdateChanged, WindowRequested
from claudometer.domain.update import BUSY, UNREACHED, Offer, Stage, Trouble, Update

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from claudometer.domain.clock import Clock
    from claudometer.engine.bus import Bus
    from claudometer.engine.dependencies import StateFile

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
FIRST_LOOK_S = 20.0
"""Starting and the first numbers come first."""

LOOK_S = 3600.0
STATE_KEY = "update_checked_at"


class UpdateWork(Protocol):
    """Does what is asked, and returns what is to be shown then. Raises for nothing that may be expected."""

    async def check(self, shown: Update) -> Update: ...
    async def install(self, shown: Update, tell: Callable[[Update], None]) -> Update: ...


class Updates:
    """One matter at a time. Lives on the loop's thread.

    Args:
        shown: what is known at the start: the running version and how it was installed.
        make_work: builds what does the work; called off the loop, once, with the first check.
        daily: whether the user wants a check once a day.
        open_page: shows the page of releases. Blocks for a moment; raises ``OSError``.
        can_restart: whether the program's file is still where it was started from.
    """

    def __init__(  # noqa: PLR0913 - named by their words, and built in one place
        self,
        shown: Update,
        *,
        make_work: Callable[[], UpdateWork],
        daily: Callable[[], bool],
        open_page: Callable[[], None],
        can_restart: Callable[[], bool],
        state: StateFile,
        clock: Clock,
        bus: Bus,
    ) -> None:
        self.shown = shown
        self._make_work = make_work
        self._daily = daily
        self._open_page = open_page
        self._can_restart = can_restart
        self._state = state
        self._clock = clock
        self._bus = bus
        self._work: UpdateWork | None = None
        self._task: asyncio.Task[None] | None = None
        self._answered_at: datetime | None = None
        self._look = asyncio.Event()

    async def run(self) -> None:
        """Check once a day while that is switched on, until cancelled."""
        unsubscribe = self._bus.subscribe(SettingsChanged, lambda _: self._look.set())
        try:
            await asyncio.sleep(FIRST_LOOK_S)
            while True:
                await self._look_once()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._look.wait()
                self._look.clear()
        finally:
            unsubscribe()
            await self._end()

    async def do(self, what: str | None) -> Update:
        """Do what the user wants and return what is known now; a download goes on by itself."""
        match what:
            case "check":
                await self.check(asked=True)
            case "install":
                self._start_installing()
            case "cancel":
                self.cancel()
            case "restart":
                self._restart()
            case "page":
                await self._show_page()
            case _:
                pass
        return self.shown

    def ask_from_tray(self) -> None:
        """Show the window, where the answer will stand, and check unless there is an answer to act on.

        Once the new version is in place, the entry says "Restart" and does that.
        """
        if self.shown.stage is Stage.READY:
            self._restart()
            return
        self._bus.publish(WindowRequested())
        if self.shown.stage in BUSY | {Stage.AVAILABLE}:
            self._show(replace(self.shown, asked=True))
        else:
            self._begin_check(asked=True)

    async def check(self, *, asked: bool) -> None:
        """Check now, and return when the answer is shown; during other work, only wait for a check's end."""
        if self.shown.stage is Stage.READY or self.shown.stage in BUSY - {Stage.CHECKING}:
            return
        if self.shown.stage is not Stage.CHECKING:
            self._begin_check(asked=asked)
        if self._task is not None:
            await asyncio.wait({self._task})

    def cancel(self) -> None:
        """End a download; what it has fetched is gone."""
        if self._task is not None and self.shown.stage is Stage.DOWNLOADING:
            self._task.cancel()

    async def _look_once(self) -> None:
        if self._daily() and self.shown.stage not in BUSY and await self._is_due():
            await self.check(asked=False)

    async def _is_due(self) -> bool:
        # From memory first: a disk that takes no state is no reason to ask more often.
        kept = self._answered_at or (await asyncio.to_thread(self._state.read)).get(STATE_KEY)
        try:
            last = datetime.fromisoformat(str(kept))
            return abs(self._clock.now() - last) >= DAY  # one from far ahead is a clock's that was wrong
        except (TypeError, ValueError):
            return True

    def _begin_check(self, *, asked: bool) -> None:
        """Have one begin, and say so at once: whoever asks now, too, waits for this one."""
        before = self.shown
        blank = Update(
            Stage.CHECKING, before.running, before.install, checked_at=before.checked_at, asked=asked
        )
        if asked:
            self._show(blank)
        self._begin(self._check(blank), before=before)

    async def _check(self, blank: Update) -> None:
        found = await (await self._worker()).check(blank)
        has_answer = found.trouble not in UNREACHED
        if has_answer:
            self._answered_at = self._clock.now()
            found = replace(found, checked_at=self._answered_at)
        # Before anything is waited for: from now on it is this that a click would install.
        if blank.asked or found.stage is not Stage.FAILED:
            self._show(found)
        else:
            log.info("the day's check for a new version failed: %s", found.trouble)
        if has_answer:
            await self._remember_check()

    def _start_installing(self) -> None:
        shown = self.shown
        if (
            shown.stage in BUSY
            or shown.stage is Stage.READY
            or shown.offer not in {Offer.INSTALL, Offer.OPEN}
        ):
            return
        start = replace(shown, stage=Stage.DOWNLOADING, percent=None, trouble=None, detail="", asked=True)
        self._show(start)
        offered = replace(shown, stage=Stage.AVAILABLE, trouble=None, detail="")
        self._begin(self._install(start), before=offered)

    async def _install(self, start: Update) -> None:
        self._show(await (await self._worker()).install(start, self._show))

    def _begin(self, work: Coroutine[Any, Any, None], *, before: Update) -> None:
        """Have it done; a quiet check gives way, and ``before`` is shown again should it be cancelled."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(work)
        self._task.add_done_callback(lambda task: self._note_end(task, before))

    def _note_end(self, task: asyncio.Task[None], before: Update) -> None:
        """Let neither a cancel nor a mistake of ours leave it at "checking" for ever."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("looking after updates failed", exc_info=error)
        if task is not self._task:
            return  # what took its place is what counts
        if task.cancelled():
            self._show(before)
        elif error is not None:
            self._show(replace(self.shown, stage=Stage.FAILED, trouble=Trouble.INTERNAL, percent=None))

    async def _end(self) -> None:
        if self._task is not None and self._task.cancel():
            await asyncio.wait({self._task})

    async def _worker(self) -> UpdateWork:
        if self._work is None:
            self._work = await asyncio.to_thread(self._make_work)
        return self._work

    async def _remember_check(self) -> None:
        now = self._clock.now().isoformat()

        def edit(state: dict[str, Any]) -> None:
            state[STATE_KEY] = now

        try:
            await asyncio.to_thread(self._state.change, edit)
        except OSError as error:
            log.warning("when updates were checked cannot be written down: %s", error)

    def _restart(self) -> None:
        """End the program for the new one to run, unless that would leave none running."""
        if self.shown.stage is not Stage.READY:
            return
        if self._can_restart():
            self._bus.publish(RestartRequested())
            return
        self._show(replace(self.shown, trouble=Trouble.IMAGE_GONE, asked=True))
        self._bus.publish(WindowRequested())

    async def _show_page(self) -> None:
        try:
            await asyncio.to_thread(self._open_page)
        except OSError as error:
            log.warning("the page of releases could not be opened: %s", error)

    def _show(self, update: Update) -> None:
        if update != self.shown:
            self.shown = update
            self._bus.publish(UpdateChanged(update))
