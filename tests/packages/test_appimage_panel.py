"""The AppImage on a whole desktop: its icon in a real panel, its menu, its window, and its end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from PIL import ImageChops

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
"""Of 255; the calmest of the gauges, green on dark, has 100, paper and letters less than 30."""


@pytest.fixture(params=LOOKS, ids=lambda look: look.name)
def desktop(request: pytest.FixtureRequest) -> Iterator[DesktopSession]:
    """Run a dark desktop, then a light one."""
    with open_desktop(request.param) as session:
        yield session


@pytest.fixture
def home(desktop: DesktopSession) -> Iterator[PrivateHome]:
    """Give the AppImage a home of its own, dark or light like the desktop."""
    made = PrivateHome.create()
    desktop.look.write_gtk_settings(made.config)
    yield made
    made.remove()


def vivid(picture: Image) -> int:
    """Count the pixels that are neither panel nor paper nor figures, but of a gauge."""
    _hue, saturation, value = picture.convert("HSV").split()
    return sum(ImageChops.darker(saturation, value).histogram()[VIVID:])


def is_painted(desktop: DesktopSession, box: Box) -> bool:
    """Say whether the page shows its gauges and has stopped changing."""
    first = desktop.screenshots.grab(box)
    time.sleep(0.5)
    return vivid(first) > 500 and first.tobytes() == desktop.screenshots.grab(box).tobytes()


@pytest.mark.flaky(reruns=1)  # the panel opens and draws the menu whose picture is taken
def test_its_icon_is_in_the_panel_with_menu_and_window(
    appimage: Path, desktop: DesktopSession, home: PrivateHome
) -> None:
    app = desktop.run([str(appimage), "--demo"], home, env=WITHOUT_FUSE)
    tray = desktop.tray("claudometer")
    try:
        item = tray.wait_until_shown(timeout_s=60)
        assert len(item.pixmaps) > 1
        menu = tray.wait_for_menu(lambda menu: menu.find("Session: "), what="the demo's numbers")
        assert "(demo)" in menu.labels[0]
        wait_for(lambda: vivid(desktop.tray_on_screen.picture()) > 10, what="a coloured ring on the panel")
        desktop.tray_on_screen.save_menu_picture(f"appimage-menu-{desktop.look.name}")
        tray.click("Open Settings")
        window = desktop.windows.wait_for("Claudometer", timeout_s=60)
        page = desktop.page("Claudometer")
        page.wait_for_text("from demo data")
        page.disconnect()
        box = window.frame_box
        wait_for(lambda: is_painted(desktop, box), what="a painted page", timeout_s=30)
        desktop.screenshots.save(f"appimage-window-{desktop.look.name}", box)
        tray.click("Quit")
        assert app.wait_until_ended(timeout_s=30) == 0, app.output
    finally:
        app.stop()
    assert desktop.tray("claudometer").find() is None
    assert "Traceback" not in app.output
