"""The state of the settings form, as the window asks for it: plain values and codes, never a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.usage import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claudometer.domain.form_state import FormState, LoginState
    from claudometer.domain.settings import Settings
    from claudometer.domain.usage import Organization
    from claudometer.engine.dependencies import Dependencies
    from claudometer.engine.saving import Saver
    from claudometer.engine.session_keys import SessionKeys


_NOT_READ = MissingCredentials(ErrorCode.LOGIN_NOT_READ)


class SettingsForm:
    """Collects what the form shows from settings, keyring and system."""

    def __init__(self, dependencies: Dependencies, keys: SessionKeys, saver: Saver) -> None:
        self._deps = dependencies
        self._keys = keys
        self._saver = saver

    async def state(
        self, settings: Settings, organizations: Iterable[Organization], *, mode: Mode, interval_s: int | None
    ) -> FormState:
        """Return all fields. The environment may set ``mode`` and ``interval_s``: pass those in force."""
        deps, account = self._deps, settings.account
        login = _NOT_READ if mode is Mode.LOCAL else await deps.login()
        problem = await self._keys.problem()
        return {
            "mode": mode.value,
            "interval_seconds": interval_s,
            "session_key": {"saved": self._keys.place is not None, "where": self._keys.place},
            "remember": account.remember_session_key,
            "ask_through_browser": {
                "enabled": account.ask_through_browser,
                "available": deps.has_browser,
            },
            "check_daily": {"enabled": settings.check_daily, "host": deps.update_host},
            "keyring": {"problem": problem.value if problem else None},
            "organization_id": account.organization_id,
            "organizations": [
                {"id": organization.id, "name": organization.name} for organization in organizations
            ],
            "claude_folder": {"own": deps.claude_folder.own, "variable": deps.claude_folder.variable},
            "icon_number": settings.icon_number.value,
            "icon_colors": settings.icon_colors.value,
            "icon_label": settings.icon_label,
            "autostart": await self._saver.autostart_state(),
            "overrides": deps.overrides.names(),
            "login": _login_field(login, deps.claude_folder.shown),
            "version": deps.version,
            "demo": deps.demo,
        }


def _login_field(problem: MissingCredentials | None, folder: str) -> LoginState:
    """Return what the form says about the login; ``closed`` is a folder without the right to read it."""
    return {
        "found": problem is None,
        "code": problem.code.value if problem else None,
        "folder": folder,
        "closed": problem.login_folder if problem else None,
        "facts": dict(problem.facts) if problem else {},
    }
