"""Fixtures: one desktop for all tests here, restored after each of them, and a new home for each."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.desktop.claudometer import Claudometer, installed
from tests.desktop.look import Look
from tests.desktop.page import CRASHED, LEFT_BY_A_CRASH
from tests.desktop.private_home import PrivateHome
from tests.desktop.session import DesktopSession, open_desktop
from tests.simulator import Simulator
from tests.simulator.account import write_login
from tests.simulator.fixtures import simulator

__all__ = ["simulator"]


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Run a test again in which WebKit has crashed, and for no other reason."""
    causes = [CRASHED, LEFT_BY_A_CRASH]
    again = pytest.mark.flaky(reruns=1, only_rerun=causes)  # depends on WebKit's accessibility
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(again)


@pytest.fixture(scope="session")
def shared_desktop() -> Iterator[DesktopSession]:
    """Run the desktop that most tests use: dark, with panel, notifications and keyring."""
    with open_desktop(Look(dark=True)) as session:
        yield session


@pytest.fixture
def desktop(shared_desktop: DesktopSession) -> Iterator[DesktopSession]:
    """The shared desktop; afterwards what the test stopped, locked or stored is undone."""
    yield shared_desktop
    shared_desktop.restore()


@pytest.fixture
def bare_desktop() -> Iterator[DesktopSession]:
    """A desktop for this test, without panel, notification service and keyring; the test may start them."""
    with open_desktop(Look(dark=True), with_services=False) as session:
        yield session


@pytest.fixture
def home() -> Iterator[PrivateHome]:
    """A private home for the application under test, with the desktop's dark theme."""
    with_look = PrivateHome.create()
    Look(dark=True).write_gtk_settings(with_look.config)
    yield with_look
    with_look.remove()


@pytest.fixture
def app(desktop: DesktopSession, home: PrivateHome, simulator: Simulator) -> Iterator[Claudometer]:
    """Claudometer, not started yet, with the simulator in place of Claude's servers."""
    with installed(desktop, home, simulator.environment()) as program:
        yield program


@pytest.fixture
def bare_app(bare_desktop: DesktopSession, home: PrivateHome, simulator: Simulator) -> Iterator[Claudometer]:
    """Claudometer with a login, on a desktop without panel, notification service and keyring."""
    write_login(home.path / ".claude")
    with installed(bare_desktop, home, simulator.environment()) as program:
        yield program
