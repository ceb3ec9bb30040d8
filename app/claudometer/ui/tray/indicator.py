"""The icon on Linux: pystray's indicator with its rough edges covered. Import after ``toolkit.load_gtk``.

What is covered, each seen on a real desktop (pystray 0.19.5):

- it asks for a notification service at start and end, and fails or waits 25 s without one;
- it sets SIGINT to end the process at once, and swallows exceptions of its drawing code;
- it builds a new menu for each change and each click, which closes the menu in the user's hand;
- it shows one picture from a predictable temporary file, which panels then scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pystray
from gi.repository import GLib

from claudometer.ui.tray.gtk_menu import GtkMenu
from claudometer.ui.tray.icon_files import IconFiles

try:
    from gi.repository import AyatanaAppIndicator3 as AppIndicator
except ImportError:  # the older name of the same library
    from gi.repository import AppIndicator3 as AppIndicator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.present.icon import IconModel
    from claudometer.present.menu import Entry
    from claudometer.ui.tray.gtk_menu import Dispatch

    Setup = Callable[[object], None]


class Indicator(pystray.Icon):  # type: ignore[misc] # pystray has no types
    """A StatusNotifierItem. All methods belong to the UI thread, before the loop runs or inside it."""

    def __init__(self, name: str, dispatch: Dispatch, icon_folder: Path) -> None:
        self._files = IconFiles(icon_folder)
        self._lines = GtkMenu(dispatch)
        super().__init__(name)
        self._appindicator.set_icon_theme_path(str(icon_folder))

    def paint(self, model: IconModel) -> None:
        """Show a picture and its line of text."""
        self.title = model.tooltip
        self.icon = model
        self.visible = True

    def list_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show these menu entries."""
        self._lines.show(entries)

    def run(self, setup: Setup | None = None) -> None:
        """Run GTK's loop until ``stop``."""
        super().run(setup or _nothing_to_set_up)

    def _run(self) -> None:
        self._loop = GLib.MainLoop.new(None, False)
        self._initialize()
        try:
            self._loop.run()
        finally:
            self._finalize()

    def _initialize(self) -> None:
        self._mark_ready()

    def _finalize(self) -> None:
        self.visible = False
        self._files.remove()

    def _stop(self) -> None:
        self._loop.quit()

    def _show(self) -> None:
        # The item appears on the bus with its menu, so the menu comes after what it is to show.
        self._appindicator.set_title(self.title)
        self._appindicator.set_status(AppIndicator.IndicatorStatus.ACTIVE)
        self._appindicator.set_menu(self._lines.widget)

    def _hide(self) -> None:
        self._appindicator.set_status(AppIndicator.IndicatorStatus.PASSIVE)

    def _update_icon(self) -> None:
        model: IconModel = self.icon
        self._appindicator.set_icon_full(self._files.write(model), model.tooltip)
        self._icon_valid = True

    def _update_title(self) -> None:
        self._appindicator.set_title(self.title)

    def _update_menu(self) -> None:
        """Do nothing: the menu is changed by ``list_entries`` alone."""


def _nothing_to_set_up(_icon: object) -> None:
    """Take the place of pystray's own set-up, which shows the icon from another thread."""
