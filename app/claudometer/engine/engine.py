"""The engine: owns settings, snapshots and polling, and offers what tray, window and command line may do."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.events import QuitRequested, SettingsChanged, WindowRequested
from claudometer.domain.next_poll import Cause, Poll, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Snapshot, browser_paused_until, held_plan
from claudometer.domain.token_bucket import Uptime
from claudometer.domain.usage import LocalLogin, Mode
from claudometer.engine.buckets import BucketStore
from claudometer.engine.bus import SnapshotStore
from claudometer.engine.forecasting import Forecaster
from claudometer.engine.kept_readings import ReadingCache, ReadingMerger
from claudometer.engine.key_records import KeyRecords
from claudometer.engine.notices import LimitHits, Notices
from claudometer.engine.poller import Poller
from claudometer.engine.recording_history import Recorder
from claudometer.engine.requester import RefreshAnswer, Requester
from claudometer.engine.saving_settings import Saver
from claudometer.engine.session_key_in_use import SessionKeys
from claudometer.engine.settings_form import SettingsForm, is_poll_due, parse_change
from claudometer.engine.source_selector import SourceSelector
from claudometer.engine.supervision import Supervisor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.events import WindowPlace
    from claudometer.domain.form_state import FormState
    from claudometer.domain.settings import Settings
    from claudometer.domain.snapshot import Problem
    from claudometer.engine.bus import Bus
    from claudometer.engine.dependencies import Dependencies
    from claudometer.engine.saving_settings import Saved

REFRESH_TIMEOUT_S = 110.0
"""Longer than two requests and a browser may take, and shorter than a client waits."""


class Engine:
    """Everything that runs without a surface. Every method is called on the loop's thread."""

    def __init__(self, dependencies: Dependencies) -> None:
        deps = self._deps = dependencies
        self._settings = deps.settings
        self._keys = SessionKeys(
            deps.store,
            KeyRecords(deps.state, deps.rules.name_of_key),
            from_environment=deps.overrides.session_key,
            remember=deps.settings.account.remember_session_key,
            expected=deps.settings.account.mode is not None,
        )
        self._selector = SourceSelector(
            deps.make_sources(
                self._keys.read,
                lambda: self._settings.account.organization_id,
                renewals=self._keys,
                ask_through_browser=lambda: self._settings.account.ask_through_browser,
                fresh_key=False,
            ),
            chosen=lambda: deps.overrides.mode or self._settings.account.mode,
            fitting=deps.fitting_mode,
            interval_s=self._interval_s,
        )
        self._snapshots = SnapshotStore(deps.bus, Snapshot(self.mode, demo=deps.demo, notices=deps.notices))
        self._snapshots.change(is_mode_chosen=self._selector.is_chosen)
        self._notices = Notices(self._snapshots, deps.log_folder, deps.state_folder, deps.history)
        self._cache = ReadingCache(deps.state, place=self._place, on_leftover=self._notices.show_leftover)
        uptime, on_error, on_use = self._uptime, self._notices.show_state, self._notices.show_history
        self._requester = Requester(BucketStore(deps.state, on_error=on_error, uptime=uptime), deps.clock)
        self._merger = ReadingMerger(
            self._cache, deps.local.sources, rules=deps.rules, login=self._local_login, clock=deps.clock
        )
        self._poller = Poller(
            self._selector,
            self._requester,
            self._merger,
            snapshots=self._snapshots,
            clock=deps.clock,
            files=deps.files,
            check_every_s=deps.check_every_s,
            hits=LimitHits(deps.local.limit_hits, self._snapshots, self._notices, deps.clock),
            policy=deps.policy,
        )
        self.history, self.state = deps.history, deps.state  # for the window and the update checker
        self._recorder = Recorder(
            deps.history, deps.bus, deps.clock, interval_s=self._interval_s, on_use=on_use
        )
        self._forecaster = Forecaster(deps.history, self._snapshots, deps.bus, deps.clock, deps.offset_at)
        self._saver = Saver(deps, self._keys, self._requester)
        self._form = SettingsForm(deps, self._keys, autostart=self._saver.autostart_state)
        self._keys.on_unsaved = self._notices.show_unsaved
        self._keys.on_end = lambda ends_at: self._snapshots.change(key_ends_at=ends_at)
        self._changing = asyncio.Lock()
        self.tasks = Supervisor(self._notices.show_restart)
        """Owns the process's long-lived tasks: one owner, so that one notice covers them all."""

    @property
    def bus(self) -> Bus:
        """Where events are published."""
        return self._deps.bus

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that is shown."""
        return self._snapshots.snapshot

    @property
    def settings(self) -> Settings:
        """The saved settings, without the environment's overrides."""
        return self._settings

    @property
    def mode(self) -> Mode:
        """The mode in force: the environment's, else the user's, else the one that fits this computer."""
        return self._selector.mode

    @property
    def login_folder(self) -> str:
        """The absolute path of the folder of Claude Code's login."""
        return self._deps.claude_folder.path

    def start_polling(self) -> None:
        """Poll, and keep the history, in tasks of their own until ``tasks`` is stopped."""
        self.tasks.start("polling", self.run)
        self.tasks.start("keeping the history", self._recorder.run)
        self.tasks.start("forecasting", self._forecaster.run)

    async def run(self) -> None:
        """Show the last numbers of an earlier run, then poll until canceled.

        Raises for a fault; called again after one, it goes on with the plan.
        """
        await self.recall()
        await self._poller.run()

    async def recall(self) -> None:
        """Show the last numbers of an earlier run."""
        self._recorder.pass_over(await self._cache.load())
        await self._selector.select()
        await self._merger.read_local()
        await self._show_last()

    async def poll_once(self, why: Cause = Cause.ONE_SHOT) -> Snapshot:
        """Poll a single time, for a command without the app. Raises for a fault.

        ``next_poll`` of the result is when server and budget allow a request, ``None`` if now.
        """
        await self.recall()
        self._recorder.skip()
        await self._poller.poll_once(why)
        await self._forecaster.run_once()
        next_poll = await self._next_allowed() or held_plan(self.snapshot)
        await self._recorder.finish()
        return replace(self.snapshot, next_poll=next_poll)

    async def refresh(self) -> RefreshAnswer:
        """Poll for a click, unless a request has to wait, and return at the poll's end."""
        self._keys.may_prompt = True  # somebody has clicked, and is there to unlock the keyring
        wait = await self._next_allowed()
        if wait is not None:
            return RefreshAnswer(accepted=False, until=wait.at, browser=wait.reason is Reason.BROWSER)
        self.tasks.hurry("polling")  # after a fault of ours it may be in a pause of minutes
        with suppress(TimeoutError):  # the poll goes on, and its result is shown when it is there
            await self._poller.poll_and_wait(REFRESH_TIMEOUT_S)
        return RefreshAnswer(accepted=True)

    async def _next_allowed(self) -> Poll | None:
        """Return when a request may be sent and what makes it wait, ``None`` if it may be sent at once."""
        until = await self._requester.refused_until(self._selector.current().source)
        if until is not None:
            return Poll(until, Reason.BUDGET)
        until = browser_paused_until(self.snapshot, self._deps.clock.now())
        return None if until is None else Poll(until, Reason.BROWSER)

    async def is_refused(self) -> bool:
        """Return whether the server has refused the account for good. Sends nothing."""
        return await self._requester.is_refused(self._selector.current().source)

    def woke(self) -> None:
        """React to the system's signal that it woke up. Several signals lead to one poll."""
        self._poller.woke()

    async def form(self) -> FormState:
        """Return the state of the settings form: plain values and codes, never a secret."""
        return await self._form.state(
            self._settings, self.snapshot.organizations, mode=self.mode, interval_s=self._interval_s()
        )

    async def save(self, params: Mapping[str, object]) -> FormState:
        """Check a change, apply it, announce it, and return the form's new state.

        Raises:
            InvalidSettingError: a field was refused; nothing has changed.
            ClaudometerError: keyring, system or disk failed. Nothing has changed, unless the code says so.
        """
        async with self._changing:  # the next change begins with what this one saved
            change = parse_change(params, self._settings, self.mode, parse_key=self._deps.rules.parse_key)
            try:
                saved = await self._saver.save(change, self._settings, self.snapshot.organizations)
            except ClaudometerError as error:
                if error.code is ErrorCode.ONLY_KEY_SAVED:  # the new key is in use all the same
                    self._poller.start_over()
                raise
            before, self._settings = (self._settings, self.mode), saved.settings
            self._deps.claude_folder.chosen = saved.settings.account.claude_folder
            self._keys.expected = saved.settings.account.mode is not None
            await self._show_saved(saved, is_due=is_poll_due(before, (saved.settings, self.mode)))
        return await self.form()

    async def _show_saved(self, saved: Saved, *, is_due: bool) -> None:
        self._snapshots.change(is_mode_chosen=self._selector.is_chosen)
        if self.mode is not self.snapshot.mode:
            # How the last request of the other mode ended says nothing about this one.
            self._snapshots.change(mode=self.mode, status=Status.STARTING, problem=None, next_poll=None)
        self._notices.settle_by_saving()
        self.bus.publish(SettingsChanged(saved.settings))
        attempt = saved.attempt if self.mode is Mode.WEB else None
        if attempt is not None:
            await self._poller.accept(attempt)
        elif is_due:
            self._poller.start_over()
            await self._show_last()
        self._notices.show_unsaved(self._keys.unsaved)

    async def forget_key(self) -> FormState:
        """Remove the session key from memory and keyring, and the numbers that were fetched with it.

        Numbers that cannot be removed from the disk are no longer shown, and a notice says so until a later
        poll has removed them.

        Raises:
            ClaudometerError: the key is still in the keyring, and nothing has changed.
        """
        async with self._changing:
            await self._keys.forget()
            self._poller.start_over()
            if self.mode is Mode.WEB:
                self._snapshots.change(account=None, reading=None, organizations=())
            await self._cache.forget(Mode.WEB)  # last: only this needs the disk, which may be full
        return await self.form()

    def notice(self, problem: Problem, *, present: bool) -> None:
        """Show a problem beside the numbers, or take it back."""
        self._notices.show(problem, present=present)

    def request_window(self, place: WindowPlace | None = None) -> None:
        """Ask for the window, which is to show ``place``."""
        self.bus.publish(WindowRequested(place))

    def request_quit(self) -> None:
        """Ask the program to end."""
        self.bus.publish(QuitRequested())

    def _uptime(self) -> Uptime:
        return Uptime(self._deps.boot_id, self._deps.clock.boottime())

    async def _show_last(self) -> None:
        """Show the last numbers of the account in force; of its mode while the account is not known."""
        mode = self.mode
        self._notices.show_local_only(mode is Mode.LOCAL)
        account = await self._selector.identify(mode)
        reading = self._merger.shown(mode, account)
        known = account or (reading.key if reading else None)
        self._snapshots.change(mode=mode, account=known, reading=reading)

    async def _local_login(self) -> LocalLogin:
        """Return who is logged in to Claude Code: the local numbers are about that account."""
        if self.mode is Mode.LOCAL:
            return LocalLogin()
        login = await self._selector.identify(Mode.CLI)
        written_at, plan = await self._deps.local.login_written_at(), self._deps.local.plan()
        skew = timedelta(seconds=self._deps.clock.skew_s)  # the file's date is this computer's
        return LocalLogin(login.account if login else None, written_at and written_at + skew, plan)

    def _place(self, mode: Mode) -> str:
        place = "environment" if self._deps.overrides.session_key else "stored"
        return place if mode is Mode.WEB else self._deps.claude_folder.path

    def _interval_s(self) -> int | None:
        return self._deps.overrides.interval_seconds or self._settings.interval_seconds
