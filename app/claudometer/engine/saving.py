"""Saving settings: validated, then applied step by step with a way back, so that a failure leaves no half."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.domain.outcome import Fetched, MissingCredentials
from claudometer.domain.policy import Cause
from claudometer.domain.snapshot import problem_of
from claudometer.domain.usage import Mode
from claudometer.engine.blocking import run_blocking

if TYPE_CHECKING:
    from claudometer.domain.errors import Fact
    from claudometer.domain.form_state import AutostartState
    from claudometer.domain.secret import Secret
    from claudometer.domain.settings import Settings
    from claudometer.domain.usage import Organization
    from claudometer.engine.asking import Asked, Asker
    from claudometer.engine.change import Change
    from claudometer.engine.parts import Autostart, Parts
    from claudometer.engine.session_keys import SessionKeys

log = logging.getLogger(__name__)

AUTOSTART_TIMEOUT_S = 10.0
FOLDER_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Saved:
    """Settings in force, and the answer that a new session key already brought."""

    settings: Settings
    asked: Asked | None


class _Trial:
    """A typed key, and the one that came in its place with the answer that proved it.

    Kept when saving fails after that: the typed one may have ended, and the user will try again with it.
    """

    def __init__(self, typed: Secret | None, keys: SessionKeys) -> None:
        self.typed = self.newest = typed
        self._keys = keys

    async def read(self) -> Secret | MissingCredentials:
        return self.newest or MissingCredentials(ErrorCode.SESSION_KEY_MISSING)

    def name_of(self, key: Secret) -> str:
        return self._keys.name_of(key)

    async def renew(self, old: Secret, new: Secret) -> None:
        await self._keys.pass_on(old, new)
        self.newest = new


class Saver:
    """Turns a change into settings in force."""

    def __init__(self, parts: Parts, keys: SessionKeys, asker: Asker) -> None:
        self._parts = parts
        self._keys = keys
        self._asker = asker
        self._trial = _Trial(None, keys)

    async def save(
        self, change: Change, settings: Settings, organizations: tuple[Organization, ...]
    ) -> Saved:
        """Apply ``change`` or raise with nothing changed.

        Raises:
            InvalidSettingError: a field was refused.
            ClaudometerError: keyring, autostart or settings file did not do their part.
        """
        change, asked = await self._with_folder(change, settings), None
        if change.mode is Mode.WEB and change.session_key is not None:
            asked = await self._test_key(change, change.session_key)
            change = replace(change, session_key=self._trial.newest)
        elif change.mode is Mode.WEB:
            _check_organization(change, settings, organizations)
        changed = change.applied_to(settings)
        async with AsyncExitStack() as undo:
            await self._apply_autostart(change, undo)
            await self._apply_key(change, undo)
            await asyncio.to_thread(self._parts.settings_file.save, changed)
            undo.pop_all()
        self._trial = _Trial(None, self._keys)
        return Saved(changed, asked)

    async def _test_key(self, change: Change, key: Secret) -> Asked:
        if key != self._trial.typed:
            self._trial = _Trial(key, self._keys)
        trial = self._trial
        sources = self._parts.make_sources(
            trial.read,
            lambda: change.organization_id,
            renewals=trial,
            ask_through_browser=lambda: change.ask_through_browser,
            fresh_key=True,
        )
        source = sources[Mode.WEB]
        try:
            asked = await self._asker.ask(Mode.WEB, source, Cause.SAVING)
        finally:
            for one in sources.values():
                await one.aclose()
        _raise_unless_proved(asked)
        return asked

    async def _with_folder(self, change: Change, settings: Settings) -> Change:
        """Have a new folder looked at; one that was saved before is not, since its disk may be away."""
        typed = change.claude_folder
        if typed is None or typed == settings.claude_folder:
            return change
        folder = self._parts.claude_folder
        try:
            path = await run_blocking(lambda: folder.check(typed), timeout_s=FOLDER_TIMEOUT_S)
        except TimeoutError:
            code = ErrorCode.CLAUDE_FOLDER_REFUSED
            raise InvalidSettingError("claude_folder", code, reason="missing") from None
        return replace(change, claude_folder=path)

    async def _apply_autostart(self, change: Change, undo: AsyncExitStack) -> None:
        autostart = self._parts.autostart
        if change.autostart is None or autostart is None:
            return
        before = await run_blocking(autostart.is_enabled, timeout_s=AUTOSTART_TIMEOUT_S)
        if before != change.autostart:
            undo.push_async_callback(_switch, autostart, on=before)
            await _switch(autostart, on=change.autostart)

    async def _apply_key(self, change: Change, undo: AsyncExitStack) -> None:
        if change.session_key is None and change.remember == self._keys.remember:
            return  # CLI mode must not need a keyring for saving an interval
        before = await self._keys.state()
        undo.push_async_callback(self._keys.restore, before)
        try:
            await self._keys.keep(change.session_key, remember=change.remember)
        except ClaudometerError as error:
            field = "remember" if change.remember else "session_key"
            raise InvalidSettingError(field, error.code, **error.facts) from None

    async def autostart_state(self) -> AutostartState:
        """Return what the system says about start at login."""
        autostart = self._parts.autostart
        if autostart is None:
            return {"enabled": False, "available": False}
        try:
            enabled = await run_blocking(autostart.is_enabled, timeout_s=AUTOSTART_TIMEOUT_S)
        except (ClaudometerError, TimeoutError, OSError):
            log.warning("start at login cannot be read", exc_info=True)
            return {"enabled": False, "available": False}
        return {"enabled": enabled, "available": True}


async def _switch(autostart: Autostart, *, on: bool) -> None:
    try:
        await run_blocking(autostart.enable if on else autostart.disable, timeout_s=AUTOSTART_TIMEOUT_S)
    except ClaudometerError as error:
        raise InvalidSettingError("autostart", error.code, **error.facts) from None
    except (OSError, TimeoutError) as error:
        raise InvalidSettingError(
            "autostart", ErrorCode.AUTOSTART_FAILED, kind=type(error).__name__
        ) from None


def _raise_unless_proved(asked: Asked) -> None:
    """Let a key pass that claude.ai accepted, also when an organisation has still to be chosen."""
    outcome = asked.outcome
    if isinstance(outcome, Fetched):
        return
    if isinstance(outcome, MissingCredentials) and outcome.code is ErrorCode.ORGANIZATION_NEEDED:
        return
    code = outcome.code if outcome is not None else ErrorCode.RATE_LIMITED
    if code is ErrorCode.SESSION_KEY_REJECTED:
        code = ErrorCode.SESSION_KEY_REFUSED  # it was never accepted: "no longer" would be of another key
    problem = problem_of(outcome, None) if outcome is not None else None
    facts: dict[str, Fact] = {}
    if problem is not None:
        facts = {"http_status": problem.http_status, **dict(problem.facts)}
        if problem.until is not None:
            facts["until"] = problem.until.isoformat()
    raise InvalidSettingError("session_key", code, **facts)


def _check_organization(change: Change, settings: Settings, organizations: tuple[Organization, ...]) -> None:
    """Refuse an organisation that the account is known not to have; keep one that was stored before."""
    wanted = change.organization_id
    if wanted is None or wanted == settings.organization_id or not organizations:
        return
    if wanted not in {one.id for one in organizations}:
        raise InvalidSettingError("organization_id", ErrorCode.ORGANIZATION_UNKNOWN)
