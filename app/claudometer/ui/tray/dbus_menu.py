"""The menu on the bus, as ``com.canonical.dbusmenu``; the panel draws it. Uses Gio, and no toolkit.

The interface is that of libdbusmenu's ``dbus-menu.xml``, version 3.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from gi.repository import Gio, GLib

from claudometer.ui.tray.dbus_workarounds import AnsweredCalls, emit, fit
from claudometer.ui.tray.menu_tree import ROOT, Item, MenuTree, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from claudometer.present.menu_entries import Dispatch, Entry
    from claudometer.ui.tray.menu_tree import Changes


MENU = "com.canonical.dbusmenu"
MENU_PATH = "/MenuBar"
VERSION = 3

MOST_PANELS = 32
"""How many panels are remembered. A bound, because any program on the bus may read the menu."""

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
"""Of the interface. A property with its default value is not sent."""


class UnknownItemError(LookupError):
    """A panel asked for an item that is not in the menu, or not any more."""


class DBusMenu:
    """The menu on the bus. A ``BusUser``; UI thread only."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        self._tree = MenuTree()
        self._revision = 1
        self._answered = AnsweredCalls()
        self._introduced: dict[str, int] = {}
        """The panels that read one level at a time, with the revision whose submenus they were told of."""
        self._connection: Gio.DBusConnection | None = None

    def show(self, entries: tuple[Entry, ...]) -> None:
        """Show these entries; an open menu changes in place."""
        changes = self._tree.show(entries)
        if changes.updated or changes.removed:
            self._announce_properties(changes)
        if changes.layouts:
            # Panels compare it with the revision of the layout that they have.
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
        """Forget the connection, with which the exported object is gone."""
        self._connection = None

    # Calls of panels.

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
            # After the answer, so that no panel waits for what the click does.
            if entry.action is not None:
                self._dispatch(entry.action, entry.value)

    def _answers(self, panel: str) -> Mapping[str, Callable[..., GLib.Variant | None]]:
        """Return the handler of each method, for a call of the panel with this unique name."""
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
        """Return properties of the items that exist; of all items if no numbers are given."""
        items = [item for item in self._tree.root.walk() if not numbers or item.number in numbers]
        found = [(item.number, _variants(_picked(item.properties, frozenset(names)))) for item in items]
        return GLib.Variant("(a(ia{sv}))", (found,))

    def _property(self, number: int, name: str) -> GLib.Variant:
        item = self._item(number)
        if name not in item.properties and name not in _DEFAULTS:
            raise UnknownItemError(f"{number} with a property {name}")
        return GLib.Variant("(v)", (variant(item.properties.get(name, _DEFAULTS.get(name, ""))),))

    def _event(self, number: int, *_event: object) -> None:
        self._item(number)  # raises for an unknown one; `_call` carries out the click, after the answer

    def _event_group(self, events: Collection[tuple[int, str, object, int]]) -> GLib.Variant:
        return GLib.Variant("(ai)", (self._unknown([number for number, *_ in events]),))

    def _about_to_show(self, panel: str, number: int) -> GLib.Variant:
        return GLib.Variant("(b)", (self._is_read_again(panel, self._item(number)),))

    def _about_to_show_group(self, panel: str, numbers: Collection[int]) -> GLib.Variant:
        known = [item for number in numbers if (item := self._tree.find(number)) is not None]
        again = [item.number for item in known if self._is_read_again(panel, item)]
        return GLib.Variant("(aiai)", (again, self._unknown(numbers)))

    def _is_read_again(self, panel: str, item: Item) -> bool:
        """Return whether a panel has to read the item's menu again before it shows it.

        True for each submenu, but only for panels that read one level at a time (Plasma, LXQt): after they
        have read a submenu on opening it, they miss its next change (``m_idsRefreshedByAboutToShow`` in
        libdbusmenu-qt). All other changes have been announced, and GNOME's extension would close a submenu
        that it has to read again.
        """
        return panel in self._introduced and item.number != ROOT and bool(item.children)

    def _unknown(self, numbers: Collection[int]) -> list[int]:
        """Return the numbers without an item. If no number has one, the whole call is an error."""
        unknown = [number for number in numbers if self._tree.find(number) is None]
        if numbers and len(unknown) == len(numbers):
            raise UnknownItemError(unknown[0])
        return unknown

    def _clicked(self, method: str, arguments: tuple[Any, ...]) -> list[Entry]:
        """Return the entries that a call reports as clicked."""
        events = [arguments] if method == "Event" else arguments[0] if method == "EventGroup" else []
        found = (self._tree.find(number) for number, event, *_ in events if event == "clicked")
        return [item.entry for item in found if item is not None]

    def _item(self, number: int) -> Item:
        found = self._tree.find(number)
        if found is None:
            raise UnknownItemError(number)
        return found

    def _introduce_submenus(self, panel: str, parent: int, depth: int) -> None:
        """Make a panel that has read only one level read the submenus, too, before they open.

        Otherwise Plasma and LXQt read a submenu when the pointer is over it, and show nothing until it is
        there again. Only once for each revision, so that no panel reads in an endless circle.
        """
        if depth != 1 or self._introduced.get(panel) == self._revision:
            return
        submenus = [item.number for item in self._item(parent).children if item.children]
        if submenus:
            if len(self._introduced) >= MOST_PANELS:
                self._introduced.pop(next(iter(self._introduced)))  # the one that was added first
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
    """Return an item as ``(ia{sv}av)``, with ``depth`` levels below it; with all if ``depth`` is negative."""
    below = [] if depth == 0 else [_node(child, depth - 1, names) for child in item.children]
    properties = GLib.Variant("a{sv}", _variants(_picked(item.properties, names)))
    children = GLib.Variant("av", below)
    return GLib.Variant.new_tuple(GLib.Variant("i", item.number), properties, children)


def _picked(properties: Mapping[str, Value], names: frozenset[str]) -> dict[str, Value]:
    """Return the properties with these names; all if there are no names."""
    return {name: value for name, value in properties.items() if not names or name in names}


def _variants(properties: Mapping[str, Value]) -> dict[str, GLib.Variant]:
    return {name: variant(value) for name, value in properties.items()}


def variant(value: Value) -> GLib.Variant:
    """Return a value as a variant for the bus: ``b``, ``i``, ``s``, or ``ay`` for bytes."""
    if isinstance(value, bytes):
        return GLib.Variant.new_from_bytes(GLib.VariantType("ay"), GLib.Bytes.new(value), True)
    return GLib.Variant(_SIGNATURES[type(value)], fit(value) if isinstance(value, str) else value)
