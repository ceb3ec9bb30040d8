"""Watches on the session bus whether a panel shows tray icons. Does not poll."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

if TYPE_CHECKING:
    from collections.abc import Callable

WATCHER = "org.kde.StatusNotifierWatcher"
_PATH = "/StatusNotifierWatcher"
PATIENCE_S = 5.0
"""How long a desktop that is starting, or a panel that is restarting, may take."""


class HostWatcher:
    """Reports whether a StatusNotifier host, the part of a panel that shows icons, is there.

    Args:
        on_change: called on the UI thread with whether icons are shown: within ``patience_s`` seconds of the
            start, then at every change.
        patience_s: how long a missing host may take to appear before it is reported.
    """

    def __init__(self, on_change: Callable[[bool], None], *, patience_s: float = PATIENCE_S) -> None:
        self._on_change = on_change
        self._patience_ms = round(patience_s * 1000)
        self._shown: bool | None = None
        self._timer = 0
        self._name_watch = 0
        self._signals = 0
        self._bus: Gio.DBusConnection = None

    def start(self) -> None:
        """Begin to watch. UI thread only."""
        self._start_waiting()
        Gio.bus_get(Gio.BusType.SESSION, None, self._connected)

    def stop(self) -> None:
        """Stop watching. UI thread only."""
        self._stop_waiting()
        if self._name_watch:
            Gio.bus_unwatch_name(self._name_watch)
        if self._signals:
            self._bus.signal_unsubscribe(self._signals)
        self._name_watch = self._signals = 0

    def _connected(self, _source: object, result: Gio.AsyncResult) -> None:
        try:
            self._bus = Gio.bus_get_finish(result)
        except GLib.Error:
            return  # no session bus, so no host either: the timer reports it
        self._name_watch = Gio.bus_watch_name_on_connection(
            self._bus, WATCHER, Gio.BusNameWatcherFlags.NONE, self._appeared, self._vanished
        )

    def _appeared(self, *_details: object) -> None:
        flags = Gio.DBusSignalFlags.NONE
        self._signals = self._signals or self._bus.signal_subscribe(
            None, WATCHER, None, _PATH, None, flags, self._query
        )
        self._query()

    def _vanished(self, *_details: object) -> None:
        self._start_waiting()

    def _query(self, *_details: object) -> None:
        arguments = GLib.Variant("(ss)", (WATCHER, "IsStatusNotifierHostRegistered"))
        self._bus.call(
            WATCHER,
            _PATH,
            "org.freedesktop.DBus.Properties",
            "Get",
            arguments,
            GLib.VariantType("(v)"),
            Gio.DBusCallFlags.NONE,
            -1,
            None,
            self._received,
        )

    def _received(self, bus: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        try:
            hosted = bool(bus.call_finish(result).unpack()[0])
        except GLib.Error:
            return  # the watcher went away during the call: `_vanished` reports it
        if hosted:
            self._stop_waiting()
            self._report(shown=True)
        else:
            self._start_waiting()

    def _start_waiting(self) -> None:
        if not self._timer:
            self._timer = GLib.timeout_add(self._patience_ms, self._time_out)

    def _time_out(self) -> bool:
        self._timer = 0
        # Without a session bus the indicator library does not use the old protocol either.
        self._report(shown=self._bus is not None and has_old_tray())
        return False

    def _stop_waiting(self) -> None:
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = 0

    def _report(self, *, shown: bool) -> None:
        if shown != self._shown:
            self._shown = shown
            self._on_change(shown)


def has_old_tray() -> bool:
    """Return whether an X11 panel takes icons by XEmbed, the indicator library's fallback."""
    name = ctypes.util.find_library("X11")
    if name is None or not os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return False
    x11 = ctypes.CDLL(name)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if not display:
        return False
    try:
        return _owns_tray(x11, ctypes.c_void_p(display))
    finally:
        x11.XCloseDisplay(ctypes.c_void_p(display))


def _owns_tray(x11: ctypes.CDLL, display: ctypes.c_void_p) -> bool:
    x11.XInternAtom.restype = x11.XGetSelectionOwner.restype = ctypes.c_ulong
    screen = x11.XDefaultScreen(display)
    selection = x11.XInternAtom(display, f"_NET_SYSTEM_TRAY_S{screen}".encode(), 0)
    return bool(x11.XGetSelectionOwner(display, ctypes.c_ulong(selection)))
