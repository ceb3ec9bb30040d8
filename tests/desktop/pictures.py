"""Takes the pictures for the README, and of every state: ``build/dev.py pictures``. Not a test.

The README's go into .github/pictures: an account of the simulator, and invented requests of a morning.
Those of every surface in every state, light and dark, with text of 100 % and 200 %, go into screenshots.
"""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from claudometer.domain.ledger import RequestRecord
from claudometer.domain.next_poll import Reason
from claudometer.present.messages.requests import WHYS
from tests.desktop import moving_picture
from tests.desktop.accessible import Role
from tests.desktop.claudometer import PROGRAM, Claudometer
from tests.desktop.contact_sheet import sheet
from tests.desktop.look import Look
from tests.desktop.made_up_weeks import leave_weeks
from tests.desktop.private_home import PrivateHome
from tests.desktop.program import Program
from tests.desktop.screenshots import count_vivid
from tests.desktop.session import open_desktop
from tests.desktop.state_pictures import take_states
from tests.desktop.test_alerts import displayed, use
from tests.desktop.waiting import wait_for
from tests.kept_requests import keep_requests
from tests.simulator import Simulator
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from tests.desktop.session import DesktopSession

PICTURES = Path(__file__).parents[2] / ".github" / "pictures"

PAINTING_S = 5.0
"""Painting a page of double density takes this long without a graphics card, with long pauses in between."""

MANY_PIXELS = 500
"""How many pixels of a painted page are vivid."""

FEW_TERMINAL_COLORS = 50

DEFAULTS = '{"schema_version": 2}'
"""Settings as a new user has them, with every alert on."""

WIDE = (1800, 1440)
"""Pixels of a window with the limits on the left, and the history on the right."""

PANEL_HEIGHT = 40
AROUND = 24
"""Pixels of the screen around a notification."""

OUT_OF_THE_WAY = (20, 1500)

TERMINAL = (
    "xterm",
    *("-fa", "DejaVu Sans Mono", "-fs", "17", "-geometry", "100x11+120+120", "-b", "28"),
    *("-bg", "#1a1816", "-fg", "#ece6dc", "-cr", "#1a1816", "-T", "Terminal", "+sb", "-bw", "0"),
)


def main() -> None:
    """Take all pictures, dark and light."""
    PICTURES.mkdir(exist_ok=True)
    _keep_icons()
    argv = (sys.executable, "-m", "tests.page.sheets")
    with subprocess.Popen(argv) as sheets:  # beside the desktop, which mostly waits
        with Simulator() as simulator:
            _take_all(simulator)
        print(moving_picture.take())  # noqa: T201 - a developer's tool
        for written in take_states():
            print(written)  # noqa: T201 - a developer's tool
        if sheets.wait():
            raise subprocess.CalledProcessError(sheets.returncode, argv)


def _keep_icons() -> None:
    sheet().quantize(128).save(PICTURES / "icons.png", optimize=True)


def _take_all(simulator: Simulator) -> None:
    for look in (Look(dark=True, scale=2), Look(dark=False, scale=2)):
        with open_desktop(look) as desktop:
            home = PrivateHome.create()
            look.write_gtk_settings(home.config)
            try:
                _take_app(desktop, home, simulator)
                if look.dark:
                    _take_watch(desktop, home)
            finally:
                home.remove()
            _take_alert(desktop, simulator)


def _take_app(desktop: DesktopSession, home: PrivateHome, simulator: Simulator) -> None:
    name = "dark" if desktop.look.dark else "light"
    write_login(home.path / ".claude")
    leave_weeks(home, simulator)
    # A new user's settings have the alerts on; their notifications would lie over the window.
    home.settings.write_text(DEFAULTS, encoding="utf-8")
    desktop.notifications.stop()
    app = Claudometer(desktop, home, simulator.environment()).start()
    try:
        app.tray.wait_for_menu(lambda menu: menu.find("Refresh now ·"), what="the numbers")
        _write_a_morning(home)
        _wait_until_still(desktop)
        _keep(desktop.tray_on_screen.save_menu_picture(f"menu-{name}"))
        app.open_window()
        app.page.find("Last 7 days", Role.TOGGLE_BUTTON, in_view=False)  # the graph comes after the numbers
        _take_window(app, f"window-{name}")
        narrow = app.window.content_box
        app.window.resize(*WIDE)
        app.page.click("Last 7 days", Role.TOGGLE_BUTTON)
        _take_window(app, f"history-{name}")
        app.window.resize(narrow[2] - narrow[0], narrow[3] - narrow[1])
        app.open_settings()
        _take_window(app, f"settings-{name}")
        app.page.click("Requests sent", Role.BUTTON)
        app.page.wait_for_text(WHYS[Reason.INTERVAL])
        _take_window(app, f"requests-{name}", has_color=False)
    finally:
        desktop.notifications.start()
        app.stop()
        app.disconnect()


