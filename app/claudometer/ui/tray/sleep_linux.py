"""Watches for the end of the computer's sleep, which logind announces, see org.freedesktop.login1(5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = "org.freedesktop.login1"
_PATH = "/org/freedesktop/login1"
_INTERFACE = "org.freedesktop.login1.Manager"
_SIGNAL = "PrepareForSleep"
"""Sent with ``True`` before a sleep and ``False`` after it."""


class WakeWatcher:
    """Calls ``on_wake`` on the UI thread after each sleep, as long as there is a system bus."""

    def __init__(self, on_wake: Callable[[], None]) -> None:
        self._on_wake = on_wake
        self._bus: Gio.DBusConnection = None
        self._signals = 0

    def start(self) -> None:
        """Start watching. UI thread only."""
        Gio.bus_get(Gio.BusType.SYSTEM, None, self._connected)

    def stop(self) -> None:
        """Stop watching. UI thread only."""
        if self._signals:
            self._bus.signal_unsubscribe(self._signals)
        self._signals = 0

    def _connected(self, _source: object, result: Gio.AsyncResult) -> None:
        try:
            self._bus = Gio.bus_get_finish(result)
        except GLib.Error:
            return  # no system bus; the poller also notices a sleep by its clocks
        # By default, GLib ends this process when the system bus restarts.
        self._bus.set_exit_on_close(False)
        flags = Gio.DBusSignalFlags.NONE
        self._signals = self._bus.signal_subscribe(
            _NAME, _INTERFACE, _SIGNAL, _PATH, None, flags, self._received
        )

    def _received(self, *details: object) -> None:
        parameters = details[-1]
        if isinstance(parameters, GLib.Variant) and parameters.unpack() == (False,):
            self._on_wake()
