"""Tests the AppImage on a real desktop: its icon in the panel, its menu, its window, and Quit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from PIL import ImageChops

from claudometer.present.messages.menu import DEMO_NUMBERS
from tests.desktop.look import Look
from tests.desktop.private_home import PrivateHome
from tests.desktop.session import open_desktop
from tests.desktop.waiting import wait_for
from tests.packages.bare_root import WITHOUT_FUSE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL.Image import Image

    from tests.desktop.screenshots import Box
    from tests.desktop.session import DesktopSession

pytestmark = [pytest.mark.packages, pytest.mark.timeout(600)]

LOOKS = (Look(dark=True), Look(dark=False))
VIVID = 80
"""Saturation and value, of 255, of a gauge's pixels: the least vivid gauge has 100, all else less than 30."""


@pytest.fixture(params=LOOKS, ids=lambda look: look.name)
def desktop(request: pytest.FixtureRequest) -> Iterator[DesktopSession]:
    """A dark desktop, then a light desktop."""
    with open_desktop(request.param) as session:
        yield session


@pytest.fixture
def home(desktop: DesktopSession) -> Iterator[PrivateHome]:
    """A private home folder with the desktop's dark or light theme."""
    made = PrivateHome.create()
    desktop.look.write_gtk_settings(made.config)
    yield made
    made.remove()


def vivid(picture: Image) -> int:
    """Return the number of pixels that are as vivid as a gauge."""
    _hue, saturation, value = picture.convert("HSV").split()
    return sum(ImageChops.darker(saturation, value).histogram()[VIVID:])


def is_painted(desktop: DesktopSession, box: Box) -> bool:
    """Return whether the page shows its gauges and no longer changes."""
    first = desktop.screenshots.grab(box)
    time.sleep(0.5)
    return vivid(first) > 500 and first.tobytes() == desktop.screenshots.grab(box).tobytes()


def test_icon_menu_and_window_work_on_a_desktop(
    appimage: Path, desktop: DesktopSession, home: PrivateHome
) -> None:
    app = desktop.run([str(appimage), "--demo"], home, env=WITHOUT_FUSE)
    tray = desktop.tray("claudometer")
    try:
        item = tray.wait_until_shown()
        assert len(item.pixmaps) > 1
        menu = tray.wait_for_menu(lambda menu: menu.find("Refresh now ·"), what="the demo's numbers")
        assert menu.labels[0] == DEMO_NUMBERS
        wait_for(lambda: vivid(desktop.tray_on_screen.picture()) > 10, what="a colored ring on the panel")
        desktop.tray_on_screen.save_menu_picture(f"appimage-menu-{desktop.look.name}")
        tray.click("Open Claudometer")
        window = desktop.windows.wait_for("Claudometer")
        page = desktop.page("Claudometer")
        page.wait_for_text("· demo data")
        page.disconnect()
        box = window.frame_box
        wait_for(lambda: is_painted(desktop, box), what="a painted page")
        desktop.screenshots.save(f"appimage-window-{desktop.look.name}", box)
        tray.click("Quit")
        assert app.wait_until_ended() == 0, app.output
    finally:
        app.stop()
    assert desktop.tray("claudometer").find() is None
    assert "Traceback" not in app.output
