"""The whole desktop: its parts are started in order, and stopped in the opposite order."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.desktop.app_process import AppProcess
from tests.desktop.bus_client import BusClient
from tests.desktop.input_devices import InputDevices
from tests.desktop.look import Look
from tests.desktop.notifications import Notifications
from tests.desktop.page import Page
from tests.desktop.panel import Panel
from tests.desktop.private_home import PrivateHome
from tests.desktop.screenshots import Screenshots
from tests.desktop.secret_service import SecretService
from tests.desktop.session_bus import SessionBus, session_variables
from tests.desktop.tray_on_screen import TrayOnScreen
from tests.desktop.tray_reader import TrayReader
from tests.desktop.wallpaper import paint_wallpaper
from tests.desktop.window_manager import WindowManager
from tests.desktop.windows import Windows
from tests.desktop.xserver import XServer


@dataclass(frozen=True)
class DesktopSession:
    """A desktop session: services to start and stop, and the means to see and use it."""

    look: Look
    env: Mapping[str, str]
    bus: BusClient
    session_bus: SessionBus
    panel: Panel
    notifications: Notifications
    secrets: SecretService
    windows: Windows
    devices: InputDevices
    screenshots: Screenshots

    def tray(self, item_id: str) -> TrayReader:
        """Return the reader of one application's tray icon."""
        return TrayReader(self.bus, item_id)

    @property
    def tray_on_screen(self) -> TrayOnScreen:
        """Return the tray as it appears on the screen."""
        return TrayOnScreen(self.session_bus.address, self.windows, self.devices, self.screenshots)

    def page(self, title: str) -> Page:
        """Return the page in the window with this title."""
        return Page(self.bus, self.devices, self.windows, title=title, scale=self.look.scale)

    def env_for(self, home: PrivateHome) -> dict[str, str]:
        """Return the environment of a program with this home in this session."""
        return home.env | session_variables(self.env)

    def run(
        self, argv: Sequence[str], home: PrivateHome, *, env: Mapping[str, str] | None = None
    ) -> AppProcess:
        """Start a program with this home; ``env`` adds to its environment. The caller must stop it."""
        program = AppProcess(argv, env=self.env_for(home) | dict(env or {}), logs=home.logs, name="app")
        program.start()
        return program

    @property
    def services(self) -> Path:
        """The folder with the services that the bus may start on demand."""
        return self.session_bus.services

    def restart_bus(self) -> None:
        """Replace the bus, as an update of it does: every client is disconnected."""
        self.panel.stop()
        self.session_bus.stop()
        self.session_bus.start()
        self.bus.reconnect()
        self.panel.start()

    def restore(self) -> None:
        """Start stopped services, unlock and empty the keyring, so that each test gets the same desktop."""
        for service in (self.panel, self.notifications, self.secrets):
            if not service.is_answering:
                service.start()
        self.secrets.unlock()
        self.secrets.clear()


@contextmanager
def open_desktop(look: Look, *, with_services: bool = True) -> Iterator[DesktopSession]:
    """Run a desktop; without services nothing hosts tray icons, shows notifications or stores secrets."""
    with ExitStack() as stack:
        home = PrivateHome.create()
        stack.callback(home.remove)
        look.write_gtk_settings(home.config)
        xserver = XServer(env=home.env, logs=home.logs, scale=look.scale)
        stack.callback(xserver.stop)
        xserver.start()
        session = _connect(home, xserver.display, look, stack)
        if with_services:
            session.panel.start()
            session.notifications.start()
            session.secrets.start()
        yield session


def _connect(home: PrivateHome, display: str, look: Look, stack: ExitStack) -> DesktopSession:
    session_bus = SessionBus(home, display=display)
    stack.callback(session_bus.stop)
    session_bus.start()
    env = session_bus.env | look.env
    bus = BusClient(session_bus.address)
    stack.callback(bus.close)
    window_manager = WindowManager(home, env=env, look=look)
    stack.callback(window_manager.stop)
    window_manager.start()
    paint_wallpaper(display, dark=look.dark)
    windows = Windows(display)
    stack.callback(windows.disconnect)
    session = DesktopSession(
        look=look,
        env=env,
        bus=bus,
        session_bus=session_bus,
        panel=Panel(home, env=env, look=look, bus=bus),
        notifications=Notifications(home, env=env, look=look, bus=bus),
        secrets=SecretService(home, env=env, bus=bus),
        windows=windows,
        devices=InputDevices(env=env),
        screenshots=Screenshots(display),
    )
    for service in (session.panel, session.notifications, session.secrets):
        stack.callback(service.stop)
    return session
