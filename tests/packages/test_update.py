"""Tests that the real AppImage updates itself to the next version over HTTP, and restarts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.system.installation import machine_name
from tests.desktop.claudometer import Claudometer
from tests.desktop.conftest import desktop, home, shared_desktop
from tests.desktop.waiting import wait_for
from tests.packages.bare_root import WITHOUT_FUSE
from tests.packages.repacking import Repacking
from tests.sentences import title
from tests.simulator.fixtures import simulator
from tests.updates.minisign import Signer
from tests.updates.releases import Releases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.simulator import Simulator

__all__ = ["desktop", "home", "shared_desktop", "simulator"]

pytestmark = [pytest.mark.packages, pytest.mark.timeout(1200)]  # building packages takes minutes

OLD, NEW = "1.0.0", "1.1.0"
NAME = f"Claudometer-{NEW}-{machine_name().partition('-')[2]}.AppImage"


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """The folder in which AppImages unpack themselves."""
    folder = tmp_path / "unpacked"
    folder.mkdir()
    return folder


@pytest.fixture
def app(
    appimage: Path,
    desktop: DesktopSession,
    home: PrivateHome,
    simulator: Simulator,
    tmp_path: Path,
    unpacked: Path,
) -> Iterator[Claudometer]:
    """An installed AppImage of version 1.0.0, and a release server with 1.1.0."""
    signer = Signer()
    repacking = Repacking(appimage, tmp_path)
    image = repacking.pack(home.path / "Claudometer.AppImage", OLD, public_key=signer.public_text)
    newer = repacking.pack(tmp_path / NAME, NEW, public_key=signer.public_text).read_bytes()
    with Releases() as releases:
        signature = signer.sign(newer, file=NAME, version=NEW)
        releases.publish(NEW, NAME, newer, signature, platform=machine_name())
        env = simulator.environment() | WITHOUT_FUSE | {"CLAUDOMETER_UPDATE_URL": releases.address}
        env["TMPDIR"] = str(unpacked)
        program = Claudometer(desktop, home, env, program=str(image))
        yield program
        program.run("quit")
        program.stop()
        program.disconnect()
        assert "Traceback" not in program.log, program.log


def version_of(app: Claudometer) -> str:
    return str(app.call("ping")["version"])


def test_the_appimage_updates_itself_and_restarts(app: Claudometer, unpacked: Path) -> None:
    assert app.run("--version").stdout.split()[-1] == OLD
    app.start()
    assert version_of(app) == OLD
    assert title(ErrorCode.SESSION_KEY_MISSING) in app.run("status").stdout, (
        "the end of the command must not remove the files of the running app"
    )
    app.tray.click("Check for Updates…")
    app.page.wait_for_text(f"Claudometer {NEW} is available.")
    app.page.click("Download and install")
    app.page.wait_for_text(f"Claudometer {NEW} is installed.")
    assert version_of(app) == OLD
    app.page.click("Restart now")
    wait_for(lambda: version_of(app) == NEW, what="the new version")
    app.tray.wait_until_shown()
    assert app.run("--version").stdout.split()[-1] == NEW
    app.run("quit")
    wait_for(lambda: not list(unpacked.iterdir()), what="the unpacked files to be removed")
