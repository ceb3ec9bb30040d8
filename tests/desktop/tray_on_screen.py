"""The tray on the screen: where it is, what it looks like, and its menu, opened with the mouse."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.desktop.bus_monitor import monitor_calls
from tests.desktop.input_devices import InputDevices
from tests.desktop.screenshots import Box, Screenshots
from tests.desktop.waiting import wait_for
from tests.desktop.windows import Windows

_TRAY_CLASS = "Wrapper-2.0"  # the program in which the panel runs its tray
_MARGIN = 24
_MENU = "com.canonical.dbusmenu"
_OPENED = {"AboutToShow", "AboutToShowGroup"}
"""What a panel calls when it opens the menu of an icon, and not when it opens its own."""

_OPENING_S = 5.0
"""After which another menu than the icon's is closed, and the icon clicked again."""


@dataclass(frozen=True)
class TrayOnScreen:
    """Works only while the application under test has the only icon in the tray."""

    bus_address: str
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
        """Click the icon with the right button until its menu is drawn, and return the menu's place.

        One click may not do. xfce4-panel opens its own menu as long as it has not read that of the icon
        (``sn_button_button_press`` in its ``sn-button.c``), and GTK closes a menu again if the button of the
        mouse is released half a second after it was pressed, as happens on a busy computer.
        """
        return wait_for(self._try_to_open_menu, what="the icon's menu on the screen")

    def _try_to_open_menu(self) -> Box | None:
        with monitor_calls(self.bus_address, _MENU) as calls:
            self.click(3)
            with suppress(TimeoutError):
                wait_for(
                    lambda: self._menu_box() and _OPENED & set(calls.methods()),
                    what="the icon's menu",
                    timeout_s=_OPENING_S,
                )
                wait_for(self._is_still, what="the menu to stop moving")
                return self._menu_box()
        if self._menu_box():
            self.close_menu()
        return None

    def close_menu(self) -> None:
        """Close the menu without choosing anything."""
        self.devices.press("Escape")
        wait_for(lambda: not self._menu_box(), what="the menu to close")

    def save_menu_picture(self, name: str) -> Path:
        """Open the menu, save a picture of it with the end of the panel above it, and close it."""
        box = self.open_menu()
        try:
            left, _top, _right, bottom = box
            around = (left - _MARGIN, 0, self.screenshots.grab().width, bottom + _MARGIN)
            return self.screenshots.save(name, around)
        finally:
            self.close_menu()

    def _menu_box(self) -> Box | None:
        return self.windows.menu_box_of_class(_TRAY_CLASS)

    def _is_still(self) -> bool:
        first = self.screenshots.grab()
        return first.tobytes() == self.screenshots.grab().tobytes()
