"""A headless Wayland desktop: sway, with waybar as its panel. No X server, no Xwayland."""

from __future__ import annotations

import io
import json
import os
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from tests.desktop.app_process import AppProcess
from tests.desktop.bus_client import BusClient
from tests.desktop.program import Program
from tests.desktop.screenshots import screenshots_folder
from tests.desktop.session_bus import SessionBus, running_session_bus
from tests.desktop.tray_reader import TrayReader
from tests.desktop.waiting import LONGEST_S, wait_for
from tests.desktop.wayland_pointer import WaylandPointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.desktop.private_home import PrivateHome

SIZE = (1280, 800)
_SWAY = f"output HEADLESS-1 resolution {SIZE[0]}x{SIZE[1]}\n"
_HEADLESS = {
    "WLR_BACKENDS": "headless",
    "WLR_RENDERER": "pixman",
    "WLR_LIBINPUT_NO_DEVICES": "1",
}
_NOT_ROOT = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""sway refuses to run as root, as whom tests run in a container."""

_STYLE = "* { font-size: 12px; } window { background: #222222; }\n"


@dataclass(frozen=True)
class WaylandSession:
    """A session in sway: its bus, and the means to see and click."""

    env: Mapping[str, str]
    bus: BusClient
    session_bus: SessionBus
    home: PrivateHome
    pointer: WaylandPointer

    def run(
        self, argv: Sequence[str], home: PrivateHome, *, env: Mapping[str, str] | None = None
    ) -> AppProcess:
        """Start a program with this home. The caller must stop it."""
        program = AppProcess(argv, env=home.env | self._shared | dict(env or {}), logs=home.logs, name="app")
        program.start()
        return program

    def tray(self, item_id: str) -> TrayReader:
        """Return the reader of one application's tray icon."""
        return TrayReader(self.bus, item_id)

    def waybar(self, *, position: str = "top") -> Program:
        """Return a panel, not started yet."""
        config = {
            "position": position,
            "height": 30,
            "modules-right": ["tray"],
            "tray": {"icon-size": 22, "spacing": 10},
        }
        paths = (self.home.config / f"waybar-{position}.json", self.home.config / "waybar.css")
        for path, text in zip(paths, (json.dumps(config), _STYLE), strict=True):
            path.write_text(text, encoding="utf-8")
        argv = ("waybar", "-c", str(paths[0]), "-s", str(paths[1]))
        return Program(argv, env=self.env, logs=self.home.logs, name=f"waybar-{position}")

    def grab(self) -> Image.Image:
        """Return a picture of the screen."""
        done = subprocess.run(
            ("grim", "-t", "ppm", "-"), env=dict(self.env), capture_output=True, check=True, timeout=LONGEST_S
        )
        return Image.open(io.BytesIO(done.stdout)).convert("RGB")

    def save(self, name: str) -> Path:
        """Save a picture of the screen under this name, for people to look at; return the file."""
        path = screenshots_folder() / f"{name}.png"
        self.grab().save(path, optimize=True)
        return path

    @property
    def _shared(self) -> dict[str, str]:
        """The variables that a program with another home needs to take part in this session."""
        names = ("WAYLAND_DISPLAY", "GDK_BACKEND", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE")
        kept = {name: self.env[name] for name in names} | {
            name: value for name, value in self.env.items() if name.startswith("DBUS_")
        }
        # A full path, since the display's socket is in the runtime folder of the desktop's home.
        return kept | {"WAYLAND_DISPLAY": str(self.home.runtime / kept["WAYLAND_DISPLAY"])}


@contextmanager
def open_sway() -> Iterator[WaylandSession]:
    """Run sway with a private bus, without a panel."""
    with ExitStack() as stack:
        home, session_bus = stack.enter_context(running_session_bus())
        env = {name: value for name, value in session_bus.env.items() if name != "DISPLAY"} | {
            "GDK_BACKEND": "wayland",
            "XDG_CURRENT_DESKTOP": "sway",
            "XDG_SESSION_TYPE": "wayland",
        }
        sway = _sway(home, env)
        stack.callback(sway.stop)
        sway.start()
        env["WAYLAND_DISPLAY"] = _socket(home.runtime, "wayland-[0-9]").name
        bus = BusClient(session_bus.address)
        stack.callback(bus.close)
        pointer = WaylandPointer(home.runtime / env["WAYLAND_DISPLAY"], size=SIZE)
        stack.callback(pointer.close)
        yield WaylandSession(env, bus, session_bus, home, pointer)


def _sway(home: PrivateHome, env: Mapping[str, str]) -> Program:
    config = home.config / "sway.conf"
    config.write_text(_SWAY, encoding="utf-8")
    argv = ("sway", "-c", str(config))
    return Program(
        (*_NOT_ROOT, *argv) if os.geteuid() == 0 else argv,
        env={**env, **_HEADLESS},
        logs=home.logs,
        name="sway",
    )


def _socket(folder: Path, pattern: str) -> Path:
    return wait_for(lambda: next(iter(folder.glob(pattern)), None), what=f"sway's {pattern}")
