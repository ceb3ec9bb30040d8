"""Reads a tray icon and clicks in its menu over D-Bus, as a panel does."""

from collections.abc import Callable
from dataclasses import dataclass

from jeepney import DBusAddress, DBusErrorResponse
from PIL import Image

from tests.desktop.bus_client import BusClient
from tests.desktop.panel import WATCHER
from tests.desktop.tray_menu import MenuEntry
from tests.desktop.waiting import wait_for

_ITEM = "org.kde.StatusNotifierItem"
_MENU = "com.canonical.dbusmenu"


@dataclass(frozen=True)
class TrayItem:
    """The properties of an icon."""

    bus_name: str
    item_id: str
    title: str
    status: str
    icon_description: str
    tooltip: str
    label: str
    item_is_menu: bool
    menu_path: str
    pixmaps: tuple[tuple[int, int, bytes], ...]

    def pictures(self) -> list[Image.Image]:
        """Return the icon's pictures, in the order in which they were sent."""
        return [_picture(*pixmap) for pixmap in self.pixmaps]


class TrayReader:
    """The tray icon of one application, found by its id."""

    def __init__(self, bus: BusClient, item_id: str) -> None:
        self._bus = bus
        self._item_id = item_id

    def find(self) -> TrayItem | None:
        """Return the icon if it is registered and not hidden."""
        shown = (item for item in all_items(self._bus) if item.item_id == self._item_id)
        return next((item for item in shown if item.status != "Passive"), None)

    def wait_until_shown(self) -> TrayItem:
        """Wait for the icon."""
        return wait_for(self.find, what=f"the tray icon {self._item_id!r}")

    def wait_until_gone(self) -> None:
        """Wait until the icon is gone."""
        wait_for(lambda: not self.find(), what=f"the tray icon {self._item_id!r} to go")

    def activate(self, method: str = "Activate") -> None:
        """Make the call of a panel for a click on the icon with the left or the middle button."""
        item = self.wait_until_shown()
        self._bus.call(DBusAddress("/StatusNotifierItem", item.bus_name, _ITEM), method, "ii", 10, 10)

    def provide_token(self, token: str) -> None:
        """Send an activation token, as panels on Wayland do before a click."""
        item = self.wait_until_shown()
        target = DBusAddress("/StatusNotifierItem", item.bus_name, _ITEM)
        self._bus.call(target, "ProvideXdgActivationToken", "s", token)

    def menu(self) -> MenuEntry:
        """Return the menu, which appears a moment after the icon."""
        return wait_for(self._read_menu, what=f"the menu of the tray icon {self._item_id!r}")

    def _read_menu(self) -> MenuEntry | None:
        target = self._menu_target()
        try:
            _revision, layout = self._bus.call(target, "GetLayout", "iias", 0, -1, [])
        except DBusErrorResponse:
            return None
        return MenuEntry.from_layout(layout)

    def wait_for_menu(self, is_wanted: Callable[[MenuEntry], object], *, what: str) -> MenuEntry:
        """Wait until the menu is as wanted; otherwise the error shows how it was."""
        try:
            return wait_for(lambda: self._menu_if(is_wanted), what=what)
        except TimeoutError as late:
            raise TimeoutError(f"{late}; the menu was\n{self.menu()}") from late

    def click(self, label: str) -> None:
        """Choose the entry that begins with this label, with the calls of a panel."""
        wait_for(lambda: self._try_click(label), what=f"a menu entry {label!r} to click")

    def icon(self, size: int) -> Image.Image:
        """Return the picture that a panel with room for ``size`` pixels would choose.

        That is the smallest that fills the room, or if none does, the largest.
        """
        pictures = self.wait_until_shown().pictures()
        large_enough = [picture for picture in pictures if picture.height >= size]
        if large_enough:
            return min(large_enough, key=lambda picture: picture.height)
        return max(pictures, key=lambda picture: picture.height)

    def _menu_target(self) -> DBusAddress:
        item = self.wait_until_shown()
        return DBusAddress(item.menu_path, item.bus_name, _MENU)

    def _menu_if(self, is_wanted: Callable[[MenuEntry], object]) -> MenuEntry | None:
        menu = self.menu()
        return menu if is_wanted(menu) else None

    def _try_click(self, label: str) -> bool:
        target = self._menu_target()
        self._bus.call(target, "AboutToShow", "i", 0)
        entry = self.menu().find(label)
        if entry is None or not entry.enabled:
            return False
        try:
            self._bus.call(target, "Event", "isvu", entry.number, "clicked", ("i", 0), 0)
        except DBusErrorResponse:  # the menu changed between reading and clicking: try again
            return False
        return True


def all_items(bus: BusClient) -> list[TrayItem]:
    """Return every icon that the panel hosts."""
    try:
        names = bus.properties(WATCHER)["RegisteredStatusNotifierItems"]
    except DBusErrorResponse:  # there is no panel, or it ended meanwhile
        return []
    return [item for name in names if (item := _read_item(bus, name))]


def _read_item(bus: BusClient, name: str) -> TrayItem | None:
    bus_name, slash, path = name.partition("/")
    try:
        values = bus.properties(DBusAddress(slash + path, bus_name, _ITEM))
    except DBusErrorResponse:  # its program ended meanwhile
        return None
    return TrayItem(
        bus_name=bus_name,
        item_id=values["Id"],
        title=values.get("Title", ""),
        status=values["Status"],
        icon_description=values.get("IconAccessibleDesc", ""),
        tooltip=values["ToolTip"][2],
        label=values.get("XAyatanaLabel", ""),
        item_is_menu=values["ItemIsMenu"],
        menu_path=values["Menu"],
        pixmaps=tuple((width, height, bytes(data)) for width, height, data in values["IconPixmap"]),
    )


def _picture(width: int, height: int, argb: bytes) -> Image.Image:
    alpha, red, green, blue = (argb[place::4] for place in range(4))
    bands = [Image.frombytes("L", (width, height), band) for band in (red, green, blue, alpha)]
    return Image.merge("RGBA", bands)
