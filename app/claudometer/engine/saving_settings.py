"""Saves settings: checks a change, then applies it step by step and takes the steps back if one fails."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.domain.next_poll import Cause
from claudometer.domain.outcome import Fetched, MissingCredentials
from claudometer.domain.snapshot import problem_of
from claudometer.domain.usage import Mode
from claudometer.engine.key_test import KeyTest
from claudometer.system.off_loop import Lane, off_loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from claudometer.domain.errors import Fact
    from claudometer.domain.form_state import AutostartState
    from claudometer.domain.secret import Secret
    from claudometer.domain.settings import Settings
    from claudometer.domain.usage import Organization
    from claudometer.engine.dependencies import Autostart, Dependencies
    from claudometer.engine.requester import Attempt, Requester
    from claudometer.engine.session_key_in_use import SessionKeys
    from claudometer.engine.settings_form import SettingsChange

log = logging.getLogger(__name__)

T = TypeVar("T")

AUTOSTART_TIMEOUT_S = 10.0
FOLDER_TIMEOUT_S = 10.0
"""As long as a disk may take to spin up. A dead network drive never answers, and the form must go on."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save has led to.

    Attributes:
        settings: what is in force now.
        attempt: the request that tested a new session key, ``None`` without one.
    """

    settings: Settings
    attempt: Attempt | None


class Saver:
    """Puts a change of the settings into force."""

    def __init__(self, dependencies: Dependencies, keys: SessionKeys, requester: Requester) -> None:
        self._deps = dependencies
        self._keys = keys
        self._requester = requester
        self._key_test = KeyTest(None, keys)
        self._is_file_readable = all(
            notice.code is not ErrorCode.SETTINGS_UNREADABLE for notice in dependencies.notices
        )
        self._autostart_lane = Lane(fails_fast=True)
        self._folder_lane = Lane(fails_fast=True)

    async def save(
        self, change: SettingsChange, settings: Settings, organizations: tuple[Organization, ...]
    ) -> Saved:
        """Put ``change`` into force whole, or raise.

        Raises:
            InvalidSettingError: a field was refused; nothing has changed.
            ClaudometerError: keyring, system or disk failed. Nothing has changed, unless the code is
                ``ONLY_KEY_SAVED`` or ``ONLY_AUTOSTART_SAVED``.
        """
        change, attempt = await self._with_folder(change, settings), None
        if change.mode is Mode.WEB and change.session_key is not None:
            attempt = await self._test_key(change, change.session_key)
            change = replace(change, session_key=self._key_test.newest)
        elif change.mode is Mode.WEB:
            _check_organization(change, settings, organizations)
        changed = change.applied_to(settings)
        # Last of the checks, since it writes: a refused field must leave the file as it is.
        await self._check_disk(settings)
        undo = _Undo()
        try:
            await self._apply_autostart(change, undo)
            await self._apply_key(change, undo)
            await self._write_whole(changed, undo)
        except BaseException as error:
            await undo.run(error)
            raise
        self._key_test = KeyTest(None, self._keys)
        self._is_file_readable = True
        if attempt is None:
            await self._requester.forgive()
        return Saved(changed, attempt)

    async def _check_disk(self, settings: Settings) -> None:
        """Find a full disk before anything has changed: a keyring may refuse to take the old key back.

        Writes the settings that are there. A file that was never written stays absent, and one that cannot be
        read may hold good settings: a save that fails must not create the one or replace the other.
        """
        if self._is_file_readable and settings != type(settings)():
            await self._write(settings)

    async def _write(self, settings: Settings) -> None:
        try:
            await off_loop(self._deps.settings_file.save, settings)
        except OSError as error:
            folder, kind = self._deps.settings_file.folder, type(error).__name__
            raise ClaudometerError(ErrorCode.SETTINGS_UNWRITABLE, folder=folder, kind=kind) from error

    async def _write_whole(self, settings: Settings, undo: _Undo) -> None:
        writing = asyncio.ensure_future(self._write(settings))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait({writing})  # a thread cannot be canceled, and what it has written counts
            if writing.exception() is None:
                undo.clear()
            raise

    async def _test_key(self, change: SettingsChange, key: Secret) -> Attempt:
        if key != self._key_test.typed:
            self._key_test = KeyTest(key, self._keys)
        test = self._key_test
        sources = self._deps.make_sources(
            test.read,
            lambda: change.organization_id,
            renewals=test,
            ask_through_browser=lambda: change.ask_through_browser,
            fresh_key=True,
        )
        attempt = await self._requester.request(sources[Mode.WEB], Cause.SAVING)
        _raise_unless_accepted(attempt)
        return attempt

    async def _with_folder(self, change: SettingsChange, settings: Settings) -> SettingsChange:
        """Check a new folder. One that was saved before is not checked: its disk may be unplugged."""
        typed = change.claude_folder
        if typed is None or typed == settings.account.claude_folder:
            return change
        folder = self._deps.claude_folder
        try:
            path = await self._folder_lane.run(lambda: folder.check(typed), timeout_s=FOLDER_TIMEOUT_S)
        except TimeoutError:
            code = ErrorCode.CLAUDE_FOLDER_REFUSED
            raise InvalidSettingError("claude_folder", code, reason="missing") from None
        return replace(change, claude_folder=path)

    async def _apply_autostart(self, change: SettingsChange, undo: _Undo) -> None:
        autostart = self._deps.autostart
        if change.autostart is None or autostart is None:
            return
        before = await self._ask_autostart(autostart.is_enabled)
        # Not switched again: a unit or an entry that the user has edited must survive.
        if before == change.autostart:
            return
        try:
            await self._switch(autostart, on=change.autostart)
        except InvalidSettingError:
            with suppress(InvalidSettingError):  # it may have been switched nevertheless
                await self._switch_back(autostart, on=before)
            raise
        undo.add(ErrorCode.ONLY_AUTOSTART_SAVED, lambda: self._switch_back(autostart, on=before))

    async def _apply_key(self, change: SettingsChange, undo: _Undo) -> None:
        if change.session_key is None and change.remember == self._keys.remember:
            return  # saving an interval in CLI mode must not need a keyring
        # May unlock the keyring: the old key has to be known before the new one takes its place.
        before = await self._keys.state()
        try:
            await self._keys.keep(change.session_key, remember=change.remember)
        except ClaudometerError as error:
            field = "remember" if change.remember else "session_key"
            raise InvalidSettingError(field, error.code, **error.facts) from None
        undo.add(ErrorCode.ONLY_KEY_SAVED, lambda: self._keys.restore(before))

    async def autostart_state(self) -> AutostartState:
        """Return whether the program starts at login, and whether the system can do that."""
        autostart = self._deps.autostart
        if autostart is None:
            return {"enabled": False, "available": False}
        try:
            enabled = await self._autostart_lane.run(autostart.is_enabled, timeout_s=AUTOSTART_TIMEOUT_S)
        except (ClaudometerError, TimeoutError, OSError):
            log.warning("start at login cannot be read", exc_info=True)
            return {"enabled": False, "available": False}
        return {"enabled": enabled, "available": True}

    async def _switch(self, autostart: Autostart, *, on: bool) -> None:
        await self._ask_autostart(autostart.enable if on else autostart.disable)

    async def _switch_back(self, autostart: Autostart, *, on: bool) -> None:
        if await self._ask_autostart(autostart.is_enabled) != on:
            await self._switch(autostart, on=on)

    async def _ask_autostart(self, call: Callable[[], T]) -> T:
        try:
            return await self._autostart_lane.run(call, timeout_s=AUTOSTART_TIMEOUT_S)
        except ClaudometerError as error:
            raise InvalidSettingError("autostart", error.code, **error.facts) from None
        except (OSError, TimeoutError) as error:
            raise InvalidSettingError(
                "autostart", ErrorCode.AUTOSTART_FAILED, kind=type(error).__name__
            ) from None


class _Undo:
    """Takes back the steps of a save that failed, the last one first."""

    def __init__(self) -> None:
        self._steps: list[tuple[ErrorCode, Callable[[], Awaitable[None]]]] = []

    def add(self, left: ErrorCode, step: Callable[[], Awaitable[None]]) -> None:
        """Take ``step`` if the save fails; ``left`` says what stays changed if that fails, too."""
        self._steps.append((left, step))

    def clear(self) -> None:
        """Let everything stay as it is."""
        self._steps.clear()

    async def run(self, error: BaseException) -> None:
        """Take back every step.

        Raises:
            ClaudometerError: something stays changed, as its code says.
        """
        left: list[ErrorCode] = []
        while self._steps:
            code, step = self._steps.pop()
            try:
                await step()
            except (ClaudometerError, OSError, TimeoutError) as failure:
                log.warning("a step of a failed save cannot be taken back: %s: %s", code, failure)
                left.append(code)
        if left and isinstance(error, Exception):  # a cancellation stays one
            raise ClaudometerError(left[0]) from error


def _raise_unless_accepted(attempt: Attempt) -> None:
    """Raise unless claude.ai accepted the key. An organization may still have to be chosen."""
    outcome = attempt.outcome
    if isinstance(outcome, Fetched):
        return
    if isinstance(outcome, MissingCredentials) and outcome.code is ErrorCode.ORGANIZATION_NEEDED:
        return
    code = outcome.code if outcome is not None else ErrorCode.RATE_LIMITED
    if code is ErrorCode.SESSION_KEY_REJECTED:
        code = ErrorCode.SESSION_KEY_REFUSED  # "no longer accepted" would be wrong: it never was
    problem = problem_of(outcome, None) if outcome is not None else None
    facts: dict[str, Fact] = {}
    if problem is not None:
        facts = {"http_status": problem.http_status, **dict(problem.facts)}
        if problem.until is not None:
            facts["until"] = problem.until.isoformat()
    raise InvalidSettingError("session_key", code, **facts)


def _check_organization(
    change: SettingsChange, settings: Settings, organizations: tuple[Organization, ...]
) -> None:
    """Refuse an organization that the account is known not to have. One that was saved before is kept."""
    wanted = change.organization_id
    if wanted is None or wanted == settings.account.organization_id or not organizations:
        return
    if wanted not in {organization.id for organization in organizations}:
        raise InvalidSettingError("organization_id", ErrorCode.ORGANIZATION_UNKNOWN)
