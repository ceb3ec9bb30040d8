"""The desktop of the tests itself: what is stopped is absent, and what is locked is locked."""

import subprocess
from pathlib import Path

import pytest
from jeepney import DBusAddress, DBusErrorResponse

from tests.desktop.look import Look
from tests.desktop.private_home import PrivateHome
from tests.desktop.session import DesktopSession, open_desktop
from tests.desktop.waiting import LONGEST_S, wait_for

pytestmark = pytest.mark.desktop
_THE_BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_SECRET = "kept-by-a-test"


@pytest.mark.parametrize(
    "name", ["org.kde.StatusNotifierWatcher", "org.freedesktop.Notifications", "org.freedesktop.secrets"]
)
def test_on_a_bare_desktop_a_service_is_absent_and_the_bus_cannot_start_one(
    bare_desktop: DesktopSession, name: str
) -> None:
    with pytest.raises(DBusErrorResponse, match="ServiceUnknown"):
        bare_desktop.bus.call(_THE_BUS, "StartServiceByName", "su", name, 0)


def test_services_can_be_started_and_stopped_during_a_test(bare_desktop: DesktopSession) -> None:
    for service in (bare_desktop.panel, bare_desktop.notifications, bare_desktop.secrets):
        service.start()
        assert service.is_answering
        service.stop()
        assert not service.is_answering


def test_the_panel_hosts_icons_again_after_its_restart(desktop: DesktopSession) -> None:
    first = desktop.bus.process_of("org.kde.StatusNotifierWatcher")
    desktop.panel.restart()
    assert desktop.panel.is_answering
    assert desktop.bus.process_of("org.kde.StatusNotifierWatcher") != first


def test_a_locked_keyring_reveals_nothing_until_it_is_unlocked(
    desktop: DesktopSession, home: PrivateHome
) -> None:
    env = desktop.env_for(home)
    _secret_tool(env, "store", "--label=test", "service", "harness", stdin=_SECRET)
    assert desktop.secrets.attributes_of_all()[0]["service"] == "harness"
    desktop.secrets.lock()
    assert _secret_tool(env, "lookup", "service", "harness") == ""
    desktop.secrets.unlock()
    assert _secret_tool(env, "lookup", "service", "harness") == _SECRET


def test_a_keyring_keeps_its_entries_when_restarted_and_loses_them_when_cleared(
    desktop: DesktopSession, home: PrivateHome
) -> None:
    env = desktop.env_for(home)
    _secret_tool(env, "store", "--label=test", "service", "harness", stdin=_SECRET)
    desktop.secrets.stop()
    desktop.secrets.start()
    assert _secret_tool(env, "lookup", "service", "harness") == _SECRET
    desktop.secrets.clear()
    assert desktop.secrets.attributes_of_all() == []


def test_no_process_and_no_file_outlives_the_desktop() -> None:
    with open_desktop(Look(dark=False)) as session:
        root = Path(session.env["HOME"]).parent
        assert _processes_of(root)
    wait_for(lambda: not _processes_of(root), what="the end of all its programs")
    assert not root.exists()


def _secret_tool(env: dict[str, str], *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        ("secret-tool", *arguments),
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    return done.stdout


def _processes_of(root: Path) -> list[str]:
    mark = f"HOME={root}/home".encode()
    return [path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if mark in _read(path)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""
