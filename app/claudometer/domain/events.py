"""News, as frozen values with past-tense names. A command is a call, not an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claudometer.domain.settings import Settings
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.update import Update


@dataclass(frozen=True, slots=True)
class SnapshotChanged:
    """What everyone is shown has changed."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """New settings are saved and in force."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class WindowRequested:
    """Somebody asked for the settings window: the menu, a second launch, the command line."""


@dataclass(frozen=True, slots=True)
class UpdateChanged:
    """What is known of a newer version has changed, or a download has moved on."""

    update: Update


@dataclass(frozen=True, slots=True)
class ViewChanged:
    """What surfaces show may read otherwise now: something has changed, or enough time has passed."""


@dataclass(frozen=True, slots=True)
class RestartRequested:
    """Somebody asked the program to end and the file that it was started from to run in its place."""


@dataclass(frozen=True, slots=True)
class QuitRequested:
    """Somebody asked the program to end."""


Event = (
    SnapshotChanged
    | SettingsChanged
    | WindowRequested
    | UpdateChanged
    | ViewChanged
    | RestartRequested
    | QuitRequested
)
