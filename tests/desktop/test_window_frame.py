"""The window's frame: on the screen before pywebview and WebKit are loaded, and then filled by them."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from claudometer.ui.window.frame import GROUND_DARK, GROUND_LIGHT, SIZE
from claudometer.ui.window.web_process import BY_PROCESSOR
from tests.desktop.large_text import large_text
from tests.desktop.look import Look
from tests.desktop.opened_window import ROOT, TITLE, Opened
from tests.desktop.process_tree import command_line, cpu_seconds, environment, family_of, is_waiting
from tests.desktop.waiting import wait_for
from tests.desktop.wayland import open_sway
from tests.page.scenarios import SCENARIOS
from tests.ui.window.scripted_app import ScriptedApp

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

pytestmark = pytest.mark.desktop


def color_inside(desktop: DesktopSession) -> str:
    """Return the color in the middle of the window, as CSS writes it."""
    left, top, right, bottom = desktop.windows.wait_for(TITLE).content_box
    return color_at(desktop.screenshots.grab(), ((left + right) // 2, (top + bottom) // 2))


def color_at(picture: Image.Image, place: tuple[int, int]) -> str:
    """Return the color of a pixel, as CSS writes it."""
    pixel = picture.convert("RGB").getpixel(place)
    assert isinstance(pixel, tuple)
    return "#" + "".join(f"{part:02x}" for part in pixel)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_frame_is_shown_in_its_color_while_pywebview_loads(
    desktop: DesktopSession, home: PrivateHome, tmp_path: Path, *, dark: bool
) -> None:
    Look(dark=dark).write_gtk_settings(home.config)
    with Opened(desktop, home, "calm", "--hold", str(tmp_path / "go")) as window:
        frame = desktop.windows.wait_for(TITLE)
        wait_for(lambda: color_inside(desktop) == (GROUND_DARK if dark else GROUND_LIGHT), what="its color")
        assert frame.size == SIZE
        assert frame.wm_class == ("claudometer", "Claudometer")
        assert not window.requested("settings")
        (tmp_path / "go").touch()
        window.ready()
        assert [one.number for one in desktop.windows.titled(TITLE)] == [frame.number]


def test_text_that_grows_with_all_else_leaves_the_window_its_size(
    desktop: DesktopSession, home: PrivateHome
) -> None:
    """Plasma sets this beside GDK_SCALE=2, where it draws everything twice as large on X11."""
    with large_text(desktop), Opened(desktop, home, "calm", env={"GDK_DPI_SCALE": "0.5"}):
        assert desktop.windows.wait_for(TITLE).size == SIZE


def colors_of_frame(screen: Image.Image) -> set[str]:
    """Return the colors where sway shows the frame: in the middle, or from sway 1.10 on at the left."""
    return {color_at(screen, (640, 400)), color_at(screen, (200, 400))}


@pytest.mark.panels("sway", "grim")
def test_the_frame_is_shown_on_wayland_while_pywebview_loads(home: PrivateHome, tmp_path: Path) -> None:
    """A Wayland compositor shows a window only once it is painted."""
    calm = SCENARIOS["calm"]
    argv = [sys.executable, "-m", "tests.desktop.window_script", str(home.runtime / "app")]
    with (
        closing(ScriptedApp(home.runtime / "app", calm.snapshot, calm.form)) as app,
        open_sway() as sway,
        ExitStack() as stack,
    ):
        window = sway.run([*argv, "--hold", str(tmp_path / "go")], home, env={"PYTHONPATH": str(ROOT)})
        stack.callback(window.stop)
        wait_for(lambda: GROUND_DARK in colors_of_frame(sway.grab()), what="the frame in its color")
        assert ("settings", {}) not in app.requested
        (tmp_path / "go").touch()
        wait_for(lambda: ("settings", {}) in app.requested, what="the page")


def test_a_page_that_does_not_change_is_not_drawn_again(desktop: DesktopSession, home: PrivateHome) -> None:
    def spent_in(seconds: float) -> float:
        """Return the processor time that the window and its children use in this time, in seconds."""
        before = sum(map(cpu_seconds, family_of(process)))
        time.sleep(seconds)
        return sum(map(cpu_seconds, family_of(process))) - before

    with Opened(desktop, home, "calm") as window:
        window.ready()
        process = desktop.windows.wait_for(TITLE).pid
        # On a busy machine, what waits for its turn to draw uses no time either.
        wait_for(
            lambda: all(map(is_waiting, family_of(process))) and spent_in(0.5) < 0.05,
            what="the end of the first drawing",
        )
        assert spent_in(3) < 0.25, "while a scrollbar fades it is 0.9 s"


def test_webkit_paints_by_the_processor(desktop: DesktopSession, home: PrivateHome) -> None:
    with Opened(desktop, home, "calm") as window:
        window.ready()
        processes = family_of(desktop.windows.wait_for(TITLE).pid)
        painter = next(pid for pid in processes if command_line(pid)[0].endswith("WebKitWebProcess"))
        assert f"{BY_PROCESSOR}=1" in environment(painter)


def test_a_window_closed_while_pywebview_loads_ends_with_it(
    desktop: DesktopSession, home: PrivateHome, tmp_path: Path
) -> None:
    with Opened(desktop, home, "calm", "--hold", str(tmp_path / "go")) as window:
        desktop.windows.wait_for(TITLE).close()
        (tmp_path / "go").touch()
        assert window.program.wait_until_ended() == 0
        assert "Error" not in window.program.output


def test_the_window_still_opens_with_a_pywebview_that_is_built_differently(
    desktop: DesktopSession, home: PrivateHome
) -> None:
    with Opened(desktop, home, "calm", "--refuse") as window:
        window.ready()
        wait_for(lambda: len(desktop.windows.titled(TITLE)) == 1, what="one window")
        desktop.windows.wait_for(TITLE).close()
        assert window.program.wait_until_ended() == 0
