"""Whether a panel shows the tray icon, and if none does, why."""

from __future__ import annotations

from enum import StrEnum


class TrayState(StrEnum):
    """Whether a panel shows the icon."""

    SHOWN = "shown"
    NO_PANEL = "no_panel"
    """No panel shows tray icons."""
    NOT_TAKEN = "not_taken"
    """A panel shows tray icons, but has refused ours, does not answer, or drops it."""
