"""The user's settings, and which values each of them may have. Pure.

By hand rather than by pydantic, which would keep 4.6 MB in an always-on program for one small file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.usage import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MIN_INTERVAL_S = 10
MAX_INTERVAL_S = 3600
DEFAULT_INTERVAL_S = 60
MAX_PATH = 4096
MAX_ORGANIZATION_ID = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """What the settings file contains. No secret, ever.

    Attributes:
        mode: ``None`` until the user has chosen one: CLI if Claude Code's login is there, else web.
        interval_seconds: how often to poll at most, 10 to 3600.
        organization_id: web mode's organization; ``None`` to choose automatically.
        claude_folder: where Claude Code keeps its login, an absolute path; ``None`` for its default.
        remember_session_key: keep the session key in the keyring rather than in memory only.
        ask_through_browser: use a hidden browser when claude.ai demands one.
        check_daily: check for a newer version once a day. Off by default, because it sends a request.
    """

    schema_version: int = 1
    mode: Mode | None = None
    interval_seconds: int = DEFAULT_INTERVAL_S
    organization_id: str | None = None
    claude_folder: str | None = None
    remember_session_key: bool = True
    ask_through_browser: bool = True
    check_daily: bool = False


def read_value(name: str, value: object) -> object:
    """Return a setting's value as ``Settings`` holds it.

    Raises:
        KeyError: there is no such setting.
        TypeError, ValueError: the value cannot be used.
    """
    return _READERS[name](value)


def _read_mode(value: object) -> Mode | None:
    return None if value is None else Mode(str(value))


def _read_interval(value: object) -> int:
    if type(value) is not int or not MIN_INTERVAL_S <= value <= MAX_INTERVAL_S:
        raise ValueError("not a number of seconds within the bounds")
    return value


def _read_version(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a number")
    return value


def _read_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _read_text(value: object, *, longest: int) -> str | None:
    """A control character, or half of a character, would break a message or a path."""
    if value is None:
        return None
    if not isinstance(value, str) or not value.isprintable() or len(value) > longest:
        raise ValueError("not a printable text within the bounds")
    return value


def _read_organization_id(value: object) -> str | None:
    if value == "":
        raise ValueError("an empty id names no organization")
    return _read_text(value, longest=MAX_ORGANIZATION_ID)


_READERS: Mapping[str, Callable[[object], object]] = {
    "schema_version": _read_version,
    "mode": _read_mode,
    "interval_seconds": _read_interval,
    "organization_id": _read_organization_id,
    "claude_folder": lambda value: _read_text(value, longest=MAX_PATH),
    "remember_session_key": _read_bool,
    "ask_through_browser": _read_bool,
    "check_daily": _read_bool,
}
"""How each setting is read. A test holds that none is missing."""
