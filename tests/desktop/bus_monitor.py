"""Sees the method calls that other programs make on a bus. Must not make any itself."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.desktop.waiting import LONGEST_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jeepney.io.blocking import DBusConnection

_MONITORING = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus.Monitoring")


class BusMonitor:
    """The calls of one interface since the monitor was opened."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self._methods: list[str] = []

    def methods(self) -> list[str]:
        """Return the names of the methods that have been called so far, in order."""
        with suppress(TimeoutError):
            while True:
                message = self._connection.receive(timeout=0)
                if message.header.message_type is MessageType.method_call:
                    self._methods.append(message.header.fields[HeaderFields.member])
        return self._methods


@contextmanager
def monitor_calls(address: str, interface: str) -> Iterator[BusMonitor]:
    """Watch the calls of this interface on the bus at this address during the block."""
    connection = open_dbus_connection(bus=address)
    try:
        rule = f"type='method_call',interface='{interface}'"
        become = new_method_call(_MONITORING, "BecomeMonitor", "asu", ([rule], 0))
        reply = connection.send_and_get_reply(become, timeout=LONGEST_S)
        assert reply.header.message_type is MessageType.method_return, reply.body
        yield BusMonitor(connection)
    finally:
        connection.close()
