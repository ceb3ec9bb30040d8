"""A private system bus, and a logind on it that announces sleep on demand. Never the machine's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jeepney import DBusAddress, message_bus, new_method_call, new_signal
from jeepney.io.blocking import open_dbus_connection

from tests.desktop.bus_daemon import BusDaemon
from tests.desktop.waiting import LONGEST_S

if TYPE_CHECKING:
    from tests.desktop.private_home import PrivateHome

_LOGIND = "org.freedesktop.login1"
_MANAGER = DBusAddress("/org/freedesktop/login1", _LOGIND, "org.freedesktop.login1.Manager")


def system_bus(home: PrivateHome) -> BusDaemon:
    """Return a system bus, not started yet."""
    return BusDaemon(home, name="system-bus", env=home.env)


class Logind:
    """The part of logind that announces sleep."""

    def __init__(self, bus: BusDaemon) -> None:
        self._connection = open_dbus_connection(bus=bus.address)
        self._connection.send_and_get_reply(message_bus.RequestName(_LOGIND), timeout=LONGEST_S)

    def close(self) -> None:
        """Disconnect from the bus."""
        self._connection.close()

    def announce(self, *, goes_to_sleep: bool) -> None:
        """Announce that the machine is about to sleep, or has woken up."""
        self._connection.send(new_signal(_MANAGER, "PrepareForSleep", "b", (goes_to_sleep,)))

    def listeners(self) -> int:
        """Return how many other clients are on the bus."""
        return len(self._others())

    def wait_until_received(self) -> None:
        """Wait until every other client has received all that was announced."""
        for name in self._others():
            ping = new_method_call(DBusAddress("/", name, "org.freedesktop.DBus.Peer"), "Ping")
            self._connection.send_and_get_reply(ping, timeout=LONGEST_S)

    def _others(self) -> list[str]:
        names = self._connection.send_and_get_reply(message_bus.ListNames(), timeout=LONGEST_S).body[0]
        return [name for name in names if name.startswith(":") and name != self._connection.unique_name]
