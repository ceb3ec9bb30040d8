"""Asks the desktop portal whether the desktop is dark, for an icon in one color. Uses no toolkit.

The interface: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

from claudometer.domain.settings import IconColors

if TYPE_CHECKING:
    from collections.abc import Callable

_BUS_NAME = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_INTERFACE = "org.freedesktop.portal.Settings"
_NAMESPACE, _KEY = "org.freedesktop.appearance", "color-scheme"

_INKS = {1: IconColors.WHITE, 2: IconColors.BLACK}
"""The icon's color by the portal's value: 1 prefers dark, 2 prefers light; 0 has no preference."""

_TIMEOUT_MS = 5_000
"""Long, as the call may start the portal. Meanwhile the icon has its disc, which is visible on any panel."""


class ColorScheme:
    """The color that stands out from the panel. A ``BusUser``; UI thread only.

    Args:
        on_change: called when ``ink`` has changed.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        # GNOME's own panel is dark in either scheme.
        self._is_always_dark = "GNOME" in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")
        self._ink: IconColors | None = None

    @property
    def ink(self) -> IconColors | None:
        """``WHITE``, ``BLACK``, or ``None`` as long as the desktop has not answered."""
        return IconColors.WHITE if self._is_always_dark else self._ink

    def connected(self, connection: Gio.DBusConnection) -> None:
        """Ask the portal, and listen for changes."""
        if self._is_always_dark:
            return
        connection.signal_subscribe(
            _BUS_NAME,
            _INTERFACE,
            "SettingChanged",
            _PATH,
            _NAMESPACE,
            Gio.DBusSignalFlags.NONE,
            self._changed,
        )
        connection.call(
            _BUS_NAME,
            _PATH,
            _INTERFACE,
            "Read",  # `ReadOne` is newer: it came with version 2 of the interface
            GLib.Variant("(ss)", (_NAMESPACE, _KEY)),
            None,
            Gio.DBusCallFlags.NONE,
            _TIMEOUT_MS,
            None,
            self._read,
        )

    def disconnected(self) -> None:
        """Do nothing: the last answer is still right, because only the bus was restarted."""

    def _read(self, connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        try:
            answer = connection.call_finish(result)
        except GLib.Error:
            return  # no portal here, or one without this setting
        self._take(answer.unpack()[0])  # unpacks the variant in a variant that `Read` returns, too

    def _changed(self, *details: object) -> None:
        _namespace, key, value = details[5].unpack()  # type: ignore[attr-defined] # PyGObject has no types
        if key == _KEY:
            self._take(value)

    def _take(self, value: object) -> None:
        ink = _INKS.get(value) if isinstance(value, int) else None
        if ink is not self._ink:
            self._ink = ink
            self._on_change()
