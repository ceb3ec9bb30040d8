"""The tray on the screen: where it is, what it looks like, and its menu, opened with the mouse."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.desktop.input_devices import InputDevices
from tests.desktop.screenshots import Box, Screenshots
from tests.desktop.waiting import wait_for
from tests.desktop.windows import Windows

_TRAY_CLASS = "Wrapper-2.0"  # the program in which the panel runs its tray
_MARGIN = 24


@dataclass(frozen=True)
class TrayOnScreen:
    """Works only while the application under test has the only icon in the tray."""

    windows: Windows
    devices: InputDevices
    screenshots: Screenshots

    @property
    def box(self) -> Box:
        """The place of the icon."""
        return wait_for(lambda: self.windows.box_of_class(_TRAY_CLASS), what="the tray on the screen")

    def picture(self) -> Image.Image:
        """Return a picture of the icon, with the panel behind it."""
        return self.screenshots.grab(self.box)

    def click(self, button: int) -> None:
        """Click the icon: 1 is the left button, 2 the middle, 3 the right."""
        left, top, right, bottom = self.box
        self.devices.click((left + right) // 2, (top + bottom) // 2, button=button)

    def open_menu(self) -> Box:
        """Click the icon with the right button, wait until the menu is drawn, and return its place."""
        self.click(3)
        box = wait_for(lambda: self.windows.menu_box_of_class(_TRAY_CLASS), what="the menu on the screen")
        wait_for(self._is_still, what="the menu to stop moving")
        return box

    def close_menu(self) -> None:
        """Close the menu without choosing anything."""
        self.devices.press("Escape")
        wait_for(lambda: not self.windows.menu_box_of_class(_TRAY_CLASS), what="the menu to close")

    def save_menu_picture(self, name: str) -> Path:
        """Open the menu, save a picture of it with the end of the panel above it, and close it."""
        box = self.open_menu()
        try:
            left, _top, _right, bottom = box
            around = (left - _MARGIN, 0, self.screenshots.grab().width, bottom + _MARGIN)
            return self.screenshots.save(name, around)
        finally:
            self.close_menu()

    def _is_still(self) -> bool:
        first = self.screenshots.grab()
        return first.tobytes() == self.screenshots.grab().tobytes()
