"""Takes the pictures for the README from the demo: ``python -m tests.desktop.pictures``. Not a test."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.desktop.claudometer import PROGRAM, Claudometer
from tests.desktop.look import Look
from tests.desktop.private_home import PrivateHome
from tests.desktop.program import Program
from tests.desktop.session import open_desktop
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from tests.desktop.session import DesktopSession

PAINTING_S = 2.0
"""Drawn by the processor alone, a page of double density takes its time, and is still for long in between."""

OUT_OF_THE_WAY = (20, 1500)

TERMINAL = (
    "xterm",
    *("-fa", "DejaVu Sans Mono", "-fs", "22", "-geometry", "78x12+120+120", "-b", "28"),
    *("-bg", "#1a1816", "-fg", "#ece6dc", "-cr", "#1a1816", "-T", "Terminal", "+sb", "-bw", "0"),
)


def main() -> None:
    """Take them all, dark and light."""
    for look in (Look(dark=True, scale=2), Look(dark=False, scale=2)):
        with open_desktop(look) as desktop:
            home = PrivateHome.create()
            look.write_gtk_settings(home.config)
            try:
                _take_app(desktop, home)
                if look.dark:
                    _take_terminal(desktop, home, "watch")
                    _take_terminal(desktop, home, "status")
            finally:
                home.remove()


def _take_app(desktop: DesktopSession, home: PrivateHome) -> None:
    name = "dark" if desktop.look.dark else "light"
    app = Claudometer(desktop, home, {}).start("--demo")
    try:
        app.tray.wait_for_menu(lambda menu: menu.find("Session: "), what="the demo's numbers")
        _wait_until_still(desktop)
        desktop.tray_on_screen.save_menu_picture(f"menu-{name}")
        app.open_settings().wait_for_text("Updated ")
        desktop.devices.move_to(*OUT_OF_THE_WAY)
        time.sleep(PAINTING_S)
        desktop.screenshots.save(f"window-{name}", app.window.frame_box)
    finally:
        app.stop()
        app.disconnect()


def _take_terminal(desktop: DesktopSession, home: PrivateHome, command: str) -> None:
    shown = f"{PROGRAM} --demo {command}; sleep 60"
    terminal = Program(
        (*TERMINAL, "-e", "sh", "-c", shown), env=desktop.env_for(home) | {"LANG": "C.UTF-8"}, logs=home.logs
    )
    desktop.devices.move_to(*OUT_OF_THE_WAY)
    terminal.start()
    try:
        (window,) = wait_for(desktop.windows.all, what="the terminal")
        wait_for(lambda: _colours(desktop, window.content_box) > 50, what="something in the terminal")
        _wait_until_still(desktop)
        desktop.screenshots.save(command, window.frame_box)
    finally:
        terminal.stop()


def _colours(desktop: DesktopSession, box: tuple[int, int, int, int]) -> int:
    return len(desktop.screenshots.grab(box).convert("RGB").getcolors(1 << 20) or ())


def _wait_until_still(desktop: DesktopSession) -> None:
    def is_still() -> bool:
        first = desktop.screenshots.grab().tobytes()
        return all(desktop.screenshots.grab().tobytes() == first for _ in range(4))

    wait_for(is_still, what="the screen to be still")


if __name__ == "__main__":
    main()