def _take_alert(desktop: DesktopSession, simulator: Simulator) -> None:
    """Take the notification about a session that gets close to its limit.

    In a home of its own: an alert that came earlier in the same session does not come again.
    """
    home = PrivateHome.create()
    desktop.look.write_gtk_settings(home.config)
    write_login(home.path / ".claude")
    usage = simulator.account.usage
    home.settings.write_text(DEFAULTS, encoding="utf-8")
    desktop.devices.move_to(*OUT_OF_THE_WAY)
    app = Claudometer(desktop, home, simulator.environment())
    try:
        use(simulator, session=20.0)
        app.start().wait_for_status("ok")
        _wait_until_still(desktop)
        before = desktop.screenshots.grab().convert("RGB")
        use(simulator, session=76.0)
        app.run("refresh")
        wait_for(lambda: displayed(app) == 1, what="the notification")
        _wait_until_still(desktop)
        shown = desktop.screenshots.grab().convert("RGB")
        panel = 2 * PANEL_HEIGHT
        below = (0, panel, *shown.size)
        left, top, right, bottom = (
            ImageChops.difference(before.crop(below), shown.crop(below)).getbbox() or below
        )
        box = (left - AROUND, panel + top - AROUND, right + AROUND, panel + bottom + AROUND)
        name = "dark" if desktop.look.dark else "light"
        _keep(desktop.screenshots.save(f"alert-{name}", box))
    finally:
        app.stop()
        simulator.account.usage = usage
        home.remove()


def _take_window(app: Claudometer, name: str, *, has_color: bool = True) -> None:
    app.desktop.devices.move_to(*OUT_OF_THE_WAY)
    time.sleep(PAINTING_S)
    if has_color:
        wait_for(lambda: _is_painted(app), what="the painted page")
    _wait_until_still(app.desktop)
    _keep(app.desktop.screenshots.save(name, app.window.frame_box))


def _is_painted(app: Claudometer) -> bool:
    """Return whether the page is there: until then, the window has no color but grays."""
    return count_vivid(app.desktop.screenshots.grab(app.window.content_box)) > MANY_PIXELS


def _write_a_morning(home: PrivateHome) -> None:
    """Replace the recorded request to the simulator by those of an app that has run for some hours."""
    now = datetime.now(UTC)
    records = []
    for place in range(37, -1, -1):
        reason = (Reason.INTERVAL, Reason.BUDGET, Reason.QUIET, Reason.RESET_DUE)[place % 4]
        at = now - timedelta(minutes=5 * place)
        took = 0.24 + place % 5 / 10
        records.append(RequestRecord(at, "api.anthropic.com", "/api/oauth/usage", "ok", 200, took, reason))
    keep_requests(home.state / "claudometer", *records, alone=True)


def _take_watch(desktop: DesktopSession, home: PrivateHome) -> None:
    terminal = Program(
        (*TERMINAL, "-e", "sh", "-c", f"{PROGRAM} --demo watch"),
        env=desktop.env_for(home) | {"LANG": "C.UTF-8"},
        logs=home.logs,
    )
    desktop.devices.move_to(*OUT_OF_THE_WAY)
    terminal.start()
    try:
        (window,) = wait_for(desktop.windows.all, what="the terminal")
        wait_for(lambda: _count_colors(desktop, window.content_box) > FEW_TERMINAL_COLORS, what="its text")
        _wait_until_still(desktop)
        _keep(desktop.screenshots.save("watch", window.frame_box))
    finally:
        terminal.stop()


def _keep(picture: Path) -> None:
    """Save a picture for the README with 256 colors: a third of the size without a visible difference."""
    with Image.open(picture) as image:
        small = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(PICTURES / picture.name, optimize=True)


def _count_colors(desktop: DesktopSession, box: tuple[int, int, int, int]) -> int:
    return len(desktop.screenshots.grab(box).convert("RGB").getcolors(1 << 20) or ())


def _wait_until_still(desktop: DesktopSession) -> None:
    def is_still() -> bool:
        first = desktop.screenshots.grab().tobytes()
        return all(desktop.screenshots.grab().tobytes() == first for _ in range(4))

    wait_for(is_still, what="the screen to be still")


if __name__ == "__main__":
    main()
