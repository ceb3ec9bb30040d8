"""Updating the running program to the next version: tray, window, download, replacement, restart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.update import Stage, UpdateFailure
from claudometer.present.messages.updates import FAILURES, MENU
from claudometer.system.installation import machine_name
from tests.desktop.claudometer import TITLE, installed
from tests.desktop.waiting import wait_for
from tests.updates.fake_appimage import write_program
from tests.updates.minisign import Signer
from tests.updates.releases import Releases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.claudometer import Claudometer
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

CHECK = "Check for Updates…"
OLD, NEW = "0.1.0", "0.2.0"
NAME = f"Claudometer-0.2.0-{machine_name().partition('-')[2]}.AppImage"


@dataclass
class Update:
    """An AppImage of 0.1.0 in the user's own folder, and a server that publishes 0.2.0."""

    app: Claudometer
    releases: Releases
    signer: Signer
    image: Path
    newer: bytes

    def publish(self, *, signer: Signer | None = None) -> None:
        signature = (signer or self.signer).sign(self.newer, file=NAME, version=NEW)
        self.releases.publish(NEW, NAME, self.newer, signature, platform=machine_name())

    def beside(self) -> list[str]:
        return [path.name for path in self.image.parent.iterdir()]

    def wait_for_version(self, version: str) -> int:
        """Wait until the running app has this version; return its process id."""

        def probe() -> int | None:
            ping = self.app.call("ping")
            return ping["pid"] if ping["version"] == version else None

        return wait_for(probe, what=f"an app of version {version}")


def wait_for_entry(app: Claudometer, label: str) -> None:
    """Wait until an entry of the menu begins like this."""
    app.tray.wait_for_menu(lambda menu: menu.find(label), what=label)


def has_loaded_pynacl(pid: int) -> bool:
    return "/nacl/" in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")


@pytest.fixture
def update(
    desktop: DesktopSession, home: PrivateHome, simulator: Simulator, tmp_path: Path
) -> Iterator[Update]:
    signer = Signer()
    programs = home.path / "Applications"
    programs.mkdir()
    image = programs / "Claudometer.AppImage"
    write_program(image, OLD, inside=tmp_path, public_key=signer.public_text)
    newer = write_program(tmp_path / NAME, NEW, inside=tmp_path, public_key=signer.public_text)
    with Releases() as releases:
        env = simulator.environment() | {"CLAUDOMETER_UPDATE_URL": releases.address}
        with installed(desktop, home, env, program=str(image)) as app:
            made = Update(app, releases, signer, image, newer.read_bytes())
            made.publish()
            yield made
            app.run("quit")  # the process after an update is not the one that was started here


def test_an_update_from_the_menu_to_the_running_new_version(update: Update) -> None:
    app = update.app.start()
    before = update.wait_for_version(OLD)
    assert update.releases.requests == []
    app.tray.click(CHECK)
    app.page.wait_for_text("Claudometer 0.2.0 is available.")
    wait_for_entry(app, "Update to 0.2.0…")
    app.page.click("Download and install")
    app.page.wait_for_text("Claudometer 0.2.0 is installed.")
    wait_for_entry(app, MENU[Stage.READY].format(version="0.2.0"))
    app.page.find("Restart now")  # visible without scrolling
    assert has_loaded_pynacl(before), "otherwise the test of what is loaded at the start could not fail"
    assert update.image.read_bytes() == update.newer
    assert update.beside() == [update.image.name]
    assert update.wait_for_version(OLD) == before, "nothing changes before the restart"
    app.page.click("Restart now")
    after = update.wait_for_version(NEW)
    assert after != before
    app.desktop.windows.wait_until_none(TITLE)
    sent = app.run_json("requests")["requests"]
    assert [request["outcome"] for request in sent if request["reason"] == "update"] == ["ok", "ok"]
    assert app.run("--version").stdout.split()[-1] == NEW
    app.tray.wait_until_shown()


def test_a_restart_from_a_moved_image_is_refused_until_it_is_moved_back(update: Update) -> None:
    app = update.app.start()
    before = update.wait_for_version(OLD)
    app.tray.click(CHECK)
    app.page.click("Download and install")
    wait_for_entry(app, MENU[Stage.READY].format(version="0.2.0"))
    elsewhere = update.image.rename(update.image.with_name("Elsewhere.AppImage"))
    app.page.click("Restart now")
    app.page.wait_for_text(FAILURES[UpdateFailure.IMAGE_GONE].title)
    assert update.wait_for_version(OLD) == before
    elsewhere.rename(update.image)
    app.tray.click(MENU[Stage.READY].format(version="0.2.0"))
    assert update.wait_for_version(NEW) != before


def test_a_signature_by_another_key_is_reported_in_the_window_and_the_menu(update: Update) -> None:
    update.publish(signer=Signer(b"\x09" * 8))
    before = update.image.read_bytes()
    app = update.app.start()
    app.tray.click(CHECK)
    app.page.wait_for_text(f"{FAILURES[UpdateFailure.WRONG_KEY].title} Nothing was installed.")
    wait_for_entry(app, MENU[Stage.REFUSED])
    assert update.releases.count(f"/{NAME}") == 0
    assert update.image.read_bytes() == before


def test_a_download_can_be_canceled_and_leaves_nothing_behind(update: Update) -> None:
    update.releases.pages[f"/{NAME}"].pace_s = 0.2
    before = update.image.read_bytes()
    app = update.app.start()
    app.tray.click(CHECK)
    app.page.click("Download and install")
    wait_for_entry(app, "Downloading Claudometer 0.2.0…")
    app.page.click("Cancel")
    app.page.wait_for_text("Claudometer 0.2.0 is available.")
    wait_for(lambda: update.beside() == [update.image.name], what="nothing left beside the image")
    assert update.image.read_bytes() == before


def test_the_next_start_removes_what_a_killed_download_left_behind(update: Update) -> None:
    leftover = update.image.with_name(f".{update.image.name}.abc123.tmp")
    leftover.write_bytes(b"half")
    other = update.image.with_name(".Other.AppImage.abc123.tmp")
    other.write_bytes(b"of another program")
    update.app.start()
    update.wait_for_version(OLD)
    wait_for(lambda: not leftover.exists(), what="the end of the leftover")
    assert other.exists()


def test_the_library_for_signatures_is_not_loaded_at_the_start(update: Update) -> None:
    app = update.app.start()
    pid = update.wait_for_version(OLD)
    app.wait_for_status("missing_credentials")
    assert not has_loaded_pynacl(pid)
