"""Registers an item with each StatusNotifierWatcher that appears, once the watcher has a panel to tell."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_PATH = "/StatusNotifierWatcher"

LONGEST_WAIT_MS = 1000
"""How long to wait for a panel. Then the item registers anyway: a watcher keeps it for a later panel."""


class Registration:
    """Registers one item as long as its connection lives. UI thread only.

    Waybar is watcher and panel at once. It reads the list of items before it listens for new ones, so an item
    that registers in between is never shown. That is over when it has registered as a panel.

    Args:
        on_registered: called after each registration that a watcher accepted.
    """

    def __init__(
        self, connection: Gio.DBusConnection, bus_name: str, on_registered: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._bus_name = bus_name
        self._on_registered = on_registered
        self._waiting = False
        self._timer = 0
        self._signal = connection.signal_subscribe(
            None,
            WATCHER,
            "StatusNotifierHostRegistered",
            WATCHER_PATH,
            None,
            Gio.DBusSignalFlags.NONE,
            self._hosted,
        )
        self._watch = Gio.bus_watch_name_on_connection(
            connection, WATCHER, Gio.BusNameWatcherFlags.NONE, self._appeared, self._vanished
        )

    def stop(self) -> None:
        """Register no more. The watcher forgets the item when its name leaves the bus."""
        Gio.bus_unwatch_name(self._watch)
        self._connection.signal_unsubscribe(self._signal)
        self._stop_waiting()

    def _appeared(self, connection: Gio.DBusConnection, *_owner: object) -> None:
        """Ask a new watcher, which knows nobody yet, for its panel."""
        self._stop_waiting()
        self._waiting = True
        # Set before asking: the watcher may never answer.
        self._timer = GLib.timeout_add(LONGEST_WAIT_MS, self._waited)
        ask_for_host(connection, self._answered)

    def _vanished(self, *_details: object) -> None:
        self._stop_waiting()

    def _answered(self, connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        # Without an answer the watcher went away, or cannot tell: if it is still there, the timer registers.
        if read_host(connection, result):
            self._register()

    def _hosted(self, *_signal: object) -> None:
        self._register()

    def _waited(self) -> bool:
        self._timer = 0
        self._register()
        return False

    def _register(self) -> None:
        """Register, unless that has been done with this watcher."""
        if not self._waiting:
            return
        self._stop_waiting()
        self._connection.call(
            WATCHER,
            WATCHER_PATH,
            WATCHER,
            "RegisterStatusNotifierItem",
            GLib.Variant("(s)", (self._bus_name,)),
            None,
            Gio.DBusCallFlags.NO_AUTO_START,
            -1,
            None,
            self._registered,
        )

    def _registered(self, connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        try:
            connection.call_finish(result)
        except GLib.Error as error:
            # A watcher that went away in that moment; the next one is registered with when it appears.
            log.warning("the panel did not take the icon: %s", error.message)
        else:
            self._on_registered()

    def _stop_waiting(self) -> None:
        self._waiting = False
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = 0


def ask_for_host(
    connection: Gio.DBusConnection, answered: Callable[[Gio.DBusConnection, Gio.AsyncResult], None]
) -> None:
    """Ask the watcher whether a panel is there. ``answered`` gets what :func:`read_host` reads."""
    connection.call(
        WATCHER,
        WATCHER_PATH,
        "org.freedesktop.DBus.Properties",
        "Get",
        GLib.Variant("(ss)", (WATCHER, "IsStatusNotifierHostRegistered")),
        GLib.VariantType("(v)"),
        Gio.DBusCallFlags.NO_AUTO_START,
        -1,
        None,
        answered,
    )


def read_host(connection: Gio.DBusConnection, result: Gio.AsyncResult) -> bool | None:
    """Return whether a panel is there, ``None`` if the watcher did not answer."""
    try:
        return bool(connection.call_finish(result).unpack()[0])
    except GLib.Error:
        return None
