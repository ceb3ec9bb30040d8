"""Watches whether a panel shows our StatusNotifierItem, by signals from the session bus; does not poll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

from claudometer.domain.tray_state import TrayState
from claudometer.ui.tray.kde_panels import KdePanels
from claudometer.ui.tray.registration import SETTLED_MS, WATCHER, WATCHER_PATH, ask_for_host, read_host

if TYPE_CHECKING:
    from collections.abc import Callable

KDE_START = 3
"""How much longer the first panel of KDE may take to appear, as a multiple of the patience.

KDE's watcher comes seconds before its panel. On a slow computer, the window would open at each login, to say
that there is no panel.
"""


class HostWatcher:
    """Reports when a host shows the item, when none does any more, and if none does in time.

    A host shows the item if the watcher has a host and has taken the item. What KDE's watcher says about
    hosts is not enough, see :class:`KdePanels`. A ``BusUser``; UI thread only.

    Args:
        on_change: called with the state; first after some seconds, then on each change.
        patience_s: how long a host may take to appear or to restart, and then to take the item, in seconds.
    """

    def __init__(self, on_change: Callable[[TrayState], None], *, patience_s: float) -> None:
        self._on_change = on_change
        self._patience_ms = round(patience_s * 1000)
        self._settled_ms = min(SETTLED_MS, self._patience_ms // 2)
        self._reported: TrayState | None = None
        self._watched = self._hosted = self._taken = False
        self._timer = 0
        self._settles = False
        self._waited_longer = False
        self._kde: KdePanels | None = None
        self._watcher: str | None = None  # its unique name
        self._name_watch = 0
        self._signals = 0
        self._connection: Gio.DBusConnection | None = None

    @property
    def has_watcher(self) -> bool:
        """Whether there is a watcher, even without a host yet."""
        return self._watched

    @property
    def has_host(self) -> bool:
        """Whether there is a host, even if it does not show the item."""
        return self._hosted

    @property
    def forwards_old_icons(self) -> bool:
        """Whether an icon that is shown the old way would not reach a panel, but the watcher."""
        return self._kde is not None and self._kde.forwards_old_icons

    def item_taken(self, taken: bool) -> None:
        """React to whether the watcher has taken the item, see :class:`Registration`."""
        self._taken = taken
        self._judge()

    def start(self) -> None:
        """Start waiting for a host."""
        self._judge()

    def stop(self) -> None:
        """Stop waiting, so that nothing is reported any more."""
        self._stop_waiting()
        self._reported = None

    def connected(self, connection: Gio.DBusConnection) -> None:
        """Follow the watcher, the program that keeps the list of hosts and items."""
        self._connection = connection
        self._kde = KdePanels(connection, self._ask)
        self._name_watch = Gio.bus_watch_name_on_connection(
            connection, WATCHER, Gio.BusNameWatcherFlags.NONE, self._appeared, self._vanished
        )

    def disconnected(self) -> None:
        """Wait for a host on the next bus: the present one is gone."""
        if self._name_watch:
            Gio.bus_unwatch_name(self._name_watch)
        if self._kde is not None:
            self._kde.stop()
        self._kde = self._watcher = None
        self._name_watch = self._signals = 0
        self._connection = None
        self._watched = self._hosted = self._taken = False
        self._judge()

    def _appeared(self, connection: Gio.DBusConnection, _name: str, owner: str) -> None:
        self._watched = True
        self._watcher = owner
        flags = Gio.DBusSignalFlags.NONE
        # Subscribed once, for any owner: the name may change hands many times.
        self._signals = self._signals or connection.signal_subscribe(
            None, WATCHER, None, WATCHER_PATH, None, flags, self._ask
        )
        self._ask()

    def _vanished(self, *_details: object) -> None:
        self._watched = self._hosted = False
        self._watcher = None
        self._judge()

    def _ask(self, *_signal: object) -> None:
        if self._connection is not None:
            ask_for_host(self._connection, self._answered)

    def _answered(self, connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        hosted = read_host(connection, result)
        if hosted is None:
            return  # the watcher or the bus is gone, which is reported separately
        hosted = hosted and (self._kde is None or self._kde.has_panel(self._watcher))
        if hosted and not self._hosted:
            self._stop_waiting()  # a host that comes late has the whole time to take the item
        self._hosted = hosted
        self._judge()

    @property
    def _state(self) -> TrayState:
        if not self._hosted:
            return TrayState.NO_PANEL
        return TrayState.SHOWN if self._taken else TrayState.NOT_TAKEN

    def _judge(self) -> None:
        """Report that the item is shown; but that it is not, only if that does not change in time.

        The first report also says in a terminal where the program is, and whether the window opens. So it
        waits for a watcher that takes the item and drops it when it has read it, as GNOME's extension does.
        """
        is_shown = self._state is TrayState.SHOWN
        if is_shown and self._reported is not None:
            self._stop_waiting()
            self._report()
        elif is_shown is not self._settles or not self._timer:
            self._stop_waiting()
            self._settles = is_shown
            if self._state is not self._reported:
                after_ms = self._settled_ms if is_shown else self._patience_ms
                self._timer = GLib.timeout_add(after_ms, self._time_is_up)

    def _time_is_up(self) -> bool:
        self._timer = 0
        if self._is_kde_starting and not self._waited_longer:
            self._waited_longer = True
            self._timer = GLib.timeout_add(KDE_START * self._patience_ms, self._time_is_up)
        else:
            self._report()
        return False

    @property
    def _is_kde_starting(self) -> bool:
        is_new = self._reported is None and self._watched and not self._hosted
        return is_new and self._kde is not None and self._kde.is_kdes(self._watcher)

    def _stop_waiting(self) -> None:
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = 0

    def _report(self) -> None:
        if self._state is not self._reported:
            self._reported = self._state
            self._on_change(self._state)
