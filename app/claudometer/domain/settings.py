"""The user's settings, and which values each of them may have. Pure.

Checked by hand and not by pydantic, which would cost an always-on program 4.6 MB for one small file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

from claudometer.domain.usage import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MIN_INTERVAL_S = 10
MAX_INTERVAL_S = 3600
DEFAULT_INTERVAL_S = 60
"""The automatic interval of a source without a budget: claude.ai's own endpoints."""

MAX_PATH = 4096  # PATH_MAX of Linux, the longest of the systems'
MAX_ORGANIZATION_ID = 200  # an id has 36 characters; the file may hold anything

LocalId = NewType("LocalId", str)
"""Our own name for a configured account: 1 to 40 lowercase letters, digits and hyphens.

Anthropic's account id would not do: it is known only after a request, and a new login may change it.
"""

FIRST_ACCOUNT = LocalId("default")

MOST_THRESHOLDS = 10

MOST_LIMITS = 100
MAX_LIMIT_ID = 200
"""The file may hold anything: how many limits it may name, and how long an id may be."""

_TIME_OF_DAY = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")

_LOCAL_ID = re.compile("[a-z0-9-]{1,40}")


class IconNumber(StrEnum):
    """Which limit's number the tray icon shows. A plan without that limit shows the fullest."""

    FULLEST = "fullest"
    SESSION = "session"
    WEEKLY = "weekly"


class IconText(StrEnum):
    """What is written beside the tray icon: number and limit, the time until its reset, or all of it."""

    NUMBER = "number"
    RESET = "reset"
    BOTH = "both"


class Percents(StrEnum):
    """Which share of a limit people read: what is used of it, or what is left.

    Output for scripts, levels, colors, bars and thresholds are always those of the used share.
    """

    USED = "used"
    REMAINING = "remaining"


class WithoutTray(StrEnum):
    """What happens where the desktop shows no tray icon.

    ``ASK``: the window opens at the start, and asks when it is closed whether to go on in the background.
    ``WINDOW``: it opens at the start, and closing it quits. ``BACKGROUND``: it opens only on request.
    """

    ASK = "ask"
    WINDOW = "window"
    BACKGROUND = "background"


