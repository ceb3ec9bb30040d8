"""Elements of a window, read over the accessibility bus (AT-SPI), and the protocol's numbers by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from jeepney import DBusAddress

from tests.desktop.bus_client import BusClient, Call, Value
from tests.desktop.screenshots import Box

_BUS = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
_HALF_A_SWITCH = 20  # points from the right edge of a switch to its middle
_PREFIX = "org.a11y.atspi"


class Role(IntEnum):
    """What an element is: the roles that occur in a settings page."""

    ALERT = 2
    CHECK_BOX = 7
    COMBO_BOX = 11
    IMAGE = 27
    LABEL = 29
    LIST = 31
    LIST_ITEM = 32
    MENU_ITEM = 35
    PANEL = 39
    PASSWORD_TEXT = 40
    PROGRESS_BAR = 42
    BUTTON = 43
    RADIO_BUTTON = 44
    SLIDER = 51
    SPIN_BUTTON = 52
    STATUS_BAR = 54
    TOGGLE_BUTTON = 62
    PARAGRAPH = 73
    ENTRY = 79
    HEADING = 83
    SECTION = 85
    FORM = 87
    LINK = 88
    DOCUMENT = 95
    LIST_BOX = 98
    GROUPING = 99
    LANDMARK = 110
    STATIC = 116


class State(IntEnum):
    """The state of an element: numbers of bits."""

    CHECKED = 4
    EDITABLE = 7
    EXPANDED = 10
    FOCUSABLE = 11
    FOCUSED = 12
    SELECTED = 23
    SENSITIVE = 24
    SHOWING = 25
    REQUIRED = 33
    INVALID_ENTRY = 36


_ROLE_NAMES = {role.value: role.name.lower() for role in Role}


@dataclass(frozen=True)
class Reference:
    """The address of an element on the accessibility bus."""

    bus_name: str
    path: str

    def interface(self, name: str) -> DBusAddress:
        """Return the address of one of its interfaces."""
        return DBusAddress(self.path, self.bus_name, f"{_PREFIX}.{name}")


DESKTOP = Reference("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
"""The element that has all applications inside it."""


def accessibility_bus(session_bus: BusClient) -> BusClient:
    """Connect to the accessibility bus of a session. The caller must close the connection."""
    return BusClient(session_bus.call(_BUS, "GetAddress"))


@dataclass(frozen=True)
class Element:
    """One element as a screen reader finds it, with everything inside it."""

    reference: Reference
    role: int
    name: str
    description: str
    text: str
    states: frozenset[int]
    box: Box
    children: tuple["Element", ...]

    def __str__(self) -> str:
        return "\n".join(_outline(self))

    @property
    def is_focused(self) -> bool:
        """Return whether the element has the keyboard focus."""
        return State.FOCUSED in self.states

    @property
    def is_checked(self) -> bool:
        """Return whether the box is checked."""
        return State.CHECKED in self.states

    @property
    def is_invalid(self) -> bool:
        """Return whether the page marks its value as invalid."""
        return State.INVALID_ENTRY in self.states

    @property
    def is_enabled(self) -> bool:
        """Return whether the element is enabled."""
        return State.SENSITIVE in self.states

    @property
    def is_usable(self) -> bool:
        """Return whether the element is visible and enabled."""
        return {State.SHOWING, State.SENSITIVE} <= self.states

    @property
    def center(self) -> tuple[int, int]:
        """The middle of the element, in points of the screen."""
        left, top, right, bottom = self.box
        return (left + right) // 2, (top + bottom) // 2

    @property
    def end(self) -> tuple[int, int]:
        """The middle of a switch: the box of its element also contains the label on its left."""
        return self.box[2] - _HALF_A_SWITCH, self.center[1]

    def walk(self) -> list["Element"]:
        """Return this element and all inside it, in reading order."""
        return [self, *(inner for child in self.children for inner in child.walk())]


def read_element(bus: BusClient, reference: Reference) -> Element:
    """Read an element and all inside it, level by level.

    Raises:
        DBusErrorResponse: an element disappeared while it was being read.
    """
    read: dict[Reference, _Node] = {}
    level = [reference]
    while level:
        read.update(zip(level, _read_level(bus, level), strict=True))
        level = [child for each in level for child in read[each].children]
    return _with_children(reference, read)


def children_of(bus: BusClient, reference: Reference) -> list[Reference]:
    """Return the elements directly inside this one."""
    found = _references(bus.call(reference.interface("Accessible"), "GetChildren"))
    return found or _references(bus.call_all([_call_for_first_child(reference)]))


@dataclass(frozen=True)
class _Node:
    """An element without its children, with its properties as they came over the bus."""

    properties: Value
    interfaces: frozenset[str]
    states: Value
    role: int
    children: list[Reference]
    text: str = ""
    box: Box = (0, 0, 0, 0)


def _read_level(bus: BusClient, level: list[Reference]) -> list[_Node]:
    answers = iter(bus.call_all([call for each in level for call in _first_calls(each)]))
    read = [
        _Node(properties, frozenset(interfaces), states, role, _references(children))
        for properties, interfaces, states, role, children in zip(*[answers] * 5, strict=True)
    ]
    more = [list(_more_calls(reference, node)) for reference, node in zip(level, read, strict=True)]
    values = iter(bus.call_all([call for each in more for call in each]))
    return [
        _completed(node, {call.method: next(values) for call in each})
        for node, each in zip(read, more, strict=True)
    ]


def _first_calls(reference: Reference) -> Iterator[Call]:
    itself = reference.interface("Accessible")
    everything = DBusAddress(reference.path, reference.bus_name, "org.freedesktop.DBus.Properties")
    yield Call(everything, "GetAll", "s", (itself.interface,))
    for method in ("GetInterfaces", "GetState", "GetRole", "GetChildren"):
        yield Call(itself, method)


def _more_calls(reference: Reference, node: _Node) -> Iterator[Call]:
    if f"{_PREFIX}.Text" in node.interfaces:
        yield Call(reference.interface("Text"), "GetText", "ii", (0, -1))
    if f"{_PREFIX}.Component" in node.interfaces:
        yield Call(reference.interface("Component"), "GetExtents", "u", (0,))
    if not node.children:
        yield _call_for_first_child(reference)


def _call_for_first_child(reference: Reference) -> Call:
    """Return the call for the first child: GTK lists a page, which is in another process, only that way."""
    return Call(reference.interface("Accessible"), "GetChildAtIndex", "i", (0,))


def _completed(node: _Node, answers: Mapping[str, Value]) -> _Node:
    left, top, width, height = answers.get("GetExtents", (0, 0, 0, 0))
    return replace(
        node,
        text=answers.get("GetText", ""),
        box=(left, top, left + width, top + height),
        children=node.children or _references([answers["GetChildAtIndex"]]),
    )


def _references(found: list[tuple[str, str]]) -> list[Reference]:
    return [Reference(name, path) for name, path in found if name and not path.endswith("/null")]


def _with_children(reference: Reference, read: Mapping[Reference, _Node]) -> Element:
    node = read[reference]
    low, high = node.states
    bits = low | high << 32
    return Element(
        reference=reference,
        role=node.role,
        name=node.properties["Name"][1],
        description=node.properties["Description"][1],
        text=node.text,
        states=frozenset(number for number in range(64) if bits >> number & 1),
        box=node.box,
        children=tuple(_with_children(child, read) for child in node.children),
    )


def _outline(element: Element, depth: int = 0) -> list[str]:
    states = [state.name.lower() for state in State if state in element.states]
    kind = _ROLE_NAMES.get(element.role, f"role {element.role}")
    line = f"{'  ' * depth}{kind} {element.name!r} {element.text!r} {element.box} {' '.join(states)}"
    return [line, *(inner for child in element.children for inner in _outline(child, depth + 1))]
