"""Watches whether a panel shows StatusNotifierItems, by signals from the session bus; does not poll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

from claudometer.ui.tray.registration import WATCHER, WATCHER_PATH, ask_for_host, read_host

if TYPE_CHECKING:
    from collections.abc import Callable


class HostWatcher:
    """Reports when the first host appears, when the last one is gone, and if none appears in time.

    A ``BusUser``; UI thread only.

    Args:
        on_change: called with whether a host is there; first within ``patience_s``, then on each change.
        patience_s: how long a host may take to appear or to restart, in seconds.
    """

    def __init__(self, on_change: Callable[[bool], None], *, patience_s: float) -> None:
        self._on_change = on_change
        self._patience_ms = round(patience_s * 1000)
        self._shown: bool | None = None
        self._watched = False
        self._timer = 0
        self._name_watch = 0
        self._signals = 0
        self._connection: Gio.DBusConnection | None = None

    @property
    def has_watcher(self) -> bool:
        """Whether there is a watcher, even without a host yet."""
        return self._watched

    def start(self) -> None:
        """Start waiting for a host."""
        self._wait()

    def stop(self) -> None:
        """Stop waiting, so that nothing is reported any more."""
        self._stop_waiting()
        self._shown = None

    def connected(self, connection: Gio.DBusConnection) -> None:
        """Follow the watcher, the program that keeps the list of hosts and items."""
        self._connection = connection
        self._name_watch = Gio.bus_watch_name_on_connection(
            connection, WATCHER, Gio.BusNameWatcherFlags.NONE, self._appeared, self._vanished
        )

    def disconnected(self) -> None:
        """Wait for a host on the next bus: the present one is gone."""
        if self._name_watch:
            Gio.bus_unwatch_name(self._name_watch)
        self._name_watch = self._signals = 0
        self._connection = None
        self._watched = False
        self._wait()

    def _appeared(self, connection: Gio.DBusConnection, *_details: object) -> None:
        self._watched = True
        flags = Gio.DBusSignalFlags.NONE
        # Subscribed once, for any owner: the name may change hands many times.
        self._signals = self._signals or connection.signal_subscribe(
            None, WATCHER, None, WATCHER_PATH, None, flags, self._ask
        )
        self._ask()

    def _vanished(self, *_details: object) -> None:
        self._watched = False
        self._wait()

    def _ask(self, *_signal: object) -> None:
        if self._connection is not None:
            ask_for_host(self._connection, self._answered)

    def _answered(self, connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        hosted = read_host(connection, result)
        if hosted:
            self._stop_waiting()
            self._report(shown=True)
        elif hosted is False:  # `None`: the watcher or the bus is gone, which is reported separately
            self._wait()

    def _wait(self) -> None:
        if not self._timer and self._shown is not False:
            self._timer = GLib.timeout_add(self._patience_ms, self._give_up)

    def _give_up(self) -> bool:
        self._timer = 0
        self._report(shown=False)
        return False

    def _stop_waiting(self) -> None:
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = 0

    def _report(self, *, shown: bool) -> None:
        if shown != self._shown:
            self._shown = shown
            self._on_change(shown)