class IconColors(StrEnum):
    """Which colors the tray icon has.

    ``MONOCHROME`` is white or black, whichever stands out from the panel, as far as the desktop tells;
    ``WHITE`` suits dark panels and ``BLACK`` light ones.
    """

    COLOR = "color"
    MONOCHROME = "monochrome"
    WHITE = "white"
    BLACK = "black"


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The settings of one account. No secret, ever.

    Attributes:
        id: which account of the settings this is.
        mode: ``None`` until the user chooses one; until then, CLI if Claude Code's login is there, else web.
        organization_id: web mode's organization; ``None`` to choose automatically.
        claude_folder: where Claude Code keeps its login, an absolute path; ``None`` for its default.
        remember_session_key: keep the session key in the keyring rather than in memory only.
        ask_through_browser: use a hidden browser when claude.ai demands one.
    """

    id: LocalId = FIRST_ACCOUNT
    mode: Mode | None = None
    organization_id: str | None = None
    claude_folder: str | None = None
    remember_session_key: bool = True
    ask_through_browser: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """What the settings file contains. No secret, ever.

    Attributes:
        shown: the account that is shown and configured, one of ``accounts``.
        accounts: at least one, each with an id of its own.
        interval_seconds: the shortest time between two polls, 10 to 3600; ``None`` for an automatic one.
        check_daily: check for a newer version once a day. Off by default, because it sends a request.
        icon_number: whose number the tray icon shows.
        icon_colors: the tray icon's colors.
        icon_label: write ``icon_text`` beside the tray icon, where the desktop has room for text.
        icon_text: what is written there.
        percents: whether people read the used or the remaining share, on every surface.
        without_tray: what happens where the desktop shows no tray icon.
        alert_thresholds: the percents at which an alert about a limit is due, 1 to 100, ascending; empty for
            no such alert.
        alert_limits_off: the ids of limits without alerts. The present reading may lack some of them.
        alert_own_thresholds: by the id of a limit, the percents that replace ``alert_thresholds`` for it;
            empty for no such alert.
        alert_forecast: tell that a limit is likely to be full well before its reset.
        alert_reset: tell that a limit which was nearly full has reset.
        alert_login: tell that the login, or the session key, needs the user.
        alert_credit: tell that a credit is about to end.
        alert_key: tell that the session key is about to end, where claude.ai says when.
        quiet_hours: hold alerts back from ``quiet_from`` to ``quiet_to``, local times as "22:00".
    """

    shown: LocalId = FIRST_ACCOUNT
    accounts: tuple[AccountSettings, ...] = (AccountSettings(),)
    interval_seconds: int | None = None
    check_daily: bool = False
    icon_number: IconNumber = IconNumber.FULLEST
    icon_colors: IconColors = IconColors.COLOR
    icon_label: bool = False
    icon_text: IconText = IconText.NUMBER
    percents: Percents = Percents.USED
    without_tray: WithoutTray = WithoutTray.ASK
    alert_thresholds: tuple[int, ...] = (75, 90, 100)
    alert_limits_off: tuple[str, ...] = ()
    alert_own_thresholds: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    alert_forecast: bool = True
    alert_reset: bool = True
    alert_login: bool = True
    alert_credit: bool = True
    alert_key: bool = True
    quiet_hours: bool = False
    quiet_from: str = "22:00"
    quiet_to: str = "08:00"

    def __post_init__(self) -> None:
        """Check that ``shown`` names one of the accounts, and that no two have the same id.

        Raises:
            ValueError: otherwise.
        """
        ids = [account.id for account in self.accounts]
        if self.shown not in ids or len(set(ids)) < len(ids):
            raise ValueError("the shown account is missing, or two accounts have the same id")

    @property
    def account(self) -> AccountSettings:
        """The settings of the account that is shown."""
        return next(account for account in self.accounts if account.id == self.shown)

    def with_account(self, changed: AccountSettings) -> Settings:
        """Return the settings with this account in place of the one with the same id, or added."""
        accounts = {account.id: account for account in self.accounts} | {changed.id: changed}
        return replace(self, accounts=tuple(accounts.values()))


def read_value(name: str, value: object) -> object:
    """Return a setting's value as ``Settings`` or ``AccountSettings`` holds it.

    Raises:
        KeyError: there is no such setting.
        TypeError, ValueError: the value cannot be used.
    """
    return _READERS[name](value)


def _read_mode(value: object) -> Mode | None:
    return None if value is None else Mode(str(value))


def _read_interval(value: object) -> int | None:
    if value is None:
        return None
    # Not `isinstance`: to Python, true and false are integers, too.
    if type(value) is not int or not MIN_INTERVAL_S <= value <= MAX_INTERVAL_S:
        raise ValueError("not a number of seconds within the bounds")
    return value


def _read_local_id(value: object) -> LocalId:
    if not isinstance(value, str) or not _LOCAL_ID.fullmatch(value):
        raise ValueError("not a short name of lowercase letters, digits and hyphens")
    return LocalId(value)


def _read_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _read_text(value: object, *, longest: int) -> str | None:
    if value is None:
        return None
    # A control character, or half of a surrogate pair, would break a message or a path.
    if not isinstance(value, str) or not value.isprintable() or len(value) > longest:
        raise ValueError("not a printable text within the bounds")
    return value


def _read_thresholds(value: object) -> tuple[int, ...]:
    """Return the thresholds in order; a number that is there twice counts once."""
    if not isinstance(value, list | tuple) or len(value) > MOST_THRESHOLDS:
        raise TypeError("not a list of a few numbers")
    if any(type(each) is not int or not 1 <= each <= 100 for each in value):
        raise ValueError("not whole percents from 1 to 100")
    return tuple(sorted(set(value)))


def _read_limit_ids(value: object) -> tuple[str, ...]:
    """Return the ids in order; one that is there twice counts once."""
    if not isinstance(value, list | tuple) or len(value) > MOST_LIMITS:
        raise TypeError("not a list of a few ids")
    if any(not isinstance(each, str) or not _read_text(each, longest=MAX_LIMIT_ID) for each in value):
        raise ValueError("not printable ids within the bounds")
    return tuple(sorted(set(value)))


def _read_own_thresholds(value: object) -> dict[str, tuple[int, ...]]:
    """Return the thresholds of each limit that has its own, in the order of the ids."""
    if not isinstance(value, dict):
        raise TypeError("not thresholds by the ids of limits")
    return {limit: _read_thresholds(value[limit]) for limit in _read_limit_ids(list(value))}


def _read_time_of_day(value: object) -> str:
    if not isinstance(value, str) or not _TIME_OF_DAY.fullmatch(value):
        raise ValueError("not a time of day as 08:00")
    return value


def _read_organization_id(value: object) -> str | None:
    if value == "":
        raise ValueError("an empty id names no organization")
    return _read_text(value, longest=MAX_ORGANIZATION_ID)


_READERS: Mapping[str, Callable[[object], object]] = {
    "shown": _read_local_id,
    "id": _read_local_id,
    "mode": _read_mode,
    "interval_seconds": _read_interval,
    "organization_id": _read_organization_id,
    "claude_folder": lambda value: _read_text(value, longest=MAX_PATH),
    "remember_session_key": _read_bool,
    "ask_through_browser": _read_bool,
    "check_daily": _read_bool,
    "icon_number": lambda value: IconNumber(str(value)),
    "icon_colors": lambda value: IconColors(str(value)),
    "icon_label": _read_bool,
    "icon_text": lambda value: IconText(str(value)),
    "percents": lambda value: Percents(str(value)),
    "without_tray": lambda value: WithoutTray(str(value)),
    "alert_thresholds": _read_thresholds,
    "alert_limits_off": _read_limit_ids,
    "alert_own_thresholds": _read_own_thresholds,
    "alert_forecast": _read_bool,
    "alert_reset": _read_bool,
    "alert_login": _read_bool,
    "alert_credit": _read_bool,
    "alert_key": _read_bool,
    "quiet_hours": _read_bool,
    "quiet_from": _read_time_of_day,
    "quiet_to": _read_time_of_day,
}
"""How each setting is read, except the accounts as a whole. A test checks that none is missing."""
