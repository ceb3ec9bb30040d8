"""The state of the settings form, as the window asks for it: plain values and codes, never a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.codec import organization_to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claudometer.domain.outcome import MissingCredentials
    from claudometer.domain.settings import Settings
    from claudometer.domain.usage import Organization
    from claudometer.engine.dependencies import Dependencies
    from claudometer.engine.saving import Saver
    from claudometer.engine.session_keys import SessionKeys


class SettingsForm:
    """Collects what the form shows from settings, keyring and system."""

    def __init__(self, dependencies: Dependencies, keys: SessionKeys, saver: Saver) -> None:
        self._deps = dependencies
        self._keys = keys
        self._saver = saver

    async def fields(self, settings: Settings, organizations: Iterable[Organization]) -> dict[str, object]:
        """Return all fields but those that the environment may decide: mode and interval."""
        deps = self._deps
        login = await deps.login()
        problem = await self._keys.problem()
        return {
            "session_key": {"saved": self._keys.place is not None, "where": self._keys.place},
            "remember": settings.remember_session_key,
            "ask_through_browser": {
                "enabled": settings.ask_through_browser,
                "available": deps.has_browser,
            },
            "check_daily": {"enabled": settings.check_daily, "host": deps.update_host},
            "keyring": {"problem": problem.value if problem else None},
            "organization_id": settings.organization_id,
            "organizations": [organization_to_wire(organization) for organization in organizations],
            "claude_folder": {"own": deps.claude_folder.own, "variable": deps.claude_folder.variable},
            "autostart": await self._saver.autostart_state(),
            "overrides": deps.overrides.names(),
            "login": _login_field(login, deps.claude_folder.shown),
            "version": deps.version,
            "demo": deps.demo,
        }


def _login_field(problem: MissingCredentials | None, folder: str) -> dict[str, object]:
    """Return what the form says about the login; ``closed`` is a folder without the right to read it."""
    return {
        "found": problem is None,
        "code": problem.code.value if problem else None,
        "folder": folder,
        "closed": problem.login_folder if problem else None,
    }
