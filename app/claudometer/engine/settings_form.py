"""The settings form: its state, as the window asks for it, and a change, as the window sends it.

The state holds plain values and codes, never a secret. A change is checked whole before anything happens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from claudometer.domain.errors import ErrorCode, InvalidSettingError
from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.settings import (
    MAX_INTERVAL_S,
    MAX_ORGANIZATION_ID,
    MAX_PATH,
    MIN_INTERVAL_S,
    IconColors,
    IconNumber,
    IconText,
    Percents,
    WithoutTray,
)
from claudometer.domain.usage import Mode
from claudometer.engine.alert_settings import alerts_state, parse_alerts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from enum import StrEnum

    from claudometer.domain.form_state import AutostartState, FormState, LoginState
    from claudometer.domain.secret import Secret
    from claudometer.domain.settings import Settings
    from claudometer.domain.usage import Organization
    from claudometer.engine.dependencies import Dependencies
    from claudometer.engine.session_key_in_use import SessionKeys

Choice = TypeVar("Choice", bound="StrEnum")

_NOT_READ = MissingCredentials(ErrorCode.LOGIN_NOT_READ)


class SettingsForm:
    """Collects what the form shows from settings, keyring and system."""

    def __init__(
        self,
        dependencies: Dependencies,
        keys: SessionKeys,
        *,
        autostart: Callable[[], Awaitable[AutostartState]],
    ) -> None:
        self._deps = dependencies
        self._keys = keys
        self._autostart = autostart

    async def state(
        self, settings: Settings, organizations: Iterable[Organization], *, mode: Mode, interval_s: int | None
    ) -> FormState:
        """Return all fields. The environment may set ``mode`` and ``interval_s``: pass those in force."""
        deps, account = self._deps, settings.account
        # Local mode promises not to read the login, not even to say whether there is one.
        login = _NOT_READ if mode is Mode.LOCAL else await deps.login()
        problem = await self._keys.problem()
        ends_at = self._keys.ends_at
        return {
            "mode": mode.value,
            "mode_chosen": account.mode is not None or deps.overrides.mode is not None,
            "interval_seconds": interval_s,
            "session_key": {
                "saved": self._keys.place is not None,
                "where": self._keys.place,
                "ends_at": ends_at.timestamp() if ends_at is not None else None,
            },
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
            "icon_text": settings.icon_text.value,
            "percents": settings.percents.value,
            "without_tray": settings.without_tray.value,
            "alerts": alerts_state(settings),
            "autostart": await self._autostart(),
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


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """The settings that the user wants.

    Attributes:
        mode: the mode in force once this is saved.
        chosen_mode: the mode that the user chose, ``None`` while the program chooses.
        interval_seconds: ``None`` for an automatic interval.
        claude_folder: as it was typed, until it is checked; ``None`` for the default.
        alerts: the settings about alerts that change, by their names.
        session_key: ``None`` unless one was typed.
    """

    mode: Mode
    chosen_mode: Mode | None
    interval_seconds: int | None
    organization_id: str | None
    claude_folder: str | None
    remember: bool
    ask_through_browser: bool
    check_daily: bool
    icon_number: IconNumber
    icon_colors: IconColors
    icon_label: bool
    icon_text: IconText
    percents: Percents
    without_tray: WithoutTray
    alerts: Mapping[str, object]
    autostart: bool | None
    session_key: Secret | None

    def applied_to(self, settings: Settings) -> Settings:
        """Return the settings with this change, made to the account that is shown."""
        account = replace(
            settings.account,
            mode=self.chosen_mode,
            organization_id=self.organization_id,
            claude_folder=self.claude_folder,
            remember_session_key=self.remember,
            ask_through_browser=self.ask_through_browser,
        )
        return replace(
            settings.with_account(account),
            interval_seconds=self.interval_seconds,
            check_daily=self.check_daily,
            icon_number=self.icon_number,
            icon_colors=self.icon_colors,
            icon_label=self.icon_label,
            icon_text=self.icon_text,
            percents=self.percents,
            without_tray=self.without_tray,
            **self.alerts,  # type: ignore[arg-type] # each was read as the setting of its name
        )


def is_poll_due(before: tuple[Settings, Mode], after: tuple[Settings, Mode]) -> bool:
    """Return whether a change of the settings asks for other numbers, or for another interval.

    A change of the icon, say, does not. Each mode is the one in force.
    """
    return _what_decides(*before) != _what_decides(*after)


def _what_decides(settings: Settings, mode: Mode) -> tuple[object, ...]:
    account = settings.account
    # Not the key: the save has tested a new one, and shows that test's answer.
    own = (account.organization_id, account.claude_folder, account.ask_through_browser)
    return mode, settings.interval_seconds, *own


def parse_change(
    params: Mapping[str, object], now: Settings, mode: Mode, *, parse_key: Callable[[str], Secret]
) -> SettingsChange:
    """Read a change. Members that are absent stay as they are; a typed key also chooses the mode in force.

    Args:
        params: values by the names in ``domain.form_fields.FIELDS``.
        now: the settings in force.
        mode: the mode in force.
        parse_key: finds the session key in a pasted text, or raises ``InvalidSettingError``.

    Raises:
        InvalidSettingError: with the name of the field.
    """
    account = now.account
    session_key = _session_key(params.get("session_key"), parse_key)
    chosen = _mode(params["mode"]) if "mode" in params else account.mode
    # A user who pastes a key wants to use it. Without a chosen mode, it would only be stored.
    if session_key is not None:
        chosen = chosen or mode
    return SettingsChange(
        mode=chosen or mode,
        chosen_mode=chosen,
        interval_seconds=_interval(params.get("interval_seconds", now.interval_seconds)),
        organization_id=_organization(params.get("organization_id", account.organization_id)),
        claude_folder=_folder(params.get("claude_folder", account.claude_folder)),
        remember=_flag("remember", params.get("remember", account.remember_session_key)),
        ask_through_browser=_flag(
            "ask_through_browser", params.get("ask_through_browser", account.ask_through_browser)
        ),
        check_daily=_flag("check_daily", params.get("check_daily", now.check_daily)),
        icon_number=_choice("icon_number", params.get("icon_number", now.icon_number), IconNumber),
        icon_colors=_choice("icon_colors", params.get("icon_colors", now.icon_colors), IconColors),
        icon_label=_flag("icon_label", params.get("icon_label", now.icon_label)),
        icon_text=_choice("icon_text", params.get("icon_text", now.icon_text), IconText),
        percents=_choice("percents", params.get("percents", now.percents), Percents),
        without_tray=_choice("without_tray", params.get("without_tray", now.without_tray), WithoutTray),
        alerts=parse_alerts(params),
        autostart=_flag("autostart", params["autostart"]) if "autostart" in params else None,
        session_key=session_key,
    )


def _mode(value: object) -> Mode:
    if isinstance(value, str) and value in set(Mode):
        return Mode(value)
    raise InvalidSettingError("mode", ErrorCode.MODE_UNKNOWN)


def _interval(value: object) -> int | None:
    if value is None:
        return None
    # To Python, `true` from JSON is the number 1.
    if isinstance(value, int) and not isinstance(value, bool) and MIN_INTERVAL_S <= value <= MAX_INTERVAL_S:
        return value
    raise InvalidSettingError("interval_seconds", ErrorCode.INTERVAL_OUT_OF_RANGE)


def _organization(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and len(value) <= MAX_ORGANIZATION_ID and value.isprintable():
        return value
    raise InvalidSettingError("organization_id", ErrorCode.ORGANIZATION_UNKNOWN)


def _folder(value: object) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str) and len(value) <= MAX_PATH and value.isprintable():
        return value.strip()
    raise InvalidSettingError("claude_folder", ErrorCode.CLAUDE_FOLDER_REFUSED, reason="missing")


def _flag(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidSettingError(name, ErrorCode.REQUEST_INVALID)


def _choice(name: str, value: object, choices: type[Choice]) -> Choice:
    if isinstance(value, str) and value in set(choices):
        return choices(value)
    raise InvalidSettingError(name, ErrorCode.REQUEST_INVALID)


def _session_key(value: object, parse_key: Callable[[str], Secret]) -> Secret | None:
    if value is None or value == "":
        return None
    # A key has about 120 characters; a pasted cookie header may have thousands, and the key is found in it.
    if isinstance(value, str) and len(value) <= 20_000:
        return parse_key(value)
    raise InvalidSettingError("session_key", ErrorCode.SESSION_KEY_MALFORMED, reason="shape")
