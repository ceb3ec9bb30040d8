"""A system bus of its own, and a logind on it that tells of sleep on demand. Never the true one."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from jeepney import DBusAddress, message_bus, new_signal
from jeepney.io.blocking import open_dbus_connection

from tests.desktop.program import Program
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from tests.desktop.private_home import PrivateHome

_LOGIND = "org.freedesktop.login1"
_MANAGER = DBusAddress("/org/freedesktop/login1", _LOGIND, "org.freedesktop.login1.Manager")
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SystemBus:
    """dbus-daemon."""

    def __init__(self, home: PrivateHome) -> None:
        self._home = home
        self._socket = home.runtime / "system-bus"
        argv = ("dbus-daemon", "--nofork", "--config-file", str(home.root / "system-bus.conf"))
        self._program = Program(argv, env=home.env, logs=home.logs, name="system-bus")

    @property
    def address(self) -> str:
        """Where its clients connect."""
        return f"unix:path={self._socket}"

    def start(self) -> None:
        """Start it and wait until it listens."""
        config = _CONFIG.format(socket=escape(str(self._socket)))
        (self._home.root / "system-bus.conf").write_text(config)
        self._program.start()
        wait_for(self._is_listening, what="the system bus")

    def _is_listening(self) -> bool:
        """Say whether it takes a connection: its socket is there a moment earlier."""
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self._socket)) == 0

    def stop(self) -> None:
        """Stop it; every client is cut off."""
        self._program.stop()


class Logind:
    """The part of logind that tells of sleep."""

    def __init__(self, bus: SystemBus) -> None:
        self._connection = open_dbus_connection(bus=bus.address)
        self._connection.send_and_get_reply(message_bus.RequestName(_LOGIND), timeout=10)

    def close(self) -> None:
        """Leave the bus."""
        self._connection.close()

    def tell(self, *, goes_to_sleep: bool) -> None:
        """Tell everybody that the machine is about to sleep, or has woken up."""
        self._connection.send(new_signal(_MANAGER, "PrepareForSleep", "b", (goes_to_sleep,)))

    def listeners(self) -> int:
        """Return how many others are on the bus."""
        names = self._connection.send_and_get_reply(message_bus.ListNames(), timeout=10).body[0]
        return len([name for name in names if name.startswith(":")]) - 1
