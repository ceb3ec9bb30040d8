"""The facade of the heart: what the tray, the window and the command line may ask for."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.budget import Uptime
from claudometer.domain.codec import organization_to_wire
from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import QuitRequested, SettingsChanged, WindowRequested
from claudometer.domain.outcome import Status
from claudometer.domain.policy import Cause
from claudometer.domain.snapshot import Problem, Snapshot, browser_rests_until
from claudometer.domain.usage import LocalLogin, Mode
from claudometer.engine.buckets import BucketStore
from claudometer.engine.bus import SnapshotStore
from claudometer.engine.poller import Poller
from claudometer.engine.reading_cache import ReadingCache
from claudometer.engine.reading_merger import ReadingMerger
from claudometer.engine.requester import Requester
from claudometer.engine.saving import Saver
from claudometer.engine.session_keys import KeyNames, SessionKeys
from claudometer.engine.settings_change import parse_change
from claudometer.engine.source_selector import SourceSelector
from claudometer.engine.supervision import Supervisor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from claudometer.domain.outcome import MissingCredentials
    from claudometer.domain.settings import Settings
    from claudometer.engine.bus import Bus
    from claudometer.engine.dependencies import Dependencies
    from claudometer.engine.saving import Saved

log = logging.getLogger(__name__)

REFRESH_TIMEOUT_S = 110.0
"""Longer than the longest answer, two questions and a browser, and shorter than a client waits for it."""


_SETTLED_BY_SAVING = (ErrorCode.SETTINGS_BROKEN, ErrorCode.SETTINGS_UNREADABLE)
"""Notices about the settings file, which a save writes whole. Other troubles outlast a save."""


@dataclass(frozen=True, slots=True)
class RefreshAnswer:
    """Whether a click led to a request; if not, until when Claude wants us to wait.

    ``browser``: it is our own browser that rests, not Claude that asked for it.
    """

    accepted: bool
    until: datetime | None = None
    browser: bool = False


class Engine:
    """Owns state, settings and polling. Every method is called on the loop's thread."""

    def __init__(self, dependencies: Dependencies) -> None:
        deps = self._deps = dependencies
        self._settings = deps.settings
        self._keys = SessionKeys(
            deps.store,
            KeyNames(deps.state, deps.rules.name_of_key),
            from_environment=deps.overrides.session_key,
            remember=deps.settings.remember_session_key,
            expected=deps.settings.mode is not None,
        )
        self._selector = SourceSelector(
            deps.make_sources(
                self._keys.read,
                lambda: self._settings.organization_id,
                renewals=self._keys,
                ask_through_browser=lambda: self._settings.ask_through_browser,
                fresh_key=False,
            ),
            chosen=lambda: deps.overrides.mode or self._settings.mode,
            fitting=deps.fitting_mode,
            interval_s=self._interval_s,
        )
        self._snapshots = SnapshotStore(
            deps.bus, Snapshot(mode=self.mode, demo=deps.demo, notices=deps.notices)
        )
        self._cache = ReadingCache(deps.state)
        buckets = BucketStore(deps.state, on_trouble=self._note_state, uptime=self._uptime)
        self._requester = Requester(buckets, deps.clock)
        self._merger = ReadingMerger(
            self._cache, deps.free.sources, rules=deps.rules, login=self._local_login, clock=deps.clock
        )
        self._poller = Poller(
            self._selector,
            self._requester,
            self._merger,
            snapshots=self._snapshots,
            clock=deps.clock,
            check_every_s=deps.check_every_s,
        )
        self._saver = Saver(deps, self._keys, self._requester)
        self._keys.on_unsaved = self._note_unsaved
        self._changing = asyncio.Lock()
        self._faulty: set[str] = set()

    @property
    def bus(self) -> Bus:
        """Where the news is."""
        return self._deps.bus

    @property
    def snapshot(self) -> Snapshot:
        """What everyone is shown now."""
        return self._snapshots.snapshot

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The snapshots of all accounts that are watched; the first is the one that is shown."""
        return self._snapshots.snapshots

    @property
    def settings(self) -> Settings:
        """The saved settings, without the environment's overrides."""
        return self._settings

    @property
    def mode(self) -> Mode:
        """The mode in force: the environment's, else the user's, else what fits this machine."""
        return self._selector.mode

    async def run(self) -> None:
        """Keep polling until cancelled: after a fault it is reported and started again."""
        supervisor = Supervisor(lambda present: self.note_fault("polling", present=present))
        try:
            await supervisor.run("polling", self.poll)
        finally:
            await self._selector.aclose()

    async def poll(self) -> None:
        """Show what is remembered, then poll until cancelled. Raises for a fault; may be called again."""
        await self.recall()
        await self._poller.run()

    async def recall(self) -> None:
        """Load the last reading of an earlier run."""
        await self._cache.load()
        await self._selector.select()
        await self._merger.look()
        await self._show_remembered()

    async def poll_once(self) -> Snapshot:
        """Poll a single time, for a command that runs on its own."""
        try:
            await self.recall()
            await self._poller.poll_once(Cause.ONE_SHOT)
        finally:
            await self._selector.aclose()
        return self.snapshot

    async def refresh(self) -> RefreshAnswer:
        """Ask now because the user wants it, unless Claude asked us to wait; return when the answer is in."""
        self._keys.may_prompt = True
        until = await self._requester.refused_until(self._selector.current().source)
        if until is not None:
            return RefreshAnswer(accepted=False, until=until)
        until = browser_rests_until(self.snapshot, self._deps.clock.now())
        if until is not None:
            return RefreshAnswer(accepted=False, until=until, browser=True)
        with suppress(TimeoutError):  # it goes on; whoever waits sees the outcome when it is there
            await self._poller.poll_and_wait(REFRESH_TIMEOUT_S)
        return RefreshAnswer(accepted=True)

    def woke(self) -> None:
        """Take the system's word that the machine woke from sleep; said several times, it is one poll."""
        self._poller.woke()

    async def form(self) -> dict[str, object]:
        """Return the settings form's state: plain values and codes, never a secret."""
        deps = self._deps
        login = await deps.login()
        problem = await self._keys.problem()
        return {
            "mode": self.mode.value,
            "session_key": {"saved": self._keys.place is not None, "where": self._keys.place},
            "remember": self._settings.remember_session_key,
            "ask_through_browser": {
                "enabled": self._settings.ask_through_browser,
                "available": deps.has_browser,
            },
            "check_daily": {"enabled": self._settings.check_daily, "host": deps.update_host},
            "keyring": {"problem": problem.value if problem else None},
            "organization_id": self._settings.organization_id,
            "organizations": [organization_to_wire(one) for one in self.snapshot.organizations],
            "interval_seconds": self._interval_s(),
            "claude_folder": {"own": deps.claude_folder.own, "variable": deps.claude_folder.variable},
            "autostart": await self._saver.autostart_state(),
            "overrides": deps.overrides.names(),
            "login": _login_form(login, deps.claude_folder.shown),
            "version": deps.version,
            "demo": deps.demo,
        }

    async def save(self, params: Mapping[str, object]) -> dict[str, object]:
        """Check a change, apply it whole or not at all, announce it, and return the form's new state.

        Raises:
            InvalidSettingError: a field was refused; nothing has changed.
            ClaudometerError: the system did not do its part; nothing has changed.
        """
        async with self._changing:  # the next change begins with what this one saved
            change = parse_change(params, self._settings, self.mode, parse_key=self._deps.rules.parse_key)
            saved = await self._saver.save(change, self._settings, self.snapshot.organizations)
            self._settings = saved.settings
            self._deps.claude_folder.chosen = saved.settings.claude_folder
            self._keys.expected = saved.settings.mode is not None
            await self._show_saved(saved)
        return await self.form()

    async def _show_saved(self, saved: Saved) -> None:
        if self.mode is not self.snapshot.mode:
            # How asking in the other mode went says nothing about this one.
            self._snapshots.change(mode=self.mode, status=Status.STARTING, problem=None, next_poll=None)
        for code in _SETTLED_BY_SAVING:
            self.notice(Problem(code), present=False)
        self.bus.publish(SettingsChanged(saved.settings))
        attempt = saved.attempt if self.mode is Mode.WEB else None
        if attempt is None:
            self._poller.start_over()
            await self._show_remembered()
        else:
            await self._poller.accept(attempt)
        self._note_unsaved(self._keys.unsaved)

    async def forget_key(self) -> dict[str, object]:
        """Remove the session key from memory and keyring, and the numbers that it brought.

        Raises:
            ClaudometerError: the key is still in the keyring.
        """
        async with self._changing:
            await self._keys.forget()
            self._poller.start_over()
            await self._cache.forget(Mode.WEB)
            if self.mode is Mode.WEB:
                self._snapshots.change(account=None, reading=None, organizations=())
        return await self.form()

    def notice(self, problem: Problem, *, present: bool) -> None:
        """Show or take back a problem that stands beside the numbers."""
        others = tuple(one for one in self.snapshot.notices if one.code is not problem.code)
        self._snapshots.change(notices=(*others, problem) if present else others)

    def note_fault(self, where: str, *, present: bool) -> None:
        """Show that some part of the program failed by a fault of ours, until every part runs again.

        Args:
            where: names the part that has failed, or that runs again.
        """
        (self._faulty.add if present else self._faulty.discard)(where)
        folder = (("folder", self._deps.log_folder),) if self._deps.log_folder else ()
        self.notice(Problem(ErrorCode.INTERNAL, facts=folder), present=bool(self._faulty))

    def request_window(self) -> None:
        """Ask for the settings window."""
        self.bus.publish(WindowRequested())

    def request_quit(self) -> None:
        """Ask the program to end."""
        self.bus.publish(QuitRequested())

    def _uptime(self) -> Uptime:
        return Uptime(self._deps.boot_id, self._deps.clock.boottime())

    def _note_state(self, trouble: ErrorCode | None) -> None:
        for code in (ErrorCode.STATE_UNWRITABLE, ErrorCode.STATE_BROKEN):
            self.notice(Problem(code), present=trouble is code)

    def _note_unsaved(self, unsaved: bool) -> None:
        self.notice(Problem(ErrorCode.SESSION_KEY_UNSAVED), present=unsaved)

    async def _show_remembered(self) -> None:
        """Show the last reading of the account in force; of the mode, while nobody knows the account."""
        mode = self.mode
        account = await self._selector.identify(mode)
        reading = self._merger.shown(mode, account)
        known = account or (reading.key if reading else None)
        self._snapshots.change(mode=mode, account=known, reading=reading)

    async def _local_login(self) -> LocalLogin:
        """Say whom Claude Code works for, which every free number is about."""
        login = await self._selector.identify(Mode.CLI)
        written_at = await self._deps.free.login_written_at()
        off = timedelta(seconds=self._deps.clock.skew_s)  # the file's date is this computer's
        account = login.account if login else None
        return LocalLogin(account, None if written_at is None else written_at + off)

    def _interval_s(self) -> int:
        return self._deps.overrides.interval_seconds or self._settings.interval_seconds


def _login_form(problem: MissingCredentials | None, folder: str) -> dict[str, object]:
    """``closed`` is what the user has no right to, if that is the trouble; it may be a folder further up."""
    code = problem.code.value if problem else None
    return {
        "found": problem is None,
        "code": code,
        "folder": folder,
        "closed": problem.login_folder if problem else None,
    }
