"""One connection to the session bus, which is made again when the bus was restarted. Uses no toolkit."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gi.repository import Gio, GLib

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

# Read here, where the lock of the import holds, and before the threads that use Gio. PyGObject makes such a
# class when it is first used, and another thread once found it without its values (3.42).
TO_A_BUS = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION

FIRST_PAUSE_S = 1
LONGEST_PAUSE_S = 30
"""Between two attempts. A bus that restarts is back within a second; otherwise the session has ended."""


class BusUser(Protocol):
    """Uses the bus. Called on the UI thread."""

    def connected(self, connection: Gio.DBusConnection) -> None:
        """Start to use a new connection."""
        ...

    def disconnected(self) -> None:
        """Forget the connection: it is closed, and everything registered on it is gone."""
        ...


class SessionBus:
    """Connects, and connects again after a pause whenever the bus is gone. UI thread only.

    Args:
        address: returns the address of the bus; called before each attempt.
    """

    def __init__(self, address: Callable[[], str | None] | None = None) -> None:
        self._address = address or session_bus_address
        self._users: list[BusUser] = []
        self._connection: Gio.DBusConnection | None = None
        self._cancel = Gio.Cancellable()
        self._pause_s = FIRST_PAUSE_S
        self._timer = 0
        self._closed = 0

    @property
    def is_connected(self) -> bool:
        """Whether there is a bus."""
        return self._connection is not None

    def add(self, user: BusUser) -> None:
        """Give ``user`` this connection, if there is one, and each later one."""
        self._users.append(user)
        if self._connection is not None:
            user.connected(self._connection)

    def start(self) -> None:
        """Start to connect. After a failure, it is logged and tried again."""
        address = self._address()
        if address is None:
            self._retry("the session has no D-Bus address")
            return
        Gio.DBusConnection.new_for_address(address, TO_A_BUS, None, self._cancel, self._connected)

    def stop(self) -> None:
        """Close the connection, and with it every name and object on it."""
        self._cancel.cancel()
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = 0
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect(self._closed)
            for user in self._users:
                user.disconnected()
            # Send what is still in the queue, such as the last status. At a logout the bus may end first.
            with suppress(GLib.Error):
                connection.flush_sync(None)
                connection.close_sync(None)

    def _connected(self, _source: object, result: Gio.AsyncResult) -> None:
        try:
            connection = Gio.DBusConnection.new_for_address_finish(result)
        except GLib.Error as error:
            if not self._cancel.is_cancelled():
                self._retry(error.message)
            return
        connection.set_exit_on_close(False)  # by default, GLib ends this process with the bus
        self._closed = connection.connect("closed", self._lost)
        if self._pause_s > FIRST_PAUSE_S:
            log.info("connected to the session bus")
        self._connection, self._pause_s = connection, FIRST_PAUSE_S
        for user in self._users:
            user.connected(connection)

    def _lost(self, connection: Gio.DBusConnection, *_reason: object) -> None:
        if connection is not self._connection:
            return
        self._connection = None
        for user in self._users:
            user.disconnected()
        self._retry("the session bus closed the connection")

    def _retry(self, why: str) -> None:
        if self._pause_s == FIRST_PAUSE_S:  # logged once, and not every half minute for days
            log.info("no session bus, trying again: %s", why)
        self._timer = GLib.timeout_add_seconds(self._pause_s, self._start_again)
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def _start_again(self) -> bool:
        self._timer = 0
        self.start()
        return False


def session_bus_address() -> str | None:
    """Return the address of the session's bus, ``None`` if there is none.

    Not asked of GLib, which would start a bus of its own, with no other program on it.
    """
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return address
    socket = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent", "bus")
    return f"unix:path={Gio.dbus_address_escape_value(str(socket))}" if socket.exists() else None
