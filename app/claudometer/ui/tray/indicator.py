"""The icon on Linux: pystray's indicator with some behavior replaced. Import after ``toolkit.load_gtk``.

What pystray 0.19.5 does on real desktops, and this class avoids:

- it calls a notification service at start and end, and without one fails or waits 25 s;
- it lets SIGINT end the process at once, and swallows exceptions of its drawing code;
- it builds a new menu for every change and every click, which closes an open menu;
- it shows one picture from a temporary file with a predictable name, which panels scale.
"""

from __future__ import annotations

import logging
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

log = logging.getLogger(__name__)

NAME_OF_PROGRAM = "claudometer"
"""The icon that a package installs for the program. It shows no number."""


class Indicator(pystray.Icon):  # type: ignore[misc] # pystray has no types
    """A StatusNotifierItem. UI thread only, before the loop runs or inside it."""

    def __init__(self, name: str, dispatch: Dispatch, icon_folder: Path) -> None:
        self._files = IconFiles(icon_folder)
        self._lines = GtkMenu(dispatch)
        self._has_picture = True
        super().__init__(name)
        self._appindicator.set_icon_theme_path(str(icon_folder))

    def paint(self, model: IconModel) -> None:
        """Show a picture and its tooltip."""
        self.title = model.tooltip
        self.icon = model
        self.visible = True

    def has_picture(self) -> bool:
        """Return whether the files of the picture were written, and are still there."""
        return self._has_picture and self._files.is_whole()

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
        # Setting the menu publishes the item on the bus, so title and status have to be set before.
        self._appindicator.set_title(self.title)
        self._appindicator.set_status(AppIndicator.IndicatorStatus.ACTIVE)
        self._appindicator.set_menu(self._lines.widget)

    def _hide(self) -> None:
        self._appindicator.set_status(AppIndicator.IndicatorStatus.PASSIVE)

    def _update_icon(self) -> None:
        model: IconModel = self.icon
        self._appindicator.set_icon_full(self._write(model), model.tooltip)
        self._icon_valid = True

    def _write(self, model: IconModel) -> str:
        """Return the name of the picture; that of the program's own icon, if no picture can be written."""
        try:
            name = self._files.write(model)
        except OSError as error:
            if self._has_picture:
                log.warning("the icon's picture cannot be written: %s", error)
            self._has_picture = False
            return NAME_OF_PROGRAM
        self._has_picture = True
        return name

    def _update_title(self) -> None:
        self._appindicator.set_title(self.title)

    def _update_menu(self) -> None:
        """Do nothing: only ``list_entries`` changes the menu."""


def _nothing_to_set_up(_icon: object) -> None:
    """Replace pystray's own set-up, which would show the icon from another thread."""
