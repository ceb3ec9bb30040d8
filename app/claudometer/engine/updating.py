"""Knows about newer versions, and checks once a day if the user wants that. Installs only on request.

The updater itself is built for the first check: an idle program does not load it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from claudometer.domain.events import (
    RestartRequested,
    SettingsChanged,
    UpdateChanged,
    WindowPage,
    WindowPlace,
    WindowRequested,
)
from claudometer.domain.times import read_time
from claudometer.domain.update import BUSY, UNREACHED, Offer, Stage, Update, UpdateFailure
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from claudometer.domain.clock import Clock
    from claudometer.domain.json_object import JsonObject
    from claudometer.engine.bus import Bus
    from claudometer.engine.dependencies import StateFile

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
FIRST_LOOK_S = 20.0
"""The start and the first numbers take precedence."""

LOOK_S = 3600.0
"""How often to see whether a day has passed since the last check."""

STATE_KEY = "update_checked_at"


class UpdateWork(Protocol):
    """The updater. Each method returns what to show at its end; expected failures are part of that."""

    async def check(self, shown: Update) -> Update: ...
    async def install(self, shown: Update, tell: Callable[[Update], None]) -> Update: ...


class Updates:
    """Checks, downloads and installs, one at a time. For the loop's thread only.

    Args:
        shown: what is known at the start: the running version and how it was installed.
        make_work: builds the updater. Called once, off the loop, for the first check.
        daily: returns whether the user wants a check once a day.
        open_page: opens the page of releases in a browser. Blocks for a moment; raises ``OSError``.
        can_restart: returns whether the program's file is still where it was started from.
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
        self._checked_at: datetime | None = None
        self._look = asyncio.Event()

    async def run(self) -> None:
        """Check once a day while the user wants that, until canceled."""
        unsubscribe = self._bus.subscribe(SettingsChanged, lambda _: self._look.set())
        try:
            await asyncio.sleep(FIRST_LOOK_S)
            while True:
                # By the date and not by a sleep of a day: a laptop is rarely on for 24 h without a break.
                await self._look_once()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._look.wait()
                self._look.clear()
        finally:
            unsubscribe()
            await self._end()

    async def do(self, what: str | None) -> Update:
        """Do what the user asked for and return what is known now. A download goes on in the background."""
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
        """Open the window, which shows the result, and check unless a result is there already.

        Once the new version is installed, the menu's entry says "Restart", and this restarts.
        """
        if self.shown.stage is Stage.READY:
            self._restart()
            return
        self._bus.publish(WindowRequested(WindowPlace(WindowPage.UPDATES)))
        if self.shown.stage in BUSY | {Stage.AVAILABLE}:
            self._show(replace(self.shown, asked=True))
        else:
            self._begin_check(asked=True)

    async def check(self, *, asked: bool) -> None:
        """Check now, and return when the result is shown. Does nothing during a download or installation."""
        if self.shown.stage is Stage.READY or self.shown.stage in BUSY - {Stage.CHECKING}:
            return
        if self.shown.stage is not Stage.CHECKING:
            self._begin_check(asked=asked)
        if self._task is not None:
            await asyncio.wait({self._task})

    def cancel(self) -> None:
        """Cancel a download. Its file is removed."""
        if self._task is not None and self.shown.stage is Stage.DOWNLOADING:
            self._task.cancel()

    async def _look_once(self) -> None:
        # Asked each time, so that the setting is in force at once.
        if self._daily() and self.shown.stage not in BUSY and await self._is_due():
            await self.check(asked=False)

    async def _is_due(self) -> bool:
        # From memory first: a full disk must not lead to more checks.
        try:
            kept = self._checked_at or (await off_loop(self._state.read)).get(STATE_KEY)
        except OSError:
            return False
        try:
            last = kept if isinstance(kept, datetime) else read_time(kept)
            return abs(self._clock.now() - last) >= DAY  # a time in the future is from a wrong clock
        except (TypeError, ValueError):
            return True

    def _begin_check(self, *, asked: bool) -> None:
        """Start a check and show that at once: a second request waits for the same check."""
        # A canceled check shows again what was known before it.
        before = self.shown
        blank = Update(
            Stage.CHECKING, before.running, before.install, checked_at=before.checked_at, asked=asked
        )
        # A quiet check shows nothing until it has found something: nobody waits for it.
        if asked:
            self._show(blank)
        self._begin(self._check(blank), before=before)

    async def _check(self, blank: Update) -> None:
        found = await (await self._worker()).check(blank)
        is_answered = found.failure not in UNREACHED
        if is_answered:
            self._checked_at = self._clock.now()
            found = replace(found, checked_at=self._checked_at)
        # Shown before the next await: from now on a click installs this version.
        if blank.asked or found.stage is not Stage.FAILED:
            self._show(found)
        else:
            log.info("the daily check for a new version failed: %s", found.failure)
        if is_answered:
            await self._remember_check()

    def _start_installing(self) -> None:
        shown = self.shown
        if (
            shown.stage in BUSY
            or shown.stage is Stage.READY
            or shown.offer not in {Offer.INSTALL, Offer.OPEN}
        ):
            return
        start = replace(shown, stage=Stage.DOWNLOADING, percent=None, failure=None, detail="", asked=True)
        self._show(start)
        # A canceled download offers the version again, without the failure of an earlier attempt.
        offered = replace(shown, stage=Stage.AVAILABLE, failure=None, detail="")
        self._begin(self._install(start), before=offered)

    async def _install(self, start: Update) -> None:
        self._show(await (await self._worker()).install(start, self._show))

    def _begin(self, work: Coroutine[Any, Any, None], *, before: Update) -> None:
        """Start work in place of a quiet check. ``before`` is shown again if it is canceled."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(work)
        self._task.add_done_callback(lambda task: self._note_end(task, before))

    def _note_end(self, task: asyncio.Task[None], before: Update) -> None:
        """Show how the work ended: neither a cancellation nor a fault may leave it at "checking"."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("an update failed unexpectedly", exc_info=error)
        if task is not self._task:
            return  # other work has taken its place
        if task.cancelled():
            self._show(before)
        elif error is not None:
            self._show(replace(self.shown, stage=Stage.FAILED, failure=UpdateFailure.INTERNAL, percent=None))

    async def _end(self) -> None:
        # Waited for, so that a file that is half loaded is removed before the program ends.
        if self._task is not None and self._task.cancel():
            await asyncio.wait({self._task})

    async def _worker(self) -> UpdateWork:
        if self._work is None:
            # Off the loop: it loads httpx and the code that verifies signatures.
            self._work = await off_loop(self._make_work)
        return self._work

    async def _remember_check(self) -> None:
        now = self._clock.now().isoformat()

        def edit(state: JsonObject) -> None:
            state[STATE_KEY] = now

        try:
            await off_loop(self._state.change, edit)
        except OSError as error:
            log.warning("the time of the check cannot be saved: %s", error)

    def _restart(self) -> None:
        """Restart as the new version, unless its file is gone and nothing would run then."""
        if self.shown.stage is not Stage.READY:
            return
        # An AppImage may have been moved or deleted since; to quit would then leave no program at all.
        if self._can_restart():
            self._bus.publish(RestartRequested())
            return
        self._show(replace(self.shown, failure=UpdateFailure.IMAGE_GONE, asked=True))
        self._bus.publish(WindowRequested(WindowPlace(WindowPage.UPDATES)))

    async def _show_page(self) -> None:
        try:
            await off_loop(self._open_page)
        except OSError as error:
            log.warning("the page of releases cannot be opened: %s", error)

    def _show(self, update: Update) -> None:
        if update != self.shown:
            self.shown = update
            self._bus.publish(UpdateChanged(update))
