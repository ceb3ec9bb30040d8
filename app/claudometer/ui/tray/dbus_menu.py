"""The menu on the bus: ``com.canonical.dbusmenu``, which the panel draws. Over Gio, no toolkit.

The interface is libdbusmenu's ``dbus-menu.xml``, version 3.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from gi.repository import Gio, GLib

from claudometer.ui.tray.dbus_workarounds import AnsweredCalls, emit, fit
from claudometer.ui.tray.menu_tree import ROOT, Item, MenuTree, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from claudometer.present.menu_entries import Action, Entry
    from claudometer.ui.tray.menu_tree import Changes

    Dispatch = Callable[[Action, str | None], None]

log = logging.getLogger(__name__)

MENU = "com.canonical.dbusmenu"
MENU_PATH = "/MenuBar"
VERSION = 3

_XML = f"""
<node>
  <interface name="{MENU}">
    <property name="Version" type="u" access="read"/>
    <property name="TextDirection" type="s" access="read"/>
    <property name="Status" type="s" access="read"/>
    <property name="IconThemePath" type="as" access="read"/>
    <method name="GetLayout">
      <arg type="i" name="parentId" direction="in"/>
      <arg type="i" name="recursionDepth" direction="in"/>
      <arg type="as" name="propertyNames" direction="in"/>
      <arg type="u" name="revision" direction="out"/>
      <arg type="(ia{{sv}}av)" name="layout" direction="out"/>
    </method>
    <method name="GetGroupProperties">
      <arg type="ai" name="ids" direction="in"/>
      <arg type="as" name="propertyNames" direction="in"/>
      <arg type="a(ia{{sv}})" name="properties" direction="out"/>
    </method>
    <method name="GetProperty">
      <arg type="i" name="id" direction="in"/>
      <arg type="s" name="name" direction="in"/>
      <arg type="v" name="value" direction="out"/>
    </method>
    <method name="Event">
      <arg type="i" name="id" direction="in"/>
      <arg type="s" name="eventId" direction="in"/>
      <arg type="v" name="data" direction="in"/>
      <arg type="u" name="timestamp" direction="in"/>
    </method>
    <method name="EventGroup">
      <arg type="a(isvu)" name="events" direction="in"/>
      <arg type="ai" name="idErrors" direction="out"/>
    </method>
    <method name="AboutToShow">
      <arg type="i" name="id" direction="in"/>
      <arg type="b" name="needUpdate" direction="out"/>
    </method>
    <method name="AboutToShowGroup">
      <arg type="ai" name="ids" direction="in"/>
      <arg type="ai" name="updatesNeeded" direction="out"/>
      <arg type="ai" name="idErrors" direction="out"/>
    </method>
    <signal name="ItemsPropertiesUpdated">
      <arg type="a(ia{{sv}})" name="updatedProps" direction="out"/>
      <arg type="a(ias)" name="removedProps" direction="out"/>
    </signal>
    <signal name="LayoutUpdated">
      <arg type="u" name="revision" direction="out"/>
      <arg type="i" name="parent" direction="out"/>
    </signal>
    <signal name="ItemActivationRequested">
      <arg type="i" name="id" direction="out"/>
      <arg type="u" name="timestamp" direction="out"/>
    </signal>
  </interface>
