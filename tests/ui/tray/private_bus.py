"""A session bus with nothing on it but the icon and a client of the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from jeepney import DBusAddress, DBusErrorResponse

from tests.desktop.bus_client import BusClient, Value
from tests.desktop.session_bus import SessionBus, running_session_bus
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.private_home import PrivateHome

ROOT = Path(__file__).parents[3]
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


class IconOnBus:
    """The script that shows the icon, its bus, and a client on that bus."""

    def __init__(self, session_bus: SessionBus, home: PrivateHome) -> None:
        self.session_bus = session_bus
        self.home = home
        self.bus = BusClient(session_bus.address)
        self._output = home.logs / "item.out"
        with self._output.open("ab") as output:
            self.process = subprocess.Popen(
                (sys.executable, "-m", "tests.ui.tray.item_script"),
                env={**session_bus.env, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "app")])},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.find()

    def find(self) -> None:
        """Find the item, once it is on the bus. On a new bus it has a new name."""
        self.name = wait_for(self._find, what="the item", timeout_s=60)
        self.item = DBusAddress("/StatusNotifierItem", self.name, ITEM)
        self.menu = DBusAddress("/MenuBar", self.name, MENU)

    def _find(self) -> str | None:
        for name in self.bus.connections_of(self.process.pid):
            with suppress(DBusErrorResponse):
                self.bus.properties(DBusAddress("/StatusNotifierItem", name, ITEM))
                return name
        return None

    @property
    def output(self) -> str:
        """Everything that the script has printed."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def until(self, words: str, *, count: int = 1, timeout_s: float = 60.0) -> str:
        """Wait until the script has printed ``words`` ``count`` times; return its output."""
        wait_for(lambda: self.output.count(words) >= count, what=repr(words), timeout_s=timeout_s)
        return self.output

    def tell(self, command: str, argument: object = None) -> None:
        """Send the script a command, and wait until it has carried it out."""
        before = self.output.count(f"done {command}\n")
        self.send(command, argument)
        self.until(f"done {command}\n", count=before + 1)

    def send(self, command: str, argument: object = None) -> None:
        """Send the script a command."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([command, argument]) + "\n")
        self.process.stdin.flush()

    def layout(self, parent: int = 0, depth: int = -1, names: tuple[str, ...] = ()) -> Value:
        """Return the menu as a panel reads it: (id, properties, children)."""
        return self.bus.call(self.menu, "GetLayout", "iias", parent, depth, list(names))[1]

    def numbers(self) -> dict[str, int]:
        """Return the ids of all menu entries, by label."""
        found: dict[str, int] = {}

        def visit(node: Value) -> None:
            number, properties, children = node
            if "label" in properties:
                found[properties["label"][1]] = number
            for _signature, child in children:
                visit(child)

        visit(self.layout())
        return found

    def close(self) -> None:
        """End the script, then disconnect the client."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.terminate()
        self.process.wait(10)
        self.bus.close()


@contextmanager
def icon_on_bus() -> Iterator[IconOnBus]:
    """Run a bus with the icon on it."""
    with running_session_bus() as (home, session_bus):
        icon = IconOnBus(session_bus, home)
        try:
            yield icon
        finally:
            icon.close()
