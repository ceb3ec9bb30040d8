"""A session bus of its own, where nothing starts by itself but what the test allows. Never the user's bus."""

import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from tests.desktop.bus_client import BusClient
from tests.desktop.private_home import PrivateHome
from tests.desktop.program import Program
from tests.desktop.waiting import wait_for

_SERVICES = Path("/usr/share/dbus-1/services")
# The panel's settings, and the way to read a window's content. A notification service, a keyring or a
# portal that the bus starts on its own would make "there is none" impossible to test.
_STARTED_ON_DEMAND = ("org.xfce.Xfconf", "org.a11y.Bus")
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SessionBus:
    """dbus-daemon; `env` is what its clients need."""

    def __init__(self, home: PrivateHome, *, display: str) -> None:
        self._home = home
        self._socket = home.runtime / "bus"
        self.env = home.env | {
            "DISPLAY": display,
            "GDK_BACKEND": "x11",
            "XDG_CURRENT_DESKTOP": "XFCE",
            "XDG_SESSION_TYPE": "x11",
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={home.runtime}/no-system-bus",  # the machine's is not ours
        }
        argv = ("dbus-daemon", "--nofork", "--config-file", str(home.root / "bus.conf"))
        self._program = Program(argv, env=self.env, logs=home.logs)

    @property
    def address(self) -> str:
        """Where its clients connect."""
        return f"unix:path={self._socket}"

    @property
    def services(self) -> Path:
        """Where it is told what it may start on demand."""
        return self._home.root / "services"

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.services.mkdir(exist_ok=True)
        _link_services(self.services, _STARTED_ON_DEMAND)
        config = _CONFIG.format(socket=escape(str(self._socket)), services=escape(str(self.services)))
        (self._home.root / "bus.conf").write_text(config)
        self._program.start()
        wait_for(self._is_listening, what="the session bus")

    def allow(self, names: Iterable[str]) -> None:
        """Let these services start on demand too; the bus reads the folder again when asked."""
        _link_services(self.services, names)

    def tell_services(self, bus: BusClient, env: Mapping[str, str]) -> None:
        """Give services that start later this environment."""
        bus.reload()
        bus.update_environment(env)

    def _is_listening(self) -> bool:
        """Say whether it takes connections: the socket's file is there a moment earlier."""
        with socket.socket(socket.AF_UNIX) as trial:
            return trial.connect_ex(str(self._socket)) == 0

    def stop(self) -> None:
        """Stop it; what it started on demand ends with it."""
        self._program.stop()


def _link_services(folder: Path, names: Iterable[str]) -> None:
    wanted = {f"Name={name}" for name in names}
    for file in _SERVICES.glob("*.service"):
        if wanted & set(file.read_text().splitlines()):
            link = folder / file.name
            link.unlink(missing_ok=True)  # a bus that restarts
            link.symlink_to(file)


def session_variables(env: Mapping[str, str]) -> dict[str, str]:
    """Return what a program of another home needs to take part in this session."""
    kept = ("DISPLAY", "GDK_BACKEND", "GDK_SCALE", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE")
    return {name: value for name, value in env.items() if name in kept or name.startswith("DBUS_")}
