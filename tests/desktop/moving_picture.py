"""Takes the README's moving picture: icon, menu, numbers, settings. Not a test.

Part of ``build/dev.py pictures``; alone: ``python -m tests.desktop.moving_picture``. Each frame is real.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from tests.desktop.accessible import Role
from tests.desktop.claudometer import Claudometer
from tests.desktop.look import Look
from tests.desktop.made_up_weeks import leave_weeks
from tests.desktop.private_home import PrivateHome
from tests.desktop.screenshots import count_vivid
from tests.desktop.session import open_desktop
from tests.desktop.waiting import wait_for
from tests.simulator import Simulator
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desktop.session import DesktopSession

FILE = Path(__file__).parents[2] / ".github" / "pictures" / "claudometer.gif"

LOOK = Look(dark=True, scale=2)
WIDTH = 760
"""Pixels of the picture; the screen has more."""

WIDE = 540
"""Points of the screen, from its right edge, that are in the picture."""

FROM_RIGHT, FROM_TOP = 502, 40
"""Where the window is moved to, below the icon, in points."""

SHOWN_MS = (1400, 2600, 3200, 2600, 2600)
"""How long each frame is shown."""

PAINTING_S = 5.0
NOTIFICATION_S = 15.0
"""By then the notification about the session's pace, which would cover the menu, is gone."""

FEW_COLORS = 300
VIVID = 4000
"""How many pixels of numbers or settings are vivid, at least. Before they are drawn, far fewer are."""

ANOTHER_PAGE = 0.04
"""The share of the pixels in which two pages differ, at least."""

OUT_OF_THE_WAY = (20, 1500)


def take() -> Path:
    """Take the frames and write the picture; return the file."""
    with Simulator() as simulator, open_desktop(LOOK) as desktop:
        home = PrivateHome.create()
        LOOK.write_gtk_settings(home.config)
        home.settings.write_text('{"schema_version": 2}', encoding="utf-8")  # alerts as they come
        write_login(home.path / ".claude")
        leave_weeks(home, simulator)
        app = Claudometer(desktop, home, simulator.environment())
        try:
            frames = _frames(desktop, app)
        finally:
            app.stop()
            app.disconnect()
            home.remove()
    return _write(frames)


def _frames(desktop: DesktopSession, app: Claudometer) -> list[Image.Image]:
    desktop.devices.move_to(*OUT_OF_THE_WAY)
    app.start().wait_for_status("ok")
    time.sleep(NOTIFICATION_S)
    frames = [desktop.screenshots.grab()]
    desktop.tray_on_screen.open_menu()
    time.sleep(1)
    frames.append(desktop.screenshots.grab())
    desktop.tray_on_screen.close_menu()
    place = (frames[0].width - LOOK.scale * FROM_RIGHT, LOOK.scale * FROM_TOP)
    before: Image.Image | None = None
    for show, vivid in _steps(app):
        show()
        app.window.move(*place)
        desktop.devices.move_to(*OUT_OF_THE_WAY)
        time.sleep(PAINTING_S)
        before = wait_for(partial(_painted, desktop, app, vivid, before), what="the painted page")
        frames.append(desktop.screenshots.grab())
    left = frames[0].width - LOOK.scale * WIDE
    area = (left, 0, frames[0].width, frames[0].height)
    return [frame.convert("RGB").crop(area) for frame in frames]


def _steps(app: Claudometer) -> tuple[tuple[Callable[[], object], int], ...]:
    """Return what leads to each further frame, and how many of its pixels are vivid at least.

    Each waits for all that the frame shows.
    """

    def open_window() -> None:
        app.open_window()
        app.page.find("Last 7 days", Role.TOGGLE_BUTTON, in_view=False)  # the graph comes after the numbers

    def check() -> None:
        app.page.click("Check this computer", Role.BUTTON)
        app.page.wait_for_text("Everything works.")

    return (open_window, VIVID), (app.open_settings, VIVID), (check, 0)


def _painted(
    desktop: DesktopSession, app: Claudometer, least_vivid: int, before: Image.Image | None
) -> Image.Image | None:
    """Return the window once it shows another page than ``before``, and that is painted."""
    shown = desktop.screenshots.grab(app.window.content_box).convert("RGB")
    is_full = len(shown.getcolors(1 << 24) or ()) > FEW_COLORS and count_vivid(shown) >= least_vivid
    return shown if is_full and (before is None or _differs(shown, before)) else None


def _differs(one: Image.Image, other: Image.Image) -> bool:
    """Return whether they show different pages, not only a different scrollbar or time."""
    histogram = ImageChops.difference(one, other).convert("L").histogram()
    return sum(histogram[16:]) > sum(histogram) * ANOTHER_PAGE


def _write(frames: list[Image.Image]) -> Path:
    height = WIDTH * frames[0].height // frames[0].width
    small = [frame.resize((WIDTH, height), Image.Resampling.LANCZOS) for frame in frames]
    drawn = [
        frame.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE) for frame in small
    ]
    drawn[0].save(
        FILE, save_all=True, append_images=drawn[1:], duration=list(SHOWN_MS), loop=0, optimize=True
    )
    return FILE


if __name__ == "__main__":
    print(take())  # noqa: T201 - a developer's tool
