"""Registers an item with each StatusNotifierWatcher that appears, as soon as that has a panel."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_PATH = "/StatusNotifierWatcher"

LONGEST_WAIT_MS = 1000
"""How long to wait for a panel. Then the item registers anyway; the watcher keeps it for a later panel."""

OTHER_PANELS_MS = 500
"""How long to wait for more panels once a new watcher has its first."""

FIRST_AGAIN_MS, LONGEST_AGAIN_MS = 1000, 64_000
"""How long to wait before the item registers again after a watcher has refused or dropped it; doubled each
time."""

SETTLED_MS = 2000
"""How long a watcher that has refused or dropped the item before has to keep it, until it counts as taken.
Otherwise the item of a watcher that drops it each time would count as taken for a moment at each attempt."""


class Registration:
    """Registers one item as long as its connection lives. UI thread only.

    The item waits for a panel because of waybar, which is watcher and panel at once: it reads the list of
    items before it listens for new ones, and never shows an item that registers in between. Once it has
    registered as a panel, it listens. With two bars, the one that starts later takes the watcher over; both
    then register as panels, one after the other, so the item waits a little longer. Where the panel was there
    before the program, it registers at once.

    The item registers by the connection's unique name, as Qt does, and owns no name of the specification's
    form (``org.kde.StatusNotifierItem-PID-1``). GNOME's extension (46) also watches such a name; if the
    answer to that comes after the item's properties, it forgets them, and drops the item because a property
    "may not be null". For that reason, a busy GNOME 43 showed no icon.

    A watcher may drop an item while its program lives, as that extension does on any error in reading it. It
    emits a signal then, and the item registers again, as it does with a watcher that refuses it.

    Args:
        on_taken: called with true after each registration that the watcher accepts, and with false when it
            refuses or drops the item, and when it ends.
    """

    def __init__(self, connection: Gio.DBusConnection, on_taken: Callable[[bool], None]) -> None:
        self._connection = connection
        self._bus_name = connection.get_unique_name()
        self._on_taken = on_taken
        self._watcher: object | None = None  # a new object for each watcher
        self._waiting = self._waiting_for_others = False
        self._is_panel_new = False
        self._timer = 0
        self._again_ms = FIRST_AGAIN_MS
        self._signals = [
            connection.signal_subscribe(
                None, WATCHER, signal, WATCHER_PATH, None, Gio.DBusSignalFlags.NONE, react
            )
            for signal, react in (
                ("StatusNotifierHostRegistered", self._hosted),
                ("StatusNotifierItemUnregistered", self._dropped),
            )
        ]
        self._watch = Gio.bus_watch_name_on_connection(
            connection, WATCHER, Gio.BusNameWatcherFlags.NONE, self._appeared, self._vanished
        )

    def stop(self) -> None:
        """Stop registering. The watcher forgets the item when its name leaves the bus."""
        Gio.bus_unwatch_name(self._watch)
        for signal in self._signals:
            self._connection.signal_unsubscribe(signal)
        self._watcher = None
        self._stop_waiting()

    def _appeared(self, connection: Gio.DBusConnection, *_owner: object) -> None:
        """Ask a new watcher, with which the item is not registered yet, for its panel."""
        self._watcher = object()
        self._again_ms = FIRST_AGAIN_MS
        self._wait(LONGEST_WAIT_MS)  # before asking: the watcher may never answer
        ask_for_host(connection, self._answered)

    def _vanished(self, *_details: object) -> None:
        # Called also if there is no watcher at the start, and right before `_appeared` in a takeover.
        self._is_panel_new = True
        self._watcher = None
        self._stop_waiting()
        self._on_taken(False)

    def _answered(self, connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        # Without an answer, the watcher is gone or has no such property. In that case, the timer registers.
        if read_host(connection, result):
            if self._is_panel_new:
                self._wait_for_others()
            else:
                self._register()

    def _hosted(self, *_signal: object) -> None:
        self._wait_for_others()

    def _wait_for_others(self) -> None:
        if self._waiting and not self._waiting_for_others:  # a watcher may announce each of its panels
            self._wait(OTHER_PANELS_MS)
            self._waiting_for_others = True

    def _dropped(self, *signal: object) -> None:
        (item,) = signal[5].unpack()  # type: ignore[attr-defined] # PyGObject has no types
        if bus_name_of(item) == self._bus_name and not self._waiting:
            self._register_later("dropped")

    def _register_later(self, why: str) -> None:
        """Register again, later each time, because a watcher with a fault may do the same each time."""
        if self._again_ms < LONGEST_AGAIN_MS:  # and not once a minute for days
            log.warning("no panel has the icon (%s); it registers again in %d s", why, self._again_ms // 1000)
        self._wait(self._again_ms)
        self._again_ms = min(2 * self._again_ms, LONGEST_AGAIN_MS)
        self._on_taken(False)

    def _wait(self, milliseconds: int) -> None:
        self._stop_waiting()
        self._waiting = True
        self._timer = GLib.timeout_add(milliseconds, self._waited)

    def _waited(self) -> bool:
        self._timer = 0
        self._register()
        return False

    def _register(self) -> None:
        """Register, unless the item is registered with this watcher."""
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
            partial(self._answered_registration, self._watcher),
        )

    def _answered_registration(
        self, watcher: object, connection: Gio.DBusConnection, result: Gio.AsyncResult
    ) -> None:
        refusal = None
        try:
            connection.call_finish(result)
        except GLib.Error as error:
            refusal = error.message
        if watcher is not self._watcher or self._waiting:
            return  # it has ended or dropped the item meanwhile, so the item registers again anyway
        if refusal is not None:
            self._register_later(refusal)
        elif self._again_ms == FIRST_AGAIN_MS:
            self._on_taken(True)
        else:
            self._timer = GLib.timeout_add(SETTLED_MS, self._settled)

    def _settled(self) -> bool:
        self._timer = 0
        self._on_taken(True)
        return False

    def _stop_waiting(self) -> None:
        self._waiting = self._waiting_for_others = False
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = 0


def bus_name_of(item: str) -> str:
    """Return the bus name of an item in a watcher's list, where "/" or "@" and a path may follow it.

    KDE's watcher writes ``:1.7/StatusNotifierItem``, GNOME's extension ``:1.7@/StatusNotifierItem``.
    """
    return item.partition("/")[0].removesuffix("@")


def ask_for_host(
    connection: Gio.DBusConnection, answered: Callable[[Gio.DBusConnection, Gio.AsyncResult], None]
) -> None:
    """Ask the watcher whether a panel is there; ``answered`` passes its arguments to :func:`read_host`."""
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
    """Return the answer to :func:`ask_for_host`, ``None`` if there was none."""
    try:
        return bool(connection.call_finish(result).unpack()[0])
    except GLib.Error:
        return None
