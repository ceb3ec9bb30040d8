"""Pictures of the real desktop in more states than the README shows: to be looked at. Not a test.

Part of ``build/dev.py pictures``; alone: ``python -m tests.desktop.state_pictures``. Writes into screenshots.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image

from tests.desktop.accessible import Role
from tests.desktop.claudometer import PROGRAM, Claudometer
from tests.desktop.large_text import large_text
from tests.desktop.look import Look
from tests.desktop.private_home import PrivateHome
from tests.desktop.program import Program
from tests.desktop.screenshots import count_vivid, screenshots_folder
from tests.desktop.session import open_desktop
from tests.desktop.waiting import wait_for
from tests.page.sheets import arranged
from tests.simulator import Simulator
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tests.desktop.session import DesktopSession

PAINTING_S = 2.0
"""Painting a page takes this long without a graphics card."""

OUT_OF_THE_WAY = (20, 750)

PANEL_READS_S = 1.0
"""How long a panel may take to read a changed menu: GTK does not make an open one wider."""


class MenuState(NamedTuple):
    """A menu: what the simulator plays, and the status that the app has then."""

    name: str
    scenario: str
    status: str


MENUS = (
    MenuState("numbers", "normal", "ok"),
    MenuState("many limits", "many", "ok"),
    MenuState("no limits", "empty", "unreadable"),
    MenuState("waiting", "rate_limited", "rate_limited"),
    MenuState("logged out", "revoked", "unauthorized"),
    MenuState("Cloudflare", "challenge", "challenged"),
    MenuState("server error", "server_error", "server_error"),
    MenuState("no login", "no login", "missing_credentials"),
)

TERMINALS = (
    ("status", "doctor", "requests", "accounts"),
    ("--help",),
    ("doctor --help",),
    ("statusline --help",),
)
"""The commands in each picture of a terminal."""

WIDTHS = {60: 9, 80: 9, 120: 9, 200: 6}
"""The columns of further terminals, and the size of their letters: the screen has 1,280 pixels."""

IN_EACH_WIDTH = ("status", "history --days 3 --limit session", "alerts", "guard")


def take_states() -> list[str]:
    """Take menus and windows, light and dark; return what was written."""
    with Simulator() as simulator:
        return [name for dark in (False, True) for name in _take(simulator, Look(dark=dark))]


def _take(simulator: Simulator, look: Look) -> Iterator[str]:
    with open_desktop(look) as desktop:
        menus = [(state.name, _menu(desktop, simulator, state)) for state in MENUS]
        yield _save(f"menus-{look.name}", arranged(menus, columns=4))
        terminals = [(" ".join(commands), _terminal(desktop, commands)) for commands in TERMINALS]
        yield _save(f"terminal-{look.name}", arranged(terminals, columns=len(terminals)))
        wide = [
            (f"{columns} columns", _terminal(desktop, IN_EACH_WIDTH, columns, size))
            for columns, size in WIDTHS.items()
        ]
        yield _save(f"columns-{look.name}", arranged(wide, columns=2))
        with large_text(desktop):
            yield _save(f"large-text-{look.name}", arranged(list(_large(desktop, simulator)), columns=5))
    with open_desktop(look, with_services=False) as desktop:
        yield _save(f"question-{look.name}", _question(desktop, simulator))


def _menu(desktop: DesktopSession, simulator: Simulator, state: MenuState) -> Image.Image:
    simulator.play("normal" if state.scenario in {"many", "no login"} else state.scenario)
    if state.scenario == "many":
        simulator.account.usage = _many_limits
    with _app(desktop, simulator, with_login=state.scenario != "no login") as app:
        desktop.devices.move_to(*OUT_OF_THE_WAY)  # a tooltip would take the click
        app.start()
        app.wait_for_status(state.status)
        time.sleep(PANEL_READS_S)
        with Image.open(desktop.tray_on_screen.save_menu_picture("menu")) as picture:
            return picture.convert("RGB")


@contextmanager
def _app(
    desktop: DesktopSession,
    simulator: Simulator,
    *,
    with_login: bool = True,
    first_start: bool = False,
) -> Iterator[Claudometer]:
    """Return the program of a new user, not started yet."""
    home = PrivateHome.create(first_start=first_start)
    desktop.look.write_gtk_settings(home.config)
    if with_login:
        write_login(home.path / ".claude")
    app = Claudometer(desktop, home, simulator.environment())
    try:
        yield app
    finally:
        app.stop()
        app.disconnect()
        if desktop.panel.is_answering:
            app.tray.wait_until_gone()
        home.remove()


def _large(desktop: DesktopSession, simulator: Simulator) -> Iterator[tuple[str, Image.Image]]:
    """Take the pages of the real window with text of 200 %."""
    simulator.play("normal")
    with _app(desktop, simulator, with_login=False, first_start=True) as app:
        app.start()
        app.page.wait_for_text("See how much")
        yield "welcome", _window(app)
    with _app(desktop, simulator) as app:
        app.start()
        app.wait_for_status("ok")
        app.open_window()
        app.page.wait_for_text("Refreshed")
        yield "usage", _window(app)
        app.open_settings()
        yield "settings", _window(app)
        app.page.click("Requests sent", Role.BUTTON)
        yield "requests", _window(app, least_vivid=-1)


def _window(app: Claudometer, *, least_vivid: int = 100) -> Image.Image:
    app.desktop.devices.move_to(*OUT_OF_THE_WAY)
    time.sleep(PAINTING_S)
    wait_for(lambda: count_vivid(_grab(app)) > least_vivid, what="the painted page")
    return _grab(app)


def _grab(app: Claudometer) -> Image.Image:
    return app.desktop.screenshots.grab(app.window.frame_box).convert("RGB")


def _question(desktop: DesktopSession, simulator: Simulator) -> Image.Image:
    """Take the window on a desktop without a tray, with the question that it asks before it closes."""
    simulator.play("normal")
    with _app(desktop, simulator) as app:
        app.launch()
        app.wait_for_page()
        app.page.wait_for_text("Refreshed")
        _window(app)
        app.window.close()
        wait_for(lambda: len(desktop.windows.all()) > 1, what="the question")
        time.sleep(PAINTING_S)
        return desktop.screenshots.grab(app.window.frame_box).convert("RGB")


def _terminal(
    desktop: DesktopSession, commands: Sequence[str], columns: int = 82, size: int = 9
) -> Image.Image:
    home = PrivateHome.create()
    done = home.root / "done"
    colors = ("#1a1816", "#ece6dc") if desktop.look.dark else ("#ffffff", "#1a1816")
    shown = "; ".join(f"{PROGRAM} --demo {command}" for command in commands)
    argv = (
        *("xterm", "-fa", "DejaVu Sans Mono", "-fs", f"{size}", "-geometry", f"{columns}x45+0+0"),
        *("-b", "14", "+sb"),
        *("-bg", colors[0], "-fg", colors[1], "-T", "Terminal", "-bw", "0"),
        *("-e", "sh", "-c", f"{shown}; touch {done}; sleep 60"),
    )
    terminal = Program(argv, env=desktop.env_for(home) | {"LANG": "C.UTF-8"}, logs=home.logs)
    terminal.start()
    try:
        (window,) = wait_for(desktop.windows.all, what="the terminal")
        wait_for(done.exists, what="the end of the commands", timeout_s=300)
        before, still = b"", 0
        while still < 2:  # seconds: the terminal may still be painting
            time.sleep(1)
            now = desktop.screenshots.grab(window.content_box).tobytes()
            before, still = now, still + 1 if now == before else 0
        return desktop.screenshots.grab(window.content_box).convert("RGB")
    finally:
        terminal.stop()
        home.remove()


def _many_limits(now: datetime) -> dict[str, Any]:
    later = (now + timedelta(days=4)).isoformat()

    def limit(kind: str, percent: float, model: str | None = None) -> dict[str, Any]:
        scope = model and {"model": {"id": None, "display_name": model}, "surface": None}
        return {"kind": kind, "percent": percent, "resets_at": later, "scope": scope}

    models = {"Fable": 66, "Haiku": 9, "Opus": 78, "A model with a name that is too long": 104}
    return {
        "limits": [
            limit("session", 42),
            limit("weekly_all", 93),
            *(limit("weekly_scoped", percent, name) for name, percent in models.items()),
        ]
    }


def _save(name: str, picture: Image.Image) -> str:
    path = screenshots_folder() / f"{name}.png"
    picture.save(path)
    return str(path)


if __name__ == "__main__":
    for written in take_states():
        print(written)  # noqa: T201 - a developer's tool
