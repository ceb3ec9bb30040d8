"""One connection to the session bus, which comes back when the bus was restarted. Uses no toolkit."""

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

FIRST_PAUSE_S = 1
LONGEST_PAUSE_S = 30
"""A bus that is gone has mostly gone for good, with the session; a restarted one is back within a second."""


class BusUser(Protocol):
    """Something that lives on the bus. Called on the UI thread."""

    def connected(self, connection: Gio.DBusConnection) -> None:
        """Begin to use a new connection."""
        ...

    def disconnected(self) -> None:
        """Drop the connection: it is closed, and everything registered on it is gone."""
        ...


class SessionBus:
    """Connects, and connects again after a pause whenever the bus is gone. UI thread only.

    Args:
        address: where the bus is now; read again before each attempt.
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
        """Let ``user`` live on this connection and on each later one."""
        self._users.append(user)
        if self._connection is not None:
            user.connected(self._connection)

    def start(self) -> None:
        """Begin to connect; failures are logged and tried again."""
        address = self._address()
        if address is None:
            self._retry("the session has no D-Bus address")
            return
        flags = Gio.DBusConnectionFlags
        Gio.DBusConnection.new_for_address(
            address,
            flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION,
            None,
            self._cancel,
            self._connected,
        )

    def stop(self) -> None:
        """Close the connection; every name and object on it is gone with it."""
        self._cancel.cancel()
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = 0
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect(self._closed)
            for user in self._users:
                user.disconnected()
            # What was sent last, such as a status, must still leave. At a logout the bus may end first.
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
        connection.set_exit_on_close(False)  # the default ends this process when the bus does
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
        if self._pause_s == FIRST_PAUSE_S:  # once, not every half minute for days
            log.info("no session bus, trying again: %s", why)
        self._timer = GLib.timeout_add_seconds(self._pause_s, self._start_again)
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def _start_again(self) -> bool:
        self._timer = 0
        self.start()
        return False


def session_bus_address() -> str | None:
    """Return the bus of this session, ``None`` when there is none.

    GLib would start a bus of its own where none runs; nobody else would be on that one.
    """
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return address
    socket = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent", "bus")
    return f"unix:path={Gio.dbus_address_escape_value(str(socket))}" if socket.exists() else None
