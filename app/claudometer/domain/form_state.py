"""The content of the settings form: plain values and codes. No sentences, no secrets."""

from __future__ import annotations

from typing import TypedDict


class KeyState(TypedDict):
    """Whether there is a session key; ``where`` is ``keyring``, ``memory``, ``environment`` or ``None``.

    ``ends_at`` is when it ends, in seconds since 1970, ``None`` while that is not known.
    """

    saved: bool
    where: str | None
    ends_at: float | None


class BrowserState(TypedDict):
    """Whether a hidden browser may be used, and whether this program can start one."""

    enabled: bool
    available: bool


class DailyCheckState(TypedDict):
    """Whether to check for a newer version once a day, and at which host: ``None`` in the demo."""

    enabled: bool
    host: str | None


class AutostartState(TypedDict):
    """Whether the program starts at login, and whether this system offers that."""

    enabled: bool
    available: bool


class KeyringState(TypedDict):
    """Why the system keyring cannot be used: the value of an ``ErrorCode``, or ``None`` if it can."""

    problem: str | None


class OrganizationState(TypedDict):
    """An organization that can be chosen."""

    id: str
    name: str | None


class FolderState(TypedDict):
    """The folder that Claude Code's login is read from.

    ``own`` is the user's choice, ``None`` for the default; ``variable`` is the environment variable that
    sets the folder, if one does.
    """

    own: str | None
    variable: str | None


class LoginState(TypedDict):
    """Claude Code's login.

    ``code`` says why it was not found (an ``ErrorCode``), ``folder`` where it was looked for, and ``closed``
    which file or folder may not be opened, if that is why.
    """

    found: bool
    code: str | None
    folder: str
    closed: str | None
    facts: dict[str, str]


class AlertsState(TypedDict):
    """The settings about alerts, as ``domain.settings.Settings`` has them."""

    alert_thresholds: list[int]
    alert_limits_off: list[str]
    alert_own_thresholds: dict[str, list[int]]
    alert_forecast: bool
    alert_reset: bool
    alert_login: bool
    alert_credit: bool
    alert_key: bool
    quiet_hours: bool
    quiet_from: str
    quiet_to: str


class FormState(TypedDict):
    """The whole form. ``overrides`` names the fields that the environment sets.

    ``mode_chosen``: the user or the environment chose the mode; otherwise it is the one that fits this
    computer.
    """

    mode: str
    mode_chosen: bool
    session_key: KeyState
    remember: bool
    ask_through_browser: BrowserState
    check_daily: DailyCheckState
    keyring: KeyringState
    organization_id: str | None
    organizations: list[OrganizationState]
    interval_seconds: int | None
    claude_folder: FolderState
    icon_number: str
    icon_colors: str
    icon_label: bool
    icon_text: str
    percents: str
    without_tray: str
    alerts: AlertsState
    autostart: AutostartState
    overrides: list[str]
    login: LoginState
    version: str
    demo: bool
