"""The icon on macOS and Windows, with pystray's own menu and picture. UI thread only."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import pystray
from PIL import Image

from claudometer.present.menu_entries import Entry, Kind
from claudometer.ui.tray.drawing import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.present.alerts import Bubble
    from claudometer.present.icon import IconModel
    from claudometer.present.menu_entries import Dispatch


_log = logging.getLogger(__name__)

PIXELS = 44
"""Twice the height of a menu bar, for screens of double density."""

LONGEST_TITLE = 127
"""Windows has room for 128 characters, including the final NUL."""


class PlainIcon:
    """An icon in the menu bar or the notification area."""

    def __init__(self, name: str, dispatch: Dispatch, icon_class: Callable[[str], pystray.Icon]) -> None:
        self._dispatch = dispatch
        self._icon = icon_class(name)

    def paint(self, model: IconModel) -> None:
        """Show a picture and its tooltip."""
        self._icon.title = model.tooltip[:LONGEST_TITLE]
        # pystray takes an image of Pillow, which is loaded only on these systems.
        drawn = draw(model, PIXELS)
        self._icon.icon = Image.frombytes("RGBA", (drawn.side, drawn.side), drawn.rgba())

    def list_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show these menu entries."""
        self._icon.menu = pystray.Menu(*(self._item(entry) for entry in entries))

    def notify(self, bubble: Bubble, on_taken: Callable[[bool], None]) -> None:
        """Show a notification without buttons, and report whether the system took it."""
        try:
            self._icon.notify(bubble.body, bubble.title)
        except Exception:  # noqa: BLE001 - barrier: pystray raises whatever the system's own calls do
            _log.warning("the system did not take a notification", exc_info=True)
            on_taken(False)
        else:
            on_taken(True)

    def run(self) -> None:
        """Run the system's loop until ``stop``."""
        self._icon.run()

    def stop(self) -> None:
        """End the loop."""
        self._icon.stop()

    def take_activation_token(self) -> None:
        """Return ``None``: only Wayland has such tokens."""

    def _item(self, entry: Entry) -> pystray.MenuItem:
        if entry.kind is Kind.SEPARATOR:
            return pystray.Menu.SEPARATOR
        return pystray.MenuItem(
            _escaped(entry.text),
            self._target(entry),
            checked=None if entry.checked is None else lambda _item: bool(entry.checked),
            radio=entry.checked is not None,
        )

    def _target(self, entry: Entry) -> pystray.Menu | Callable[[], None]:
        if entry.kind is Kind.SUBMENU:
            return pystray.Menu(*(self._item(child) for child in entry.children))

        def clicked() -> None:
            if entry.action is not None:
                self._dispatch(entry.action, entry.value)

        return clicked


def _escaped(text: str) -> str:
    """Double each "&" on Windows, where a single one marks a keyboard shortcut."""
    return text.replace("&", "&&") if sys.platform == "win32" else text
