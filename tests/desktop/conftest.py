"""One desktop for all tests here, calm again after each of them; a fresh home for each."""

from collections.abc import Iterator

import pytest

from tests.desktop.claudometer import Claudometer
from tests.desktop.look import Look
from tests.desktop.private_home import PrivateHome
from tests.desktop.session import DesktopSession, open_desktop
from tests.simulator import Simulator
from tests.simulator.fixtures import simulator

__all__ = ["simulator"]


@pytest.fixture(scope="session")
def shared_desktop() -> Iterator[DesktopSession]:
    """Run the desktop that most tests use: dark, with panel, notifications and keyring."""
    with open_desktop(Look(dark=True)) as session:
        yield session


@pytest.fixture
def desktop(shared_desktop: DesktopSession) -> Iterator[DesktopSession]:
    """Lend the desktop to one test, and put right afterwards what it stopped, locked or stored."""
    yield shared_desktop
    shared_desktop.restore()


@pytest.fixture
def bare_desktop() -> Iterator[DesktopSession]:
    """Run a desktop of its own without panel, notification service and keyring; the test may start them."""
    with open_desktop(Look(dark=True), with_services=False) as session:
        yield session


@pytest.fixture
def home() -> Iterator[PrivateHome]:
    """Give the application under test a home of its own, dark like the desktop."""
    with_look = PrivateHome.create()
    Look(dark=True).write_gtk_settings(with_look.config)
    yield with_look
    with_look.remove()


@pytest.fixture
def app(desktop: DesktopSession, home: PrivateHome, simulator: Simulator) -> Iterator[Claudometer]:
    """Give one user Claudometer, not started yet, with the simulator in the place of Claude's servers."""
    program = Claudometer(desktop, home, simulator.environment())
    yield program
    program.stop()
    program.disconnect()
    assert "Traceback" not in program.log, program.log
