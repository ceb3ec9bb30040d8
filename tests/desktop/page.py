"""The page in a real WebKit window: read over the accessibility bus, used with mouse and keyboard."""

from collections.abc import Callable
from contextlib import suppress

from jeepney import DBusErrorResponse

from tests.desktop.accessible import (
    DESKTOP,
    Element,
    Reference,
    Role,
    accessibility_bus,
    children_of,
    read_element,
)
from tests.desktop.bus_client import BusClient
from tests.desktop.input_devices import InputDevices
from tests.desktop.waiting import wait_for
from tests.desktop.windows import Windows

CRASHED = "WebKit's process has crashed meanwhile"
"""Stands in the error of a test in which that happened. WebKitGTK 2.50 does so, if rarely, while what a
screen reader asks for is disappearing. The window then loads the page again, without the expected words."""

LEFT_BY_A_CRASH = r"Unsupported result type \(601\)"
"""Stands then in a traceback in the app's log, which a test fails for at its end: a script of pywebview's was
under way."""

_TIMES_TO_TYPE = 5
_TO_THE_TOP = 0  # not to the bottom, where the bar with the buttons covers elements


class Page:
    """The content of the window with a title."""

    def __init__(
        self,
        session_bus: BusClient,
        devices: InputDevices,
        windows: Windows,
        *,
        title: str,
        scale: int = 1,
    ) -> None:
        self._bus = accessibility_bus(session_bus)
        self._devices = devices
        self._windows = windows
        self._title = title
        self._scale = scale  # positions are in points, clicks in pixels
        self._processes: set[str] = set()  # by their names on the bus; another one is that of a reloaded page

    def read(self) -> Element | None:
        """Return the page as it is now; ``None`` if there is none, or it changes or hangs meanwhile."""
        try:
            frame = self._find_frame()
            found = read_element(self._bus, frame).walk() if frame else []
        except (DBusErrorResponse, TimeoutError):
            return None
        document = next((element for element in found if element.role == Role.DOCUMENT), None)
        if document is not None:
            self._processes.add(document.reference.bus_name)
        return document

    def wait_for(self, is_wanted: Callable[[Element], object], *, what: str) -> Element:
        """Wait until the page is as wanted; otherwise the error shows how it was."""

        def probe() -> Element | None:
            page = self.read()
            return page if page and is_wanted(page) else None

        try:
            return wait_for(probe, what=what)
        except TimeoutError as late:
            crash = f"; {CRASHED}" if len(self._processes) > 1 else ""
            raise TimeoutError(f"{late}{crash}; the page was\n{self.read()}") from late

    def wait_for_text(self, part: str) -> None:
        """Wait until the page has this text somewhere."""
        self.wait_for(lambda page: part in text_of(page), what=f"the page to say {part!r}")

    def find(self, name: str, role: Role | None = None, *, in_view: bool = True) -> Element:
        """Wait for an enabled element by its name and role; unless ``in_view`` is off it must be visible."""

        if in_view:
            return self._wait_for_element(name, role, lambda found: found.is_usable)
        return self._wait_for_element(name, role, lambda found: found.is_enabled)

    def look_at(self, name: str, role: Role, is_wanted: Callable[[Element], object], *, what: str) -> Element:
        """Wait until an element is as wanted, enabled or not; return it."""
        return self._wait_for_element(name, role, is_wanted, what=f"{name!r} {what}")

    def _wait_for_element(
        self,
        name: str,
        role: Role | None,
        is_wanted: Callable[[Element], object],
        *,
        what: str = "",
    ) -> Element:
        found: list[Element] = []

        def probe(page: Element) -> bool:
            found[:] = [element for element in _named(page, name, role) if is_wanted(element)]
            return bool(found)

        self.wait_for(probe, what=what or f"{role or 'an element'} {name!r}")
        return found[0]

    def click(self, name: str, role: Role | None = None) -> None:
        """Click an element with the mouse, after scrolling to it if necessary."""
        element = self._bring_into_view(name, role)
        x, y = element.end if element.role == Role.TOGGLE_BUTTON else element.center
        self._devices.click(x * self._scale, y * self._scale)

    def fill(self, name: str, text: str, role: Role | None = None) -> None:
        """Click into a field and replace its text.

        Types it again if letters are missing: on a busy machine, WebKit loses some.
        """
        self.click_into(name, role)
        for _ in range(_TIMES_TO_TYPE):
            self._devices.press("ctrl+a")
            self._devices.type(text)
            with suppress(TimeoutError):
                wait_for(lambda: self._letters_in_focus() == len(text), what="all letters", timeout_s=10)
                return
        raise TimeoutError(f"typed {_TIMES_TO_TYPE} times into {name!r}, and each time letters were lost")

    def click_into(self, name: str, role: Role | None = None) -> None:
        """Click a field, and wait until it has the keyboard focus."""
        self.click(name, role)
        self.wait_for(lambda page: _is_focus_on(page, name), what=f"the focus on {name!r}")

    def _letters_in_focus(self) -> int:
        """Return how many letters the focused field has. Those of a password are dots, but as many."""
        field = self.focused()
        return len(field.text) if field else -1

    def check(self, name: str, *, on: bool, role: Role = Role.CHECK_BOX) -> None:
        """Turn a box or a switch on or off, by a click if necessary."""
        if self._bring_into_view(name, role).is_checked is not on:
            self.click(name, role)
            self.wait_until_checked(name, on=on, role=role)

    def wait_until_checked(self, name: str, *, on: bool, role: Role = Role.CHECK_BOX) -> None:
        """Wait until a box, a switch or a choice is on or off."""
        state = "to be on" if on else "to be off"
        self.look_at(name, role, lambda found: found.is_checked is on, what=state)

    def choose(self, name: str, option: str) -> None:
        """Open a list with a click, and choose an option by typing it.

        Not by the arrow keys: in WebKitGTK 2.52, the open list has no options for a screen reader.
        """
        self.click(name, Role.COMBO_BOX)
        wait_for(lambda: self._windows.has_open_list, what=f"the open list of {name!r}")
        self._devices.type(option)
        self._devices.press("Return")
        wait_for(lambda: not self._windows.has_open_list, what=f"the closed list of {name!r}")

    def disconnect(self) -> None:
        """Disconnect from the accessibility bus."""
        self._bus.close()

    def _bring_into_view(self, name: str, role: Role | None) -> Element:
        """Scroll to an element that cannot be clicked, or that the bar at the bottom may cover."""
        found = self.find(name, role, in_view=False)
        if not found.is_usable or self._is_below_the_window(found):
            self._bus.call(found.reference.interface("Component"), "ScrollTo", "u", _TO_THE_TOP)
        return self._wait_for_element(
            name, role, lambda element: element.is_usable and not self._is_below_the_window(element)
        )

    def _is_below_the_window(self, element: Element) -> bool:
        """Return whether its middle is below the window: an element cut off there counts as visible."""
        frame = self._find_frame()
        if frame is None:
            return False
        _left, top, _width, height = self._bus.call(frame.interface("Component"), "GetExtents", "u", 0)
        return element.center[1] >= int(top) + int(height)

    def focused(self) -> Element | None:
        """Return the element that has the keyboard focus."""
        page = self.read()
        return _find_focus(page) if page else None

    def _find_frame(self) -> Reference | None:
        for application in children_of(self._bus, DESKTOP):
            for frame in children_of(self._bus, application):
                if self._title in self._bus.properties(frame.interface("Accessible"))["Name"]:
                    return frame
        return None


def text_of(page: Element) -> str:
    """Return all text of the page, including fields and the names of elements."""
    return "\n".join(part for element in page.walk() for part in (element.text, element.name) if part)


def _named(page: Element, name: str, role: Role | None) -> list[Element]:
    fitting = (element for element in page.walk() if name in element.name)
    return [element for element in fitting if role is None or element.role == role]


def _find_focus(page: Element) -> Element | None:
    focused = [element for element in page.walk() if element.is_focused]
    return focused[-1] if focused else None


def _is_focus_on(page: Element, name: str) -> bool:
    element = _find_focus(page)
    return element is not None and name in element.name
