"""The windows on the display, asked and treated as a window manager's taskbar does."""

from typing import Any, TypeAlias

from Xlib import X, error
from Xlib.display import Display
from Xlib.protocol.event import ClientMessage

from tests.desktop.screenshots import Box
from tests.desktop.waiting import wait_for

XObject: TypeAlias = Any  # python-xlib is not typed


class Window:
    """One top-level window of an application."""

    def __init__(self, display: XObject, number: int) -> None:
        self._display = display
        self._window = display.create_resource_object("window", number)
        self.number = number

    def __repr__(self) -> str:
        return f"<window {self.number:#x} {self.title!r}>"

    @property
    def title(self) -> str:
        """What its title bar says."""
        value = self._property("_NET_WM_NAME")
        return value.decode() if isinstance(value, bytes) else ""

    @property
    def wm_class(self) -> tuple[str, str]:
        """Instance and class: desktops find icon and launcher of a window by them. Empty if it has closed."""
        try:
            return tuple(self._window.get_wm_class() or ("", ""))
        except error.BadWindow:
            return "", ""

    @property
    def pid(self) -> int:
        """The process that opened it, 0 if it does not say."""
        value = self._property("_NET_WM_PID")
        return int(value[0]) if value else 0

    @property
    def content_box(self) -> Box:
        """Where its content is on the screen."""
        inside = self._window.get_geometry()
        corner = self._window.translate_coords(self._display.screen().root, 0, 0)
        left, top = -corner.x, -corner.y
        return left, top, left + inside.width, top + inside.height

    @property
    def frame_box(self) -> Box:
        """Where it is on the screen with its title bar."""
        left, top, right, bottom = self.content_box
        edges = self._property("_NET_FRAME_EXTENTS")
        west, east, north, south = map(int, edges) if edges else (0, 0, 0, 0)
        return left - west, top - north, right + east, bottom + south

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the content."""
        left, top, right, bottom = self.content_box
        return right - left, bottom - top

    @property
    def is_active(self) -> bool:
        """Say whether it has the keyboard."""
        active = _property(self._display, self._display.screen().root, "_NET_ACTIVE_WINDOW")
        return bool(active) and int(active[0]) == self.number

    def focus(self) -> None:
        """Bring it to the front and give it the keyboard."""
        self._ask("_NET_ACTIVE_WINDOW", 2, X.CurrentTime)
        wait_for(lambda: self.is_active, what=f"{self} to get the focus")

    def close(self) -> None:
        """Close it politely, as its title bar's cross does."""
        self._ask("_NET_CLOSE_WINDOW", X.CurrentTime, 2)

    def resize(self, width: int, height: int) -> None:
        """Give its content this size, as far as the application allows."""
        self._window.configure(width=width, height=height)
        self._display.sync()

    def minimize(self) -> None:
        """Put it away into the taskbar."""
        self._ask("WM_CHANGE_STATE", 3)
        wait_for(lambda: not self.is_active, what=f"{self} to be put away")

    def toggle_maximized(self) -> None:
        """Fill the screen, or go back."""
        atom = self._display.intern_atom
        self._ask(
            "_NET_WM_STATE", 2, atom("_NET_WM_STATE_MAXIMIZED_VERT"), atom("_NET_WM_STATE_MAXIMIZED_HORZ")
        )

    def _property(self, name: str) -> XObject:
        return _property(self._display, self._window, name)

    def _ask(self, message: str, *data: int) -> None:
        atom = self._display.intern_atom(message)
        words = (*data, 0, 0, 0, 0, 0)[:5]
        event = ClientMessage(window=self._window, client_type=atom, data=(32, words))
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self._display.screen().root.send_event(event, event_mask=mask)
        self._display.sync()


class Windows:
    """All of them; the panel counts as none."""

    def __init__(self, display: str) -> None:
        self._display = Display(display)

    def disconnect(self) -> None:
        """Leave the X server."""
        self._display.close()

    def all(self) -> list[Window]:
        """Return the windows of applications, oldest first."""
        numbers = _property(self._display, self._display.screen().root, "_NET_CLIENT_LIST")
        windows = [Window(self._display, int(number)) for number in numbers or ()]
        return [window for window in windows if window.wm_class[1] not in {"Xfce4-panel", "Wrapper-2.0", ""}]

    def titled(self, part: str) -> list[Window]:
        """Return those whose title has this part."""
        return [window for window in self.all() if part in window.title]

    def wait_for(self, part: str, *, timeout_s: float = 20.0) -> Window:
        """Wait for a window by a part of its title."""
        found = wait_for(lambda: self.titled(part), what=f"a window titled {part!r}", timeout_s=timeout_s)
        return found[-1]

    def wait_until_none(self, part: str, *, timeout_s: float = 10.0) -> None:
        """Wait until no window has this part in its title."""
        wait_for(
            lambda: not self.titled(part), what=f"the end of windows titled {part!r}", timeout_s=timeout_s
        )

    def box_of_class(self, name: str) -> Box | None:
        """Return the place of the first visible window of this class, also inside of another's window."""
        waiting = [self._display.screen().root]
        while waiting:
            window = waiting.pop()
            if self._is_visible(window, name):
                return Window(self._display, window.id).content_box
            waiting.extend(window.query_tree().children)
        return None

    def menu_box_of_class(self, name: str) -> Box | None:
        """Return the place of the menu that a program of this class has open."""
        tops = self._display.screen().root.query_tree().children
        menus = (top for top in tops if self._is_visible(top, name) and _is_menu(self._display, top))
        return next((Window(self._display, menu.id).content_box for menu in menus), None)

    def _is_visible(self, window: XObject, name: str) -> bool:
        try:
            return name in (window.get_wm_class() or ()) and window.get_attributes().map_state == X.IsViewable
        except error.BadWindow:  # it closed while we looked
            return False


def _is_menu(display: XObject, window: XObject) -> bool:
    kinds = _property(display, window, "_NET_WM_WINDOW_TYPE") or ()
    menus = {display.intern_atom(f"_NET_WM_WINDOW_TYPE_{kind}") for kind in ("POPUP_MENU", "DROPDOWN_MENU")}
    return bool(menus & set(kinds))


def _property(display: XObject, window: XObject, name: str) -> XObject:
    try:
        value = window.get_full_property(display.intern_atom(name), X.AnyPropertyType)
    except error.BadWindow:  # it closed while we looked
        return None
    return value.value if value else None