</node>
"""

_SIGNATURES = {bool: "b", int: "i", str: "s"}
# dbusmenu's own: a property that has its default is not sent.
_DEFAULTS: dict[str, Value] = {
    "type": "standard",
    "label": "",
    "enabled": True,
    "visible": True,
    "icon-name": "",
    "toggle-type": "",
    "toggle-state": -1,
    "children-display": "",
    "disposition": "normal",
}


class UnknownItemError(LookupError):
    """A panel asked about an item that is not in the menu, perhaps any more."""


class DBusMenu:
    """The menu on the bus. A ``BusUser``; UI thread only."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        self._tree = MenuTree()
        self._revision = 1
        self._answered = AnsweredCalls()
        self._introduced: dict[str, int] = {}
        """The panels that read one level at a time, and the revision at which they heard of the next."""
        self._connection: Gio.DBusConnection | None = None

    def show(self, entries: tuple[Entry, ...]) -> None:
        """Show these entries; an open menu changes in place."""
        changes = self._tree.show(entries)
        if changes.updated or changes.removed:
            self._announce_properties(changes)
        if changes.layouts:
            # Panels compare it with that of the layout they have.
            self._revision += 1
            for parent in changes.layouts:
                self._emit("LayoutUpdated", GLib.Variant("(ui)", (self._revision, parent)))

    def connected(self, connection: Gio.DBusConnection) -> None:
        """Export the menu."""
        self._connection = connection
        self._introduced.clear()
        interface = Gio.DBusNodeInfo.new_for_xml(_XML).interfaces[0]
        connection.register_object(MENU_PATH, interface, self._call, _get, None)

    def disconnected(self) -> None:
        """Forget the connection. The object on it went with it."""
        self._connection = None

    # What panels call.

    def _call(self, *call: Any) -> None:  # noqa: ANN401 - PyGObject has no types
        panel, method, arguments, invocation = call[1], call[4], call[5], call[6]
        self._answered.add(invocation)
        try:
            clicked = self._clicked(method, arguments.unpack())
            answer = self._answers(panel)[method](*arguments.unpack())
        except UnknownItemError as error:
            invocation.return_error_literal(
                Gio.dbus_error_quark(), Gio.DBusError.INVALID_ARGS, f"There is no menu item {error}"
            )
            return
        invocation.return_value(answer)
        if method == "GetLayout":
            self._introduce_submenus(panel, *arguments.unpack()[:2])
        for entry in clicked:
            # After the answer: whatever a click does, no panel waits for it.
            if entry.action is not None and entry.enabled:
                self._dispatch(entry.action, entry.value)

    def _answers(self, panel: str) -> Mapping[str, Callable[..., GLib.Variant | None]]:
        """Return what answers each method, called by the panel of this unique name."""
        return {
            "GetLayout": self._layout,
            "GetGroupProperties": self._group_properties,
            "GetProperty": self._property,
            "Event": self._event,
            "EventGroup": self._event_group,
            "AboutToShow": partial(self._about_to_show, panel),
            "AboutToShowGroup": partial(self._about_to_show_group, panel),
        }

    def _layout(self, parent: int, depth: int, names: Collection[str]) -> GLib.Variant:
        layout = _node(self._item(parent), depth, frozenset(names))
        return GLib.Variant.new_tuple(GLib.Variant("u", self._revision), layout)

    def _group_properties(self, numbers: Collection[int], names: Collection[str]) -> GLib.Variant:
        """Return properties of the items that are known; of all where none are named."""
        items = [item for item in self._tree.root.walk() if not numbers or item.number in numbers]
        found = [(item.number, _variants(_picked(item.properties, frozenset(names)))) for item in items]
        return GLib.Variant("(a(ia{sv}))", (found,))

    def _property(self, number: int, name: str) -> GLib.Variant:
        item = self._item(number)
        if name not in item.properties and name not in _DEFAULTS:
            raise UnknownItemError(f"{number} with a property {name}")
        return GLib.Variant("(v)", (variant(item.properties.get(name, _DEFAULTS.get(name, ""))),))

    # `_call` carries out the click, after this answer.
    def _event(self, number: int, *_event: object) -> None:
        self._item(number)

    def _event_group(self, events: Collection[tuple[int, str, object, int]]) -> GLib.Variant:
        return GLib.Variant("(ai)", (self._unknown([number for number, *_ in events]),))

    def _about_to_show(self, panel: str, number: int) -> GLib.Variant:
        return GLib.Variant("(b)", (self._is_read_again(panel, self._item(number)),))

    def _about_to_show_group(self, panel: str, numbers: Collection[int]) -> GLib.Variant:
        known = [item for number in numbers if (item := self._tree.find(number)) is not None]
        again = [item.number for item in known if self._is_read_again(panel, item)]
        return GLib.Variant("(aiai)", (again, self._unknown(numbers)))

    def _is_read_again(self, panel: str, item: Item) -> bool:
        """Return whether a panel has to read the item's menu before it shows it.

        A submenu, each time, by those that read one level at a time (Plasma, LXQt): one that they read only
        when it opened misses its next change (``m_idsRefreshedByAboutToShow`` in libdbusmenu-qt). Every other
        change was announced when it came, and GNOME's extension closes a submenu that it has to read again.
        """
        return panel in self._introduced and item.number != ROOT and bool(item.children)

    def _unknown(self, numbers: Collection[int]) -> list[int]:
        """Return the numbers that name no item. A group of which no item is known is refused."""
        unknown = [number for number in numbers if self._tree.find(number) is None]
        if numbers and len(unknown) == len(numbers):
            raise UnknownItemError(unknown[0])
        return unknown

    def _clicked(self, method: str, arguments: tuple[Any, ...]) -> list[Entry]:
        """Return the entries that a call says were clicked."""
        events = [arguments] if method == "Event" else arguments[0] if method == "EventGroup" else []
        found = (self._tree.find(number) for number, event, *_ in events if event == "clicked")
        return [item.entry for item in found if item is not None]

    def _item(self, number: int) -> Item:
        found = self._tree.find(number)
        if found is None:
            raise UnknownItemError(number)
        return found

    def _introduce_submenus(self, panel: str, parent: int, depth: int) -> None:
        """Let a panel that has read one level read the submenus before they open.

        Plasma and LXQt otherwise read a submenu once it is hovered over, and show nothing until it is hovered
        over again. Once for each revision: no panel is made to read in circles.
        """
        if depth != 1 or self._introduced.get(panel) == self._revision:
            return
        submenus = [item.number for item in self._item(parent).children if item.children]
        if submenus:
            self._introduced[panel] = self._revision
        for number in submenus:
            self._emit("LayoutUpdated", GLib.Variant("(ui)", (self._revision, number)))

    def _announce_properties(self, changes: Changes) -> None:
        updated = [(number, _variants(values)) for number, values in changes.updated.items()]
        removed = [(number, list(names)) for number, names in changes.removed.items()]
        self._emit("ItemsPropertiesUpdated", GLib.Variant("(a(ia{sv})a(ias))", (updated, removed)))

    def _emit(self, signal: str, arguments: GLib.Variant) -> None:
        emit(self._connection, MENU_PATH, (MENU, signal), arguments)


