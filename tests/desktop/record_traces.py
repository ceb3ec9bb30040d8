"""Records the calls of real panels, as data for tests/ui/tray/test_on_the_bus.py. Run it by hand.

    python -m tests.desktop.record_traces

Writes `tests/ui/tray/traces/PANEL.json`: each call to the item and its menu, in order, while the icon
appears, changes, is clicked left, middle and right, scrolled over, and its menu is used.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.desktop.icon_finder import center, icons_in
from tests.desktop.look import Look
from tests.desktop.panels import LXQT, MATE
from tests.desktop.private_home import PrivateHome
from tests.desktop.session import open_desktop
from tests.desktop.test_tray import playing
from tests.desktop.waiting import wait_for
from tests.desktop.wayland import open_sway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.desktop.program import Program
    from tests.desktop.session import DesktopSession
    from tests.desktop.test_tray import Player

TRACES = Path(__file__).parents[1] / "ui/tray/traces"
STILL_S = 1.0
_OURS = ("/StatusNotifierItem", "/MenuBar")


def main() -> None:
    """Record all panels, or those that are named."""
    TRACES.mkdir(exist_ok=True)
    for name in sys.argv[1:] or _RECORDERS:
        _RECORDERS[name](name)


@contextmanager
def recorded(name: str, address: str, version: str) -> Iterator[None]:
    """Record the calls to our objects that pass over the bus during the block."""
    rules = [f"--match=type='method_call',path='{path}'" for path in _OURS]
    argv = ("stdbuf", "-oL", "busctl", f"--address={address}", "--json=short", *rules, "monitor")
    with tempfile.TemporaryFile("w+") as seen:
        monitor = subprocess.Popen(argv, stdout=seen, stderr=subprocess.DEVNULL)
        time.sleep(STILL_S)
        try:
            yield
        finally:
            monitor.terminate()
            monitor.wait()
        seen.seek(0)
        lines = [line for line in seen if line.endswith("}\n")]
    calls = [call for line in lines if (call := _call(json.loads(line)))]
    document = {"panel": version, "source": "recorded", "calls": calls}
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (TRACES / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(f"{name}: {len(calls)} calls")  # noqa: T201 - a program run by hand


def _call(message: dict[str, Any]) -> dict[str, Any] | None:
    if message["type"] != "method_call" or message["path"] not in _OURS:
        return None
    payload = message.get("payload") or {"type": "", "data": []}
    return {
        "path": message["path"],
        "interface": message["interface"],
        "method": message["member"],
        "type": payload["type"],
        "arguments": payload["data"],
    }


def use(player: Player, click: Callable[[int], None], close_menu: Callable[[], None]) -> None:
    """Change the icon and the menu, and use them as a person does."""
    player.until("host True")
    time.sleep(STILL_S)
    for scene in ("moved", "longer", "other"):
        player.play(scene)
        time.sleep(STILL_S / 2)
    for button in (1, 2, 4, 3):
        click(button)
        time.sleep(STILL_S)
    player.play("60")  # while the menu is open
    time.sleep(STILL_S)
    close_menu()
    time.sleep(STILL_S)


def version_of(package: str) -> str:
    """Return the name and version of a package."""
    query = ("dpkg-query", "-W", "-f", "${Package} ${Version}", package)
    return subprocess.run(query, capture_output=True, text=True, check=True).stdout


def record_x11(name: str, start: Callable[[DesktopSession, PrivateHome], Program | None]) -> None:
    """Record a panel under Xvfb."""
    home = PrivateHome.create()
    with open_desktop(Look(dark=True), with_services=False) as desktop:
        address = desktop.session_bus.address
        with (
            recorded(name, address, version_of(name)),
            started(lambda: start(desktop, home)),
            playing(desktop, home) as player,
        ):

            def click(button: int) -> None:
                if name != "mate-panel":
                    place = center(wait_for(lambda: icons_in(desktop.screenshots.grab()), what="icon")[0])
                    desktop.devices.click(*place, button=button)

            use(player, click, lambda: desktop.devices.press("Down", "Down", "Return"))
    home.remove()


@contextmanager
def started(start: Callable[[], Program | None]) -> Iterator[None]:
    """Run the panel during the block."""
    panel = start()
    try:
        yield
    finally:
        if panel is not None:
            panel.stop()


def record_xfce(name: str) -> None:
    """Record the panel that most tests use."""
    record_x11(name, lambda desktop, _home: desktop.panel.start())


def record_lxqt(name: str) -> None:
    """Record LXQt's panel."""
    record_x11(name, lambda desktop, home: LXQT.program(desktop, home).start())


def record_mate(name: str) -> None:
    """Record MATE's panel without clicks, because that of Debian 12 draws no item."""
    record_x11(name, lambda desktop, home: MATE.program(desktop, home).start())


def record_waybar(name: str) -> None:
    """Record waybar in sway."""
    home = PrivateHome.create()
    with open_sway() as sway:
        address = sway.session_bus.address
        with (
            recorded(name, address, version_of(name)),
            started(sway.waybar().start),
            playing(sway, home) as player,
        ):

            def click(button: int) -> None:
                place = center(wait_for(lambda: icons_in(sway.grab()), what="icon")[0])
                sway.pointer.move_to(*place)
                if button == 4:
                    sway.pointer.scroll(1)
                else:
                    sway.pointer.click(*place, button=button)

            use(player, click, lambda: sway.pointer.click(1200, 60))
    home.remove()


_RECORDERS = {
    "xfce4-panel": record_xfce,
    "lxqt-panel": record_lxqt,
    "mate-panel": record_mate,
    "waybar": record_waybar,
}

if __name__ == "__main__":
    main()
