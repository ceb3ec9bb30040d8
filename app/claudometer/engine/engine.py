"""The facade of the heart: what the tray, the window and the command line may ask for."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.budget import Uptime
from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import QuitRequested, SettingsChanged, WindowRequested
from claudometer.domain.outcome import Status, account_in
from claudometer.domain.policy import Cause
from claudometer.domain.snapshot import Problem, Snapshot, browser_rests_until
from claudometer.domain.usage import Mode
from claudometer.engine.allowances import AllowanceBook
from claudometer.engine.asking import Asker
from claudometer.engine.board import Board
from claudometer.engine.change import parse_change
from claudometer.engine.key_names import KeyNames
from claudometer.engine.numbers import Numbers
from claudometer.engine.poller import Poller
from claudometer.engine.recollection import Recollection
from claudometer.engine.saving import Saver
from claudometer.engine.session_keys import SessionKeys
from claudometer.engine.supervision import Supervisor
from claudometer.engine.targets import Targets
from claudometer.providers.claude.merging import ClaudeCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from claudometer.domain.form_state import FormState, LoginState
    from claudometer.domain.outcome import MissingCredentials
    from claudometer.domain.settings import Settings
    from claudometer.domain.usage import Reading
    from claudometer.engine.bus import Bus
    from claudometer.engine.parts import Parts
    from claudometer.engine.saving import Saved

log = logging.getLogger(__name__)

REFRESH_TIMEOUT_S = 110.0
"""Longer than the longest answer, two questions and a browser, and shorter than a client waits for it."""

SETTLED_BY_SAVING = frozenset(
    {
        ErrorCode.SETTINGS_BROKEN,
        ErrorCode.SETTINGS_UNREADABLE,
        ErrorCode.SETTINGS_UNWRITABLE,
        ErrorCode.ORGANIZATION_UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class RefreshAnswer:
    """Whether a click led to a request; if not, until when Claude wants us to wait.

    ``browser``: it is our own browser that rests, not Claude that asked for it.
    """

    accepted: bool
    until: datetime | None = None
    browser: bool = False


class Engine:
    """Owns state, settings and polling. Lives on the loop's thread; every method is called there."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._settings = parts.settings
        self._keys = SessionKeys(
            parts.store,
            KeyNames(parts.state),
            from_environment=parts.overrides.session_key,
            remember=parts.settings.remember_session_key,
            expected=parts.settings.mode is not None,
        )
        self._targets = Targets(
            parts.make_sources(
                self._keys.read,
                lambda: self._settings.organization_id,
                renewals=self._keys,
                ask_through_browser=lambda: self._settings.ask_through_browser,
                fresh_key=False,
            ),
            wish=lambda: parts.overrides.mode or self._settings.mode,
            fitting=parts.fitting_mode,
            interval_s=self._interval_s,
        )
        self._board = Board(parts.bus, Snapshot(mode=self.mode, demo=parts.demo, notices=parts.notices))
        self._recollection = Recollection(parts.state)
        self._asker = Asker(
            AllowanceBook(parts.state, on_trouble=self._note_state, uptime=self._uptime), parts.clock
        )
        self._numbers = Numbers(
            self._recollection, parts.free.sources, login=self._claude_code, clock=parts.clock
        )
        self._poller = Poller(self._targets, self._asker, self._numbers, board=self._board, clock=parts.clock)
        self._saver = Saver(parts, self._keys, self._asker)
        self._keys.on_unsaved = self._note_unsaved
        self._changing = asyncio.Lock()
        self.tasks = Supervisor(self._note_restart)
        """Owns the process's long-lived tasks: one owner, so that one notice covers them all."""

    @property
    def bus(self) -> Bus:
        """Where the news is."""
        return self._parts.bus

    @property
    def snapshot(self) -> Snapshot:
        """What everyone is shown now."""
        return self._board.snapshot

    @property
    def settings(self) -> Settings:
        """The saved settings, without the environment's overrides."""
        return self._settings

    @property
    def mode(self) -> Mode:
        """The mode in force: the environment's, else the user's, else what fits this machine."""
        return self._targets.mode

    async def run(self) -> None:
        """Show what is remembered, then poll until cancelled."""
        await self.recall()
        try:
            await self._poller.run()
        finally:
            await self._targets.aclose()

    async def recall(self) -> None:
        """Load the last reading of an earlier run."""
        await self._recollection.load()
        await self._targets.choose()
        await self._numbers.look()
        self._board.change(mode=self.mode, reading=await self._remembered())

    async def poll_once(self) -> Snapshot:
        """Poll a single time, for a command that runs on its own."""
        await self.recall()
        await self._poller.poll_once(Cause.ONE_SHOT)
        await self._targets.aclose()
        return self.snapshot

    async def refresh(self) -> RefreshAnswer:
        """Ask now because the user wants it, unless Claude asked us to wait; return when the answer is in."""
        self._keys.may_prompt = True
        until = await self._asker.refused_until(self.mode, self._targets.current().source)
        if until is not None:
            return RefreshAnswer(accepted=False, until=until)
        until = browser_rests_until(self.snapshot, self._parts.clock.now())
        if until is not None:
            return RefreshAnswer(accepted=False, until=until, browser=True)
        with suppress(TimeoutError):  # it goes on; whoever waits sees the outcome when it is there
            await self._poller.wake_and_wait(REFRESH_TIMEOUT_S)
        return RefreshAnswer(accepted=True)

    def woke(self) -> None:
        """Take the system's word that the machine woke from sleep; said several times, it is one poll."""
        self._poller.woke()

    async def form(self) -> FormState:
        """Return the settings form's state: plain values and codes, never a secret."""
        parts = self._parts
        login = await parts.login()
        problem = await self._keys.problem()
        return {
            "mode": self.mode.value,
            "session_key": {"saved": self._keys.place is not None, "where": self._keys.place},
            "remember": self._settings.remember_session_key,
            "ask_through_browser": {
                "enabled": self._settings.ask_through_browser,
                "available": parts.has_browser,
            },
            "check_daily": {"enabled": self._settings.check_daily, "host": parts.update_host},
            "keyring": {"problem": problem.value if problem else None},
            "organization_id": self._settings.organization_id,
            "organizations": [
                {"id": organization.id, "name": organization.name}
                for organization in self.snapshot.organizations
            ],
            "interval_seconds": self._interval_s(),
            "claude_folder": {"own": parts.claude_folder.own, "variable": parts.claude_folder.variable},
            "autostart": await self._saver.autostart_state(),
            "overrides": parts.overrides.names(),
            "login": _login_form(login, parts.claude_folder.shown),
            "version": parts.version,
            "demo": parts.demo,
        }

    async def save(self, params: Mapping[str, object]) -> FormState:
        """Check a change, apply it whole or not at all, announce it, and return the form's new state.

        Raises:
            InvalidSettingError: a field was refused; nothing has changed.
            ClaudometerError: the system did not do its part; nothing has changed.
        """
        async with self._changing:  # the next change begins with what this one saved
            change = parse_change(params, self._settings, self.mode)
            saved = await self._saver.save(change, self._settings, self.snapshot.organizations)
            self._settings = saved.settings
            self._parts.claude_folder.chosen = saved.settings.claude_folder
            self._keys.expected = saved.settings.mode is not None
            await self._show_saved(saved)
        return await self.form()

    async def _show_saved(self, saved: Saved) -> None:
        if self.mode is not self.snapshot.mode:
            # How asking in the other mode went says nothing about this one.
            self._board.change(mode=self.mode, status=Status.STARTING, problem=None, next_poll=None)
        self.bus.publish(SettingsChanged(saved.settings))
        answer = saved.asked if self.mode is Mode.WEB else None
        if answer is None:
            self._poller.ask_anew()
            self._board.change(notices=self._unsettled(), reading=await self._remembered())
        else:
            self._board.change(notices=self._unsettled())
            await self._poller.accept(answer)
        self._note_unsaved(self._keys.unsaved)

    def _unsettled(self) -> tuple[Problem, ...]:
        """Return the notices that saving settings does not settle, such as a missing tray host."""
        return tuple(one for one in self.snapshot.notices if one.code not in SETTLED_BY_SAVING)

    async def forget_key(self) -> FormState:
        """Remove the session key from memory and keyring, and the numbers that it brought.

        Raises:
            ClaudometerError: the key is still in the keyring.
        """
        async with self._changing:
            await self._keys.forget()
            self._poller.ask_anew()
            await self._recollection.forget(Mode.WEB)
            if self.mode is Mode.WEB:
                self._board.change(reading=None, organizations=())
        return await self.form()

    def notice(self, problem: Problem, *, present: bool) -> None:
        """Show or take back a problem that stands beside the numbers."""
        others = tuple(one for one in self.snapshot.notices if one.code is not problem.code)
        self._board.change(notices=(*others, problem) if present else others)

    def request_window(self) -> None:
        """Ask for the settings window."""
        self.bus.publish(WindowRequested())

    def request_quit(self) -> None:
        """Ask the program to end."""
        self.bus.publish(QuitRequested())

    def _uptime(self) -> Uptime:
        return Uptime(self._parts.boot_id, self._parts.clock.boottime())

    def _note_state(self, trouble: ErrorCode | None) -> None:
        for code in (ErrorCode.STATE_UNWRITABLE, ErrorCode.STATE_BROKEN):
            self.notice(Problem(code), present=trouble is code)

    def _note_restart(self, present: bool) -> None:
        facts = (("restarted", "yes"), ("folder", self._parts.log_folder))
        self.notice(Problem(ErrorCode.INTERNAL, facts=facts), present=present)

    def _note_unsaved(self, unsaved: bool) -> None:
        self.notice(Problem(ErrorCode.SESSION_KEY_UNSAVED), present=unsaved)

    async def _remembered(self) -> Reading | None:
        """Return the last reading of the account in force; of the mode, while nobody knows the account."""
        account = account_in(await self._targets.identify(self.mode))
        return self._numbers.shown(self.mode, account)

    async def _claude_code(self) -> ClaudeCode:
        """Say whom Claude Code works for, which every free number is about."""
        account = account_in(await self._targets.identify(Mode.CLI))
        written_at = await self._parts.free.login_written_at()
        off = timedelta(seconds=self._parts.clock.behind_s)  # the file's date is this computer's
        return ClaudeCode(account, None if written_at is None else written_at + off)

    def _interval_s(self) -> int:
        return self._parts.overrides.interval_seconds or self._settings.interval_seconds


def _login_form(problem: MissingCredentials | None, folder: str) -> LoginState:
    """``closed`` is what the user has no right to, if that is the trouble; it may be a folder further up."""
    code = problem.code.value if problem else None
    return {
        "found": problem is None,
        "code": code,
        "folder": folder,
        "closed": problem.login_folder if problem else None,
    }