def _get(*details: object) -> GLib.Variant:
    match str(details[4]):
        case "Version":
            return GLib.Variant("u", VERSION)
        case "TextDirection":
            return GLib.Variant("s", "ltr")
        case "IconThemePath":
            return GLib.Variant("as", [])
        case _:
            return GLib.Variant("s", "normal")


def _node(item: Item, depth: int, names: frozenset[str]) -> GLib.Variant:
    """Return an item as ``(ia{sv}av)``, with ``depth`` levels below it; a negative depth means all."""
    below = [] if depth == 0 else [_node(child, depth - 1, names) for child in item.children]
    properties = GLib.Variant("a{sv}", _variants(_picked(item.properties, names)))
    children = GLib.Variant("av", below)
    return GLib.Variant.new_tuple(GLib.Variant("i", item.number), properties, children)


def _picked(properties: Mapping[str, Value], names: frozenset[str]) -> dict[str, Value]:
    """Return the properties that were asked for; all where no names are given."""
    return {name: value for name, value in properties.items() if not names or name in names}


def _variants(properties: Mapping[str, Value]) -> dict[str, GLib.Variant]:
    return {name: variant(value) for name, value in properties.items()}


def variant(value: Value) -> GLib.Variant:
    """Return the value as it goes over the bus; bytes as ``ay``."""
    if isinstance(value, bytes):
        return GLib.Variant.new_from_bytes(GLib.VariantType("ay"), GLib.Bytes.new(value), True)
    return GLib.Variant(_SIGNATURES[type(value)], fit(value) if isinstance(value, str) else value)
