"""Names for the numbers of the accessibility protocol (AT-SPI), and one element read through it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from jeepney import DBusAddress

from tests.desktop.bus_client import BusClient, Question, Value
from tests.desktop.screenshots import Box

_HALF_A_SWITCH = 20
_PREFIX = "org.a11y.atspi"


class Role(IntEnum):
    """What an element is; those that a settings page has."""

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
    GROUPING = 99
    LANDMARK = 110
    STATIC = 116


class State(IntEnum):
    """What an element is like now: numbers of bits."""

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
    """Where on the accessibility bus an element lives."""

    bus_name: str
    path: str

    def interface(self, name: str) -> DBusAddress:
        """Return the address of one of its interfaces."""
        return DBusAddress(self.path, self.bus_name, f"{_PREFIX}.{name}")


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
        """Say whether keys go here."""
        return State.FOCUSED in self.states

    @property
    def is_checked(self) -> bool:
        """Say whether the box is ticked."""
        return State.CHECKED in self.states

    @property
    def is_invalid(self) -> bool:
        """Say whether the page marks it as wrong."""
        return State.INVALID_ENTRY in self.states

    @property
    def is_enabled(self) -> bool:
        """Say whether it is not disabled."""
        return State.SENSITIVE in self.states

    @property
    def is_usable(self) -> bool:
        """Say whether it is shown and not disabled."""
        return {State.SHOWING, State.SENSITIVE} <= self.states

    @property
    def center(self) -> tuple[int, int]:
        """Where to click it, in points of the screen."""
        left, top, right, bottom = self.box
        return (left + right) // 2, (top + bottom) // 2

    @property
    def end(self) -> tuple[int, int]:
        """Where a switch is: its box reaches from its words to the switch itself."""
        return self.box[2] - _HALF_A_SWITCH, self.center[1]

    def walk(self) -> list["Element"]:
        """Return it and all elements inside it in reading order."""
        return [self, *(inner for child in self.children for inner in child.walk())]


def read_element(bus: BusClient, reference: Reference) -> Element:
    """Read one element and all inside it, level by level.

    Raises:
        DBusErrorResponse: it went away while we read.
    """
    read: dict[Reference, _Alone] = {}
    level = [reference]
    while level:
        read.update(zip(level, _read_level(bus, level), strict=True))
        level = [child for each in level for child in read[each].children]
    return _with_children(reference, read)


def children_of(bus: BusClient, reference: Reference) -> list[Reference]:
    """Return the elements directly inside this one."""
    found = _references(bus.call(reference.interface("Accessible"), "GetChildren"))
    return found or _references(bus.ask_all([_ask_only_child(reference)]))


@dataclass(frozen=True)
class _Alone:
    """An element without what is inside it: its properties in the bus's own form."""

    properties: Value
    interfaces: frozenset[str]
    states: Value
    role: int
    children: list[Reference]
    text: str = ""
    box: Box = (0, 0, 0, 0)


def _read_level(bus: BusClient, level: list[Reference]) -> list[_Alone]:
    answers = iter(bus.ask_all([question for each in level for question in _first_questions(each)]))
    read = [
        _Alone(properties, frozenset(interfaces), states, role, _references(children))
        for properties, interfaces, states, role, children in zip(*[answers] * 5, strict=True)
    ]
    more = [list(_more_questions(reference, alone)) for reference, alone in zip(level, read, strict=True)]
    values = iter(bus.ask_all([question for each in more for question in each]))
    return [
        _completed(alone, {question.method: next(values) for question in each})
        for alone, each in zip(read, more, strict=True)
    ]


def _first_questions(reference: Reference) -> Iterator[Question]:
    itself = reference.interface("Accessible")
    everything = DBusAddress(reference.path, reference.bus_name, "org.freedesktop.DBus.Properties")
    yield Question(everything, "GetAll", "s", (itself.interface,))
    for method in ("GetInterfaces", "GetState", "GetRole", "GetChildren"):
        yield Question(itself, method)


def _more_questions(reference: Reference, alone: _Alone) -> Iterator[Question]:
    if f"{_PREFIX}.Text" in alone.interfaces:
        yield Question(reference.interface("Text"), "GetText", "ii", (0, -1))
    if f"{_PREFIX}.Component" in alone.interfaces:
        yield Question(reference.interface("Component"), "GetExtents", "u", (0,))
    if not alone.children:
        yield _ask_only_child(reference)


def _ask_only_child(reference: Reference) -> Question:
    """A page lives in a process of its own; GTK names it as a child only when asked by number."""
    return Question(reference.interface("Accessible"), "GetChildAtIndex", "i", (0,))


def _completed(alone: _Alone, answers: Mapping[str, Value]) -> _Alone:
    left, top, width, height = answers.get("GetExtents", (0, 0, 0, 0))
    return replace(
        alone,
        text=answers.get("GetText", ""),
        box=(left, top, left + width, top + height),
        children=alone.children or _references([answers["GetChildAtIndex"]]),
    )


def _references(found: list[tuple[str, str]]) -> list[Reference]:
    return [Reference(name, path) for name, path in found if name and not path.endswith("/null")]


def _with_children(reference: Reference, read: Mapping[Reference, _Alone]) -> Element:
    alone = read[reference]
    low, high = alone.states
    bits = low | high << 32
    return Element(
        reference=reference,
        role=alone.role,
        name=alone.properties["Name"][1],
        description=alone.properties["Description"][1],
        text=alone.text,
        states=frozenset(number for number in range(64) if bits >> number & 1),
        box=alone.box,
        children=tuple(_with_children(child, read) for child in alone.children),
    )


def _outline(element: Element, depth: int = 0) -> list[str]:
    states = [state.name.lower() for state in State if state in element.states]
    kind = _ROLE_NAMES.get(element.role, f"role {element.role}")
    line = f"{'  ' * depth}{kind} {element.name!r} {element.text!r} {element.box} {' '.join(states)}"
    return [line, *(inner for child in element.children for inner in _outline(child, depth + 1))]
