"""A dbus-daemon with a private socket and configuration. Never the user's or the machine's own bus."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tests.desktop.program import Program
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.desktop.private_home import PrivateHome

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
{more}</busconfig>
"""


def bus_address(home: PrivateHome, name: str) -> str:
    """Return the address, for clients, of the bus with this name in a home."""
    return f"unix:path={home.runtime / name}"


class BusDaemon:
    """A dbus-daemon in a home; ``name`` is that of its socket, configuration and log."""

    def __init__(self, home: PrivateHome, *, name: str, env: Mapping[str, str]) -> None:
        self.address = bus_address(home, name)
        self._name = name
        self._socket = home.runtime / name
        self._config = home.root / f"{name}.conf"
        argv = ("dbus-daemon", "--nofork", "--config-file", str(self._config))
        self._program = Program(argv, env=env, logs=home.logs, name=name)

    def start(self, *, more_config: str = "") -> None:
        """Start it and wait until it listens; ``more_config`` is XML for its configuration."""
        self._config.write_text(_CONFIG.format(socket=escape(str(self._socket)), more=more_config))
        self._program.start()
        wait_for(self._is_listening, what=self._name)

    def stop(self) -> None:
        """Stop it, which disconnects every client and ends every service that it started."""
        self._program.stop()

    def _is_listening(self) -> bool:
        """Return whether it accepts connections, which is a moment after its socket appears."""
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self._socket)) == 0
