"""Finds out whether a panel of KDE is there: its watcher says so even if none is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

if TYPE_CHECKING:
    from collections.abc import Callable

BUS, BUS_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"

HOST_PREFIX = "org.kde.StatusNotifierHost-"
"""How the specification begins the bus name of a panel. GNOME's extension and others own none."""

WATCHER_SERVICES = ("org.kde.kded6", "org.kde.kded5")
"""KDE's background service, which has the watcher, and owns one of these names on the same connection."""

OLD_ICONS = "org.kde.xembedsniproxy"
"""Takes icons the old way (XEmbed), and registers them with the watcher. It is no panel."""


class KdePanels:
    """Follows the names on a bus that KDE's panels own. UI thread only.

    The watcher of Plasma 5.27.5 and 6.3.6 returns true for ``IsStatusNotifierHostRegistered`` from its start,
    before the first panel, and emits no signal about panels. Only their names tell.

    Args:
        on_change: called after each change of what the properties and :meth:`has_panel` return.
    """

    def __init__(self, connection: Gio.DBusConnection, on_change: Callable[[], None]) -> None:
        self._connection = connection
        self._on_change = on_change
        self._owners: dict[str, str] = {}
        flags = Gio.DBusSignalFlags.MATCH_ARG0_NAMESPACE
        # Before the list is read, so that no name is missed in between.
        self._signal = connection.signal_subscribe(
            BUS, BUS, "NameOwnerChanged", BUS_PATH, "org.kde", flags, self._changed
        )
        self._ask_bus("ListNames", None, self._listed)

    def stop(self) -> None:
        """Stop following the names."""
        self._connection.signal_unsubscribe(self._signal)

    @property
    def forwards_old_icons(self) -> bool:
        """Whether an icon of the old way would go to the watcher instead of a panel."""
        return OLD_ICONS in self._owners

    def has_panel(self, watcher: str | None) -> bool:
        """Return whether a watcher that says that it has a panel has one.

        Args:
            watcher: the unique name of the watcher's connection.
        """
        return not self.is_kdes(watcher) or any(name.startswith(HOST_PREFIX) for name in self._owners)

    def is_kdes(self, watcher: str | None) -> bool:
        """Return whether the watcher is KDE's."""
        return any(watcher is not None and self._owners.get(name) == watcher for name in WATCHER_SERVICES)

    def _listed(self, connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        try:
            (names,) = connection.call_finish(result).unpack()
        except GLib.Error:
            return  # the bus is gone
        for name in filter(_matters, names):
            self._ask_bus("GetNameOwner", GLib.Variant("(s)", (name,)), partial(self._answered, name))

    def _answered(self, name: str, connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        try:
            (owner,) = connection.call_finish(result).unpack()
        except GLib.Error:
            return  # its owner has ended meanwhile
        self._owners[name] = owner
        self._on_change()

    def _changed(self, *signal: object) -> None:
        name, _before, owner = signal[5].unpack()  # type: ignore[attr-defined] # PyGObject has no types
        if not _matters(name):
            return
        if owner:
            self._owners[name] = owner
        else:
            self._owners.pop(name, None)
        self._on_change()

    def _ask_bus(
        self,
        method: str,
        arguments: GLib.Variant | None,
        answered: Callable[[Gio.DBusConnection, Gio.AsyncResult], None],
    ) -> None:
        self._connection.call(
            BUS, BUS_PATH, BUS, method, arguments, None, Gio.DBusCallFlags.NONE, -1, None, answered
        )


def _matters(name: str) -> bool:
    return name.startswith(HOST_PREFIX) or name in WATCHER_SERVICES or name == OLD_ICONS
