"""The tray program: its icon on the main thread, everything else on the loop's thread.

It starts the icon, then the loop with engine, socket and tasks, then the watch for the end of a sleep, and
stops them in reverse order. If a step fails, it undoes the earlier ones and ends with that step's error.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import AsyncExitStack, ExitStack, suppress
from typing import TYPE_CHECKING

from claudometer.control.server import ControlServer
from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import (
    QuitRequested,
    RestartRequested,
    WindowClosing,
    WindowPage,
    WindowPlace,
    WindowRequested,
)
from claudometer.domain.settings import Percents, Settings
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import Mode
from claudometer.present.derivation import view_of
from claudometer.present.icon import IconOptions, icon_for
from claudometer.present.levels import Thresholds
from claudometer.present.menu import MenuOptions, menu_for
from claudometer.present.menu_entries import OPENS_WINDOW, Action
from claudometer.processes.answers import Answers, Extras, Identity
from claudometer.processes.checkup import CheckupProcess
from claudometer.processes.line_forecast import LineForecast
from claudometer.processes.loop_thread import LoopThread
from claudometer.processes.presenter import Presenter, level_thresholds
from claudometer.processes.tray_alerts import make_alerts
from claudometer.processes.tray_clicks import Clicks
from claudometer.processes.tray_host import TrayHost
from claudometer.processes.updates import find_updates, keep_updated
from claudometer.processes.watched_account import watched_by
from claudometer.processes.welcome import take_first_start
from claudometer.processes.window import WindowProcess
from claudometer.system.off_loop import off_loop, off_loop_at
from claudometer.system.region import read_region
from claudometer.system.version import own_version
from claudometer.system.write_faults import cause_of
from claudometer.ui.tray.tray import Tray

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any

    from claudometer.engine.engine import Engine
    from claudometer.engine.updating import Updates
    from claudometer.present.alerts import Bubble
    from claudometer.present.menu_entries import Entry
    from claudometer.present.view import AccountView
    from claudometer.processes.alerts import Alerts
    from claudometer.processes.run_context import RunContext
    from claudometer.processes.tray_icon import TrayIcon

log = logging.getLogger(__name__)

END_TIMEOUT_S = 15.0
"""Longer than server, tasks and window together may take to end. The instance lock is kept meanwhile."""


class TrayProgram:
    """The program while it runs. Only :meth:`to_loop` and :meth:`to_ui` cross between its two threads.

    Args:
        window: open the window there as soon as the program runs.
        start_engine: builds the engine; tests build theirs over small sources.
        make_tray: makes the icon; tests pass a tray that needs no panel.

    Raises:
        ClaudometerError: ``TRAY_TOOLKIT_MISSING`` or ``NO_DISPLAY``.
    """

    def __init__(
        self,
        context: RunContext,
        *,
        window: WindowPlace | None,
        start_engine: Callable[[RunContext], Awaitable[Engine]],
        make_tray: Callable[..., TrayIcon] = Tray,
    ) -> None:
        self._context = context
        self._first_place = window
        self._start_engine = start_engine
        self._host = TrayHost(self._ready_engine, demo=context.demo)
        self._tray = make_tray(self._clicked, on_state=lambda state: self.to_loop(self._host.note(state)))
        self._window = WindowProcess(
            context.places.log_folder, demo=context.demo, on_failure=self._window_failed
        )
        self._thread = LoopThread(self._main, on_end=lambda: self.to_ui(self._tray.stop))
        has_key = context.environment.session_key is not None
        self._checkup = CheckupProcess(demo=context.demo, has_session_key=has_key)
        self._ready = asyncio.Event()
        self._engine: Engine | None = None
        self._updates: Updates | None = None
        self._alerts: Alerts | None = None
        self._clicks: Clicks | None = None
        self._line = LineForecast(context.places.state_folder, self._login_folder)
        self._server: ControlServer | None = None
        self.restarts = False

    def run(self) -> None:
        """Show the icon and block until the program is asked to end. Main thread only.

        Raises:
            Exception: the program could not start, or could not continue.
        """
        # The icon comes before the engine, so that a slow start (a keyring, a dead drive) is visible.
        starting = Snapshot(mode=Mode.CLI, demo=self._context.demo)
        self._draw(view_of(starting, self._context.clock.now(), read_region(), Thresholds()))
        # By default, SIGTERM would end the process at once, and SIGINT raise within the toolkit's loop.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.to_ui(self._tray.stop))
        with ExitStack() as undo:
            self._thread.start()
            undo.callback(self._thread.stop, END_TIMEOUT_S)
            undo.callback(self._tray.watch(on_wake=lambda: self.to_loop(self._woke())))
            self._tray.run()
        if self._thread.failure is not None:
            raise self._thread.failure

    @property
    def has_ended(self) -> bool:
        """Whether its thread has ended, so that it can write no more files."""
        return self._thread.has_ended

    # The two ways between the threads.

    def to_loop(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine on the loop's thread. Call it from any thread. What it raises is logged."""
        self._thread.call(work)

    def to_ui(self, work: Callable[[], object]) -> None:
        """Run ``work`` on the main thread. Call it from any thread."""
        self._tray.call(work)

    # Main thread.

    def _clicked(self, action: Action, value: str | None) -> None:
        if action is Action.QUIT:
            self._tray.stop()  # at once: quitting must not wait for an engine that is still starting
        else:
            if action in OPENS_WINDOW:
                self._window.allow_in_front(self._tray.take_activation_token())
            self.to_loop(self._carry_out(action, value))

    def _draw(self, view: AccountView, mute: Entry | None = None) -> None:
        settings = self._engine.settings if self._engine else Settings()
        update = self._updates.shown if self._updates else None
        icon = IconOptions(
            settings.icon_number, settings.icon_colors, settings.icon_label, settings.icon_text
        )
        menu = MenuOptions(settings.account.organization_id, update, mute)
        self._tray.show(icon_for(view, icon), menu_for(view, menu))

    # Any thread.

    def _notify(self, bubble: Bubble, on_taken: Callable[[bool], None]) -> None:
        self.to_ui(lambda: self._tray.notify(bubble, on_taken))

    def _window_failed(self) -> None:
        self.to_loop(self._note_window_failure())

    # Loop thread.

    async def _main(self) -> None:
        """Run until canceled. Every line of the start may fail, or be canceled when the user quits."""
        # Each step registers how it is undone before the next one starts, so nothing is left running.
        async with AsyncExitStack() as undo:
            self._engine = engine = await self._start_engine(self._context)
            with suppress(OSError):  # a dead drive costs the updates, not the numbers
                self._updates = await off_loop_at("updates", lambda: find_updates(self._context, engine))
            updates = self._updates
            undo.push_async_callback(_suppressed, lambda: off_loop(self._window.close))
            self._subscribe(engine)
            undo.push_async_callback(engine.tasks.stop)
            presenter = Presenter(
                engine,
                self._context.clock,
                on_view=self._present,
                watched=lambda: watched_by(engine, self._context),
                remaining=lambda: engine.settings.percents is Percents.REMAINING,
                thresholds=lambda: level_thresholds(engine.settings),
            )
            self._alerts = alerts = make_alerts(self._context, engine, presenter, self._notify)
            log_folder = str(self._context.places.log_folder)
            clock = self._context.clock
            self._clicks = Clicks(engine, updates, clock, log_folder=log_folder, alerts=alerts)
            await self._listen(engine, presenter, undo)
            engine.start_polling()
            engine.tasks.start("presenting", presenter.run)
            engine.tasks.start("alerts", alerts.run)
            if updates is not None:
                engine.tasks.start("looking for updates", lambda: keep_updated(self._context, updates))
            self._ready.set()
            if self._first_place is not None:
                engine.request_window(self._first_place)
            await self._welcome(engine)
            await asyncio.Event().wait()

    async def _listen(self, engine: Engine, presenter: Presenter, undo: AsyncExitStack) -> None:
        """Start the control socket."""
        server = ControlServer(self._answers(engine, presenter), on_change=lambda: self._note_socket(engine))
        undo.push_async_callback(server.stop)
        self._server = server
        try:
            await server.start(self._context.places.socket)
        except OSError as error:  # icon and menu work without the socket; a notice says what does not
            log.warning("commands and the window cannot reach the app: %s", error)
            self._note_socket(engine)
        engine.tasks.start("the control socket", server.keep_listening)

    async def _welcome(self, engine: Engine) -> None:
        """Open the welcome page at the first start, unless the user asked for another page."""
        with suppress(OSError):  # also a timeout: settings on a dead network home may well exist
            if self._first_place is None and await off_loop_at(
                "settings", lambda: take_first_start(self._context)
            ):
                engine.request_window(WindowPlace(WindowPage.WELCOME))

    async def _ready_engine(self) -> Engine:
        """Return the engine as soon as it runs."""
        await self._ready.wait()
        if self._engine is None:
            raise AssertionError("the program is ready once it has an engine")
        return self._engine

    def _subscribe(self, engine: Engine) -> None:
        engine.bus.subscribe(WindowRequested, lambda event: self._show_window(engine, event.place))
        engine.bus.subscribe(WindowClosing, lambda _: self._window.leaving())
        engine.bus.subscribe(RestartRequested, lambda _: self._restart())
        engine.bus.subscribe(QuitRequested, lambda _: self.to_ui(self._tray.stop))

    def _present(self, view: AccountView) -> None:
        self.to_loop(self._line.write(view))
        mute = self._alerts.menu(view) if self._alerts else None
        self.to_ui(lambda: self._draw(view, mute))

    def _answers(self, engine: Engine, presenter: Presenter) -> Answers:
        context = self._context
        ledger = None if context.demo else context.places.state_folder
        extras = Extras(self._updates, self._checkup, context.places.lock_file, self._alerts)
        identity = Identity(own_version(), context.demo)
        return Answers(engine, presenter, context.clock, identity, ledger=ledger, extras=extras)

    async def _carry_out(self, action: Action, value: str | None) -> None:
        """Do what was clicked, as soon as the engine runs."""
        await self._ready.wait()
        if self._clicks is not None:
            await self._clicks.carry_out(action, value)

    def _login_folder(self) -> str:
        return self._engine.login_folder if self._engine else ""

    async def _woke(self) -> None:
        (await self._ready_engine()).woke()

    def _restart(self) -> None:
        self.restarts = True
        self.to_ui(self._tray.stop)

    def _show_window(self, engine: Engine, place: WindowPlace | None) -> None:
        """Open the window, and remove the notice that it failed before: that is out of date now."""
        engine.notice(Problem(ErrorCode.WINDOW_FAILED), present=False)
        self.to_loop(off_loop(self._window.open, place))

    def _note_socket(self, engine: Engine) -> None:
        # Called at the start and on each change: the socket file may be deleted at any time.
        failure = None if self._server is None else self._server.failure
        is_missing = failure is not None
        is_noted = any(notice.code is ErrorCode.CONTROL_UNAVAILABLE for notice in engine.snapshot.notices)
        if is_missing is not is_noted:
            folder = self._context.places.runtime_folder
            facts = {"folder": str(folder), **cause_of(failure, folder)}
            problem = Problem(ErrorCode.CONTROL_UNAVAILABLE, facts=tuple(facts.items()))
            engine.notice(problem, present=is_missing)

    async def _note_window_failure(self) -> None:
        engine = await self._ready_engine()
        folder = (("folder", str(self._context.places.log_folder)),)
        engine.notice(Problem(ErrorCode.WINDOW_FAILED, facts=folder), present=True)


async def _suppressed(call: Callable[[], Awaitable[object]]) -> None:
    """Await a call and ignore its failure: the program is ending, and nobody could act on it."""
    with suppress(OSError):
        await call()
