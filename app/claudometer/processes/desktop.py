"""The composition root: tray on the main thread, engine on the loop's, and the two crossings between them.

Start: lock, tray, loop thread (engine, control server, poller). Stop: the same backwards.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.control.server import Answers, ControlServer, Identity, RequestReader
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.events import (
    QuitRequested,
    RestartRequested,
    SettingsChanged,
    SnapshotChanged,
    UpdateChanged,
    WindowRequested,
)
from claudometer.domain.snapshot import Problem, Snapshot, holds_until
from claudometer.domain.usage import Mode
from claudometer.present.icon import icon_for
from claudometer.present.levels import Thresholds
from claudometer.present.menu import Action, MenuOptions, menu_for
from claudometer.present.report import report_for
from claudometer.processes.assembly import assemble
from claudometer.processes.updates import answer_update, find_updates, remove_half_downloads
from claudometer.processes.window import WindowProcess
from claudometer.system.logs import log_uncaught_in_loop
from claudometer.system.region import read_region
from claudometer.system.version import own_version
from claudometer.ui.tray.main_loop import call_on_ui
from claudometer.ui.tray.tray import Tray
from claudometer.ui.tray.watchers import watch_desktop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future
    from typing import Any

    from claudometer.engine.engine import Engine
    from claudometer.engine.updating import Updates
    from claudometer.processes.assembly import Setting

log = logging.getLogger(__name__)

REDRAW_S = 30.0
"""How often menu and icon are compared with the time: countdowns move, windows end, numbers grow old."""

STOP_TIMEOUT_S = 5.0
"""How long the tasks may take to end. The connections before them and the window after have their own."""

END_TIMEOUT_S = 15.0
"""More than all of these together: while the loop runs, no other program may take our place."""


class Desktop:
    """The program while it runs. Only :meth:`to_loop` and :meth:`to_ui` cross between its two threads."""

    def __init__(self, setting: Setting, *, open_window: bool) -> None:
        self._setting = setting
        self._open_window = open_window
        self._region = read_region()
        self._tray = Tray(self._clicked, on_shown=lambda shown: self.to_loop(self._host_changed(shown=shown)))
        self._window = WindowProcess(
            setting.places.log_folder, demo=setting.demo, on_failure=self._window_failed
        )
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._news = asyncio.Event()
        self._thread = threading.Thread(target=self._run_loop, name="claudometer-loop")
        self._failure: BaseException | None = None
        self._engine: Engine | None = None
        self._updates: Updates | None = None
        self.restarts = False
        self._host_known = False

    def run(self) -> None:
        """Show the icon and block until the program is to end. Main thread only.

        Raises:
            Exception: what kept the engine from starting.
        """
        self._draw(Snapshot(mode=Mode.CLI, demo=self._setting.demo))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.to_ui(self._tray.stop))
        self._thread.start()
        watchers = watch_desktop(on_wake=lambda: self.to_loop(self._woke()))
        try:
            self._tray.run()
        finally:
            for watcher in watchers:
                watcher.stop()
            self._end_loop()
        if self._failure is not None:
            raise self._failure

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it runs any more."""
        return not self._thread.is_alive()

    # The two crossings.

    def to_loop(self, work: Coroutine[Any, Any, object]) -> None:
        """Have a coroutine run on the loop's thread; from any thread. What it raises is logged."""
        if not self._loop.is_running():
            work.close()
            return
        asyncio.run_coroutine_threadsafe(work, self._loop).add_done_callback(_log_failure)

    def to_ui(self, work: Callable[[], object]) -> None:
        """Have ``work`` run on the main thread; from any thread."""
        call_on_ui(work)

    # Main thread.

    def _clicked(self, action: Action, value: str | None) -> None:
        match action:
            case Action.REFRESH:
                self.to_loop(self._on_engine(lambda engine: engine.refresh()))
            case Action.OPEN_SETTINGS:
                self._window.allow_in_front(self._tray.take_activation_token())
                self.to_loop(self._request_window())
            case Action.ORGANIZATION:
                self.to_loop(self._on_engine(lambda engine: engine.save({"organization_id": value})))
            case Action.QUIT:
                self._tray.stop()
            case Action.CHECK_UPDATES:
                self.to_loop(self._ask_for_updates())

    def _draw(self, snapshot: Snapshot) -> None:
        now = self._setting.clock.now()
        organization_id = self._engine.settings.organization_id if self._engine else None
        icon = icon_for(snapshot, now, self._region, Thresholds())
        update = self._updates.shown if self._updates else None
        self._tray.show(icon, menu_for(snapshot, now, self._region, MenuOptions(organization_id, update)))

    def _end_loop(self) -> None:
        if self._loop.is_running():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(END_TIMEOUT_S)
        if not self.has_ended:
            log.error("the loop did not end within %s s", END_TIMEOUT_S)

    def _window_failed(self) -> None:
        self.to_loop(self._note_window_failure())

    # Loop thread.

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(log_uncaught_in_loop)
        try:
            self._loop.run_until_complete(self._main())
        except Exception as error:  # barrier - handed to the main thread, which raises it
            log.exception("the engine could not go on")
            self._failure = error
        finally:
            self.to_ui(self._tray.stop)

    async def _main(self) -> None:
        self._engine = engine = await assemble(self._setting)
        self._updates = updates = find_updates(self._setting, engine)
        server = ControlServer(engine, self._answers())
        await server.start(self._setting.places.socket)
        self._listen(engine)
        if self._open_window:
            engine.request_window()
        tasks = [asyncio.create_task(engine.run()), asyncio.create_task(self._redraw_in_time())]
        if updates is not None:
            await asyncio.to_thread(remove_half_downloads, self._setting)
            tasks.append(asyncio.create_task(updates.run()))
        try:
            await self._stop.wait()
        finally:
            await server.stop()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=STOP_TIMEOUT_S)
            await asyncio.to_thread(self._window.close)

    def _listen(self, engine: Engine) -> None:
        engine.bus.subscribe(SnapshotChanged, lambda _: self._news.set())
        engine.bus.subscribe(SettingsChanged, lambda _: self._news.set())
        engine.bus.subscribe(WindowRequested, lambda _: self._show_window(engine))
        engine.bus.subscribe(UpdateChanged, lambda _: self._news.set())
        engine.bus.subscribe(RestartRequested, lambda _: self._restart())
        engine.bus.subscribe(QuitRequested, lambda _: self.to_ui(self._tray.stop))

    async def _redraw_in_time(self) -> None:
        """Redraw every now and then, and at the moment when a number ceases to hold."""
        while True:
            self._redraw()
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._holds_s()):
                    await self._news.wait()

    def _holds_s(self) -> float:
        now = self._setting.clock.now()
        end = holds_until(self._engine.snapshot, now) if self._engine else None
        return REDRAW_S if end is None else min(REDRAW_S, (end - now).total_seconds())

    def _redraw(self) -> None:
        engine = self._engine
        if engine is not None:
            snapshot = engine.snapshot
            self.to_ui(lambda: self._draw(snapshot))

    def _answers(self) -> Answers:
        setting = self._setting
        identity = Identity(version=own_version(), demo=setting.demo)
        ledger_folder = None if setting.demo else setting.places.state_folder
        requests = RequestReader(ledger_folder, setting.clock, self._region.zone)
        return Answers(
            identity,
            status=self._report,
            requests=requests.read,
            update=lambda what: answer_update(self._updates, what),
        )

    def _report(self) -> dict[str, Any]:
        if self._engine is None:
            raise ClaudometerError(ErrorCode.APP_UNRESPONSIVE)
        return report_for(self._engine.snapshot, self._setting.clock.now(), self._region)

    async def _on_engine(self, call: Callable[[Engine], Coroutine[Any, Any, object]]) -> None:
        if self._engine is not None:
            await call(self._engine)

    async def _ask_for_updates(self) -> None:
        if self._updates is not None:
            self._updates.ask_from_tray()

    def _restart(self) -> None:
        self.restarts = True
        self.to_ui(self._tray.stop)

    async def _woke(self) -> None:
        if self._engine is not None:
            self._engine.woke()

    async def _request_window(self) -> None:
        if self._engine is not None:
            self._engine.request_window()

    async def _host_changed(self, *, shown: bool) -> None:
        """Without a tray to be seen in at the start, the window is the program's face.

        A panel that goes later does so at logout or to come back: no reason to open a window.
        """
        if self._engine is None:
            return
        first, self._host_known = not self._host_known, True
        self._engine.notice(Problem(ErrorCode.TRAY_HOST_MISSING), present=not shown)
        if not shown:
            log.warning("no StatusNotifier host: the icon is shown nowhere")
        if not shown and first:
            self._engine.request_window()

    def _show_window(self, engine: Engine) -> None:
        """Try again, also after a failure: what was said of that one no longer holds."""
        engine.notice(Problem(ErrorCode.WINDOW_FAILED), present=False)
        self.to_loop(asyncio.to_thread(self._window.open))

    async def _note_window_failure(self) -> None:
        if self._engine is not None:
            folder = (("folder", str(self._setting.places.log_folder)),)
            self._engine.notice(Problem(ErrorCode.WINDOW_FAILED, facts=folder), present=True)


def _log_failure(future: Future[object]) -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        code = error.code if isinstance(error, ClaudometerError) else type(error).__name__
        log.error("a click could not be carried out: %s", code, exc_info=error)
