"""Events, as frozen values with past-tense names. A command is a call, not an event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claudometer.domain.settings import Settings
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.update import Update


@dataclass(frozen=True, slots=True)
class SnapshotChanged:
    """The snapshot that is shown has changed, or has aged."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """New settings are saved and in force."""

    settings: Settings


class WindowPage(StrEnum):
    """A part of the window that can be asked for."""

    WELCOME = "welcome"
    USAGE = "usage"
    SETTINGS = "settings"
    RESETS = "resets"
    ALERTS = "alerts"
    UPDATES = "updates"


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """What the window is to show: a page, and on the usage page perhaps one limit."""

    page: WindowPage
    limit_id: str | None = None


@dataclass(frozen=True, slots=True)
class WindowRequested:
    """The menu, a second launch or the command line asked for the window.

    Attributes:
        place: what it is to show; ``None`` leaves an open window where it is.
    """

    place: WindowPlace | None = None


@dataclass(frozen=True, slots=True)
class WindowClosing:
    """The window is about to disappear. Its process goes on for a moment."""


@dataclass(frozen=True, slots=True)
class UpdateChanged:
    """What is known of a newer version has changed, or a download has made progress."""

    update: Update


@dataclass(frozen=True, slots=True)
class AlertsChanged:
    """Alerts were muted, or no longer are, or there is one more."""


@dataclass(frozen=True, slots=True)
class ViewChanged:
    """What surfaces show may read otherwise now: something has changed, or enough time has passed."""


@dataclass(frozen=True, slots=True)
class RestartRequested:
    """The user asked the program to restart from the file that it was started from."""


@dataclass(frozen=True, slots=True)
class QuitRequested:
    """The user asked the program to end."""


Event = (
    SnapshotChanged
    | SettingsChanged
    | WindowRequested
    | WindowClosing
    | UpdateChanged
    | AlertsChanged
    | ViewChanged
    | RestartRequested
    | QuitRequested
)
