"""What the settings form is filled from: plain values and codes, without a sentence and without a secret."""

from __future__ import annotations

from typing import TypedDict


class KeyState(TypedDict):
    """Whether there is a session key; ``where`` is ``keyring``, ``memory``, ``environment`` or ``None``."""

    saved: bool
    where: str | None


class BrowserState(TypedDict):
    """Whether to ask through a browser, and whether this program can."""

    enabled: bool
    available: bool


class DailyCheckState(TypedDict):
    """Whether to look for a newer version once a day, and at which host; ``None`` in the demo."""

    enabled: bool
    host: str | None


class AutostartState(TypedDict):
    """Whether the program starts at login, and whether this system offers that."""

    enabled: bool
    available: bool


class KeyringState(TypedDict):
    """Why the system keyring cannot be used, the value of an ``ErrorCode``."""

    problem: str | None


class OrganizationState(TypedDict):
    """An organization that can be chosen."""

    id: str
    name: str | None


class FolderState(TypedDict):
    """The folder that Claude Code's login is read from, if not the default, and the variable that set it."""

    own: str | None
    variable: str | None


class LoginState(TypedDict):
    """Claude Code's login: if it was not found, why (an ``ErrorCode``), and what may not be opened."""

    found: bool
    code: str | None
    folder: str
    closed: str | None


class FormState(TypedDict):
    """The whole form. ``overrides`` names the fields that the environment sets."""

    mode: str
    session_key: KeyState
    remember: bool
    ask_through_browser: BrowserState
    check_daily: DailyCheckState
    keyring: KeyringState
    organization_id: str | None
    organizations: list[OrganizationState]
    interval_seconds: int
    claude_folder: FolderState
    autostart: AutostartState
    overrides: list[str]
    login: LoginState
    version: str
    demo: bool
