"""The notification service of the fortnight: what it has shown, and what its user does there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jeepney import DBusAddress

if TYPE_CHECKING:
    from tests.desktop.fortnight.expected import Bubble
    from tests.desktop.session import DesktopSession

_DUNST = DBusAddress(
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.dunstproject.cmd0"
)
_CONFIG = """
[global]
history_length = 500
dmenu = /bin/grep -m 1 Mute
[urgency_low]
timeout = 0
[urgency_normal]
timeout = 0
[urgency_critical]
timeout = 0
"""
"""It keeps all; and in the menu of a notification, its user chooses *Mute until reset*."""


class Dunst:
    """The desktop's dunst, started anew with an empty history."""

    def __init__(self, desktop: DesktopSession) -> None:
        self._bus = desktop.bus
        desktop.notifications.stop()
        desktop.notifications.start(more_config=_CONFIG)

    @property
    def is_showing(self) -> bool:
        """Return whether a notification is on the screen."""
        return bool(self._bus.properties(_DUNST)["displayedLength"])

    def mute_until_reset(self) -> None:
        """Choose that in the menu of the notification that is on the screen."""
        self._bus.call(_DUNST, "ContextMenuCall")

    def close_all(self) -> None:
        """Close what is on the screen."""
        self._bus.call(_DUNST, "NotificationCloseAll")

    def shown(self) -> list[Bubble]:
        """Return all that was shown and closed, the oldest first: title and lines, with plain spaces."""
        entries = self._bus.call(_DUNST, "NotificationListHistory")
        texts = [(each["summary"][1], *each["body"][1].splitlines()) for each in reversed(entries)]
        return [tuple(text.replace("\u00a0", " ") for text in each) for each in texts]
