"""What a menu consists of: entries with a text, an action and perhaps a picture. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.control.wire.report import LevelName


class Action(StrEnum):
    """What a click asks for."""

    REFRESH = "refresh"
    OPEN_WINDOW = "open_window"
    OPEN_SETTINGS = "open_settings"
    CHECK_UPDATES = "check_updates"
    QUIT = "quit"
    ORGANIZATION = "organization"
    MUTE = "mute"
    MUTE_LIMITS = "mute_limits"
    UNMUTE_LIMIT = "unmute_limit"
    OPEN_ALERTS = "open_alerts"


if TYPE_CHECKING:
    Dispatch = Callable[[Action, str | None], None]
    """Carries out the action of an entry or a button, with its value."""


OPENS_WINDOW = frozenset({Action.OPEN_WINDOW, Action.OPEN_SETTINGS, Action.OPEN_ALERTS, Action.CHECK_UPDATES})


class Kind(StrEnum):
    """What an entry is to the toolkit."""

    ACTION = "action"
    SEPARATOR = "separator"
    SUBMENU = "submenu"


class Picture(StrEnum):
    """What the small picture beside an entry shows."""

    RING = "ring"
    ALERT = "alert"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class EntryPicture:
    """A small picture beside an entry.

    Attributes:
        percent: how far a ring is filled, whole percents; ``None`` when that is unknown.
        level: its color; gray for "unknown", where no number can be trusted.
    """

    picture: Picture
    percent: int | None = None
    level: LevelName = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu.

    Attributes:
        checked: whether this choice of several is the current one; ``None`` for a line that is not a choice.
        value: what the action is about: the id of a limit or an organization.
        name: distinguishes entries with the same action, so that a panel keeps each while others change.
        picture: shown where the desktop's menus have pictures.
    """

    kind: Kind
    text: str = ""
    action: Action | None = None
    checked: bool | None = None
    value: str | None = None
    name: str = ""
    children: tuple[Entry, ...] = ()
    picture: EntryPicture | None = None


SEPARATOR = Entry(Kind.SEPARATOR)
