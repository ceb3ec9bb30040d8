"""The windows on an X display, read and controlled as a taskbar does."""

from typing import Any, TypeAlias

from Xlib import X, error
from Xlib.display import Display
from Xlib.protocol.event import ClientMessage

from tests.desktop.screenshots import Box
from tests.desktop.waiting import wait_for

XObject: TypeAlias = Any  # python-xlib is not typed

_MENUS = ("POPUP_MENU", "DROPDOWN_MENU")
_PASSING = ("TOOLTIP", *_MENUS)


class Window:
    """A top-level window of an application."""

    def __init__(self, display: XObject, number: int) -> None:
        self._display = display
        self._window = display.create_resource_object("window", number)
        self.number = number

    def __repr__(self) -> str:
        return f"<window {self.number:#x} {self.title!r}>"

    @property
    def title(self) -> str:
        """The text of the title bar."""
        value = self._property("_NET_WM_NAME")
        return value.decode() if isinstance(value, bytes) else ""

    @property
    def wm_class(self) -> tuple[str, str]:
        """Instance and class, by which desktops find icon and launcher. Empty if the window has closed."""
        try:
            return tuple(self._window.get_wm_class() or ("", ""))
        except error.BadWindow:
            return "", ""

    @property
    def pid(self) -> int:
        """The id of its process, 0 if unknown."""
        value = self._property("_NET_WM_PID")
        return int(value[0]) if value else 0

    @property
    def content_box(self) -> Box:
        """The place of its content on the screen."""
        inside = self._window.get_geometry()
        corner = self._window.translate_coords(self._display.screen().root, 0, 0)
        left, top = -corner.x, -corner.y
        return left, top, left + inside.width, top + inside.height

    @property
    def frame_box(self) -> Box:
        """The place of the window on the screen, including its title bar."""
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
        """Return whether it has the keyboard focus."""
        active = _property(self._display, self._display.screen().root, "_NET_ACTIVE_WINDOW")
        return bool(active) and int(active[0]) == self.number

    def focus(self) -> None:
        """Bring it to the front with the keyboard focus."""
        self._send("_NET_ACTIVE_WINDOW", 2, X.CurrentTime)
        wait_for(lambda: self.is_active, what=f"{self} to get the focus")

    def close(self) -> None:
        """Close it as the button in its title bar does."""
        self._send("_NET_CLOSE_WINDOW", X.CurrentTime, 2)

    def move(self, left: int, top: int) -> None:
        """Move it to this place on the screen, in pixels."""
        self._window.configure(x=left, y=top)
        self._display.sync()

    def resize(self, width: int, height: int) -> None:
        """Resize its content, as far as the application allows."""
        self._window.configure(width=width, height=height)
        self._display.sync()

    def minimize(self) -> None:
        """Minimize it."""
        self._send("WM_CHANGE_STATE", 3)
        wait_for(lambda: not self.is_active, what=f"{self} to be minimized")

    def toggle_maximized(self) -> None:
        """Maximize it, or restore it."""
        atom = self._display.intern_atom
        self._send(
            "_NET_WM_STATE", 2, atom("_NET_WM_STATE_MAXIMIZED_VERT"), atom("_NET_WM_STATE_MAXIMIZED_HORZ")
        )

    def _property(self, name: str) -> XObject:
        return _property(self._display, self._window, name)

    def _send(self, message: str, *data: int) -> None:
        atom = self._display.intern_atom(message)
        words = (*data, 0, 0, 0, 0, 0)[:5]
        event = ClientMessage(window=self._window, client_type=atom, data=(32, words))
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self._display.screen().root.send_event(event, event_mask=mask)
        self._display.sync()


class Windows:
    """All windows of the display, without those of the panel."""

    def __init__(self, display: str) -> None:
        self._display = Display(display)

    def disconnect(self) -> None:
        """Disconnect from the X server."""
        self._display.close()

    def all(self) -> list[Window]:
        """Return the windows of applications, oldest first."""
        numbers = _property(self._display, self._display.screen().root, "_NET_CLIENT_LIST")
        windows = [Window(self._display, int(number)) for number in numbers or ()]
        return [window for window in windows if window.wm_class[1] not in {"Xfce4-panel", "Wrapper-2.0", ""}]

    def titled(self, part: str) -> list[Window]:
        """Return the windows whose title contains this text."""
        return [window for window in self.all() if part in window.title]

    def wait_for(self, part: str) -> Window:
        """Wait for a window by a part of its title."""
        return wait_for(lambda: self.titled(part), what=f"a window titled {part!r}")[-1]

    def wait_until_none(self, part: str) -> None:
        """Wait until no window has this text in its title."""
        wait_for(lambda: not self.titled(part), what=f"the end of windows titled {part!r}")

    def box_of_class(self, name: str) -> Box | None:
        """Return the place of the first visible window of this class, which may be inside another window.

        A tooltip or a menu, which have the class of their program, does not count.
        """
        waiting = [self._display.screen().root]
        while waiting:
            window = waiting.pop()
            if self._is_visible(window, name) and not _is_of_kind(self._display, window, *_PASSING):
                return self._box_of(window)
            waiting.extend(_children_of(window))
        return None

    def menu_box_of_class(self, name: str) -> Box | None:
        """Return the place of the menu that a program of this class has open."""
        tops = self._display.screen().root.query_tree().children
        menus = (top for top in tops if self._is_visible(top, name) and _is_menu(self._display, top))
        return next(filter(None, map(self._box_of, menus)), None)

    @property
    def has_open_list(self) -> bool:
        """Whether a program has the list of a combo box open."""
        tops = self._display.screen().root.query_tree().children
        return any(self._is_visible(top) and _is_of_kind(self._display, top, "COMBO") for top in tops)

    def _box_of(self, window: XObject) -> Box | None:
        try:
            return Window(self._display, window.id).content_box
        except (error.BadWindow, error.BadDrawable):  # it closed meanwhile
            return None

    def _is_visible(self, window: XObject, name: str | None = None) -> bool:
        try:
            is_meant = name is None or name in (window.get_wm_class() or ())
            return is_meant and window.get_attributes().map_state == X.IsViewable
        except error.BadWindow:  # it closed meanwhile
            return False


def _children_of(window: XObject) -> list[XObject]:
    try:
        return list(window.query_tree().children)
    except error.BadWindow:  # it closed meanwhile
        return []


def _is_menu(display: XObject, window: XObject) -> bool:
    return _is_of_kind(display, window, *_MENUS)


def _is_of_kind(display: XObject, window: XObject, *names: str) -> bool:
    kinds = _property(display, window, "_NET_WM_WINDOW_TYPE") or ()
    return bool({display.intern_atom(f"_NET_WM_WINDOW_TYPE_{name}") for name in names} & set(kinds))


def _property(display: XObject, window: XObject, name: str) -> XObject:
    try:
        value = window.get_full_property(display.intern_atom(name), X.AnyPropertyType)
    except error.BadWindow:  # it closed meanwhile
        return None
    return value.value if value else None
