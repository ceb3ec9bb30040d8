"""A private session bus, on which only those services start that a test allows. Never the user's bus."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

from tests.desktop.bus_client import BusClient
from tests.desktop.bus_daemon import BusDaemon, bus_address
from tests.desktop.private_home import PrivateHome

_SERVICES = Path("/usr/share/dbus-1/services")
# The panel's settings, and the accessibility bus, over which windows are read. If the bus could start a
# notification service, a keyring or a portal, no test could do without one.
_STARTED_ON_DEMAND = ("org.xfce.Xfconf", "org.a11y.Bus")


class SessionBus:
    """The bus and its services; ``env`` is the environment of its clients."""

    def __init__(self, home: PrivateHome, *, display: str) -> None:
        self._home = home
        self.env = home.env | {
            "DISPLAY": display,
            "GDK_BACKEND": "x11",
            "XDG_CURRENT_DESKTOP": "XFCE",
            "XDG_SESSION_TYPE": "x11",
            "DBUS_SESSION_BUS_ADDRESS": bus_address(home, "bus"),
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={home.runtime}/no-system-bus",  # not the machine's
        }
        self._daemon = BusDaemon(home, name="bus", env=self.env)

    @property
    def address(self) -> str:
        """The address for clients."""
        return self._daemon.address

    @property
    def services(self) -> Path:
        """The folder with the services that the bus may start on demand."""
        return self._home.root / "services"

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.services.mkdir(exist_ok=True)
        _link_services(self.services, _STARTED_ON_DEMAND)
        folder = escape(str(self.services))
        self._daemon.start(more_config=f"  <type>session</type>\n  <servicedir>{folder}</servicedir>\n")

    def allow(self, names: Iterable[str]) -> None:
        """Let these services start on demand too, once the bus has reloaded its configuration."""
        _link_services(self.services, names)

    def tell_services(self, bus: BusClient, env: Mapping[str, str]) -> None:
        """Give services that start later this environment."""
        bus.reload()
        bus.update_environment(env)

    def stop(self) -> None:
        """Stop it, and with it every service that it started."""
        self._daemon.stop()


@contextmanager
def running_session_bus(*, display: str = "") -> Iterator[tuple[PrivateHome, SessionBus]]:
    """Run a session bus in a private home until the block ends."""
    with ExitStack() as stack:
        home = PrivateHome.create()
        stack.callback(home.remove)
        session_bus = SessionBus(home, display=display)
        stack.callback(session_bus.stop)
        session_bus.start()
        yield home, session_bus


def _link_services(folder: Path, names: Iterable[str]) -> None:
    wanted = {f"Name={name}" for name in names}
    for file in _SERVICES.glob("*.service"):
        if wanted & set(file.read_text().splitlines()):
            link = folder / file.name
            link.unlink(missing_ok=True)  # left from an earlier start of the bus
            link.symlink_to(file)


def session_variables(env: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a program with another home needs to take part in this session."""
    kept = ("DISPLAY", "GDK_BACKEND", "GDK_SCALE", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE")
    return {name: value for name, value in env.items() if name in kept or name.startswith("DBUS_")}
