"""Menu entries as a tree with lasting numbers, and the changes between two trees. Pure; knows no bus.

Panels identify menu items by numbers. An item that keeps its number changes in place, so an open menu stays
open and does not flicker.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from claudometer.present.menu_entries import Entry, Kind
from claudometer.ui.tray.menu_pictures import png_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = 0
"""The number of the menu itself, by the interface."""

Value = str | bool | int | bytes
"""What a property of dbusmenu may be: ``icon-data`` is bytes, ``toggle-state`` an int of 0 or 1."""


@dataclass(slots=True)
class Item:
    """One line of the menu, as panels see it. ``properties`` has only those that differ from the defaults."""

    number: int
    entry: Entry
    properties: dict[str, Value]
    children: list[Item] = field(default_factory=list)

    def walk(self) -> Iterator[Item]:
        """Yield this item and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the tree that panels know.

    Attributes:
        layouts: numbers of menus with new, removed or moved items; each stands for everything below it.
        updated: new values of properties, by the number of the item.
        removed: names of properties that have their default again, by the number of the item.
    """

    layouts: tuple[int, ...] = ()
    updated: Mapping[int, Mapping[str, Value]] = field(default_factory=dict)
    removed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


class MenuTree:
    """The menu that panels know. No number is used for a second entry while the program runs."""

    def __init__(self) -> None:
        self.root = Item(ROOT, Entry(Kind.SUBMENU), {"children-display": "submenu"})
        self._numbers = count(1)

    def find(self, number: int) -> Item | None:
        """Return the item with a number, ``None`` if there is none, or not any more."""
        return next((item for item in self.root.walk() if item.number == number), None)

    def show(self, entries: tuple[Entry, ...]) -> Changes:
        """Replace the entries, and return what differs."""
        before = {item.number: item for item in self.root.walk()}
        self.root = Item(ROOT, self.root.entry, self.root.properties, self._fill(self.root.children, entries))
        after = {item.number: item for item in self.root.walk()}
        layouts = tuple(
            number for number, item in after.items() if _order(item) != _order(before.get(number))
        )
        kept = [(before[number], item) for number, item in after.items() if number in before]
        return Changes(
            _outermost(layouts, self.root),
            {new.number: found for old, new in kept if (found := _updated(old, new))},
            {new.number: gone for old, new in kept if (gone := _removed(old, new))},
        )

    def _fill(self, before: list[Item], entries: tuple[Entry, ...]) -> list[Item]:
        known: dict[tuple[object, ...], list[Item]] = {}
        for item in before:
            known.setdefault(_key(item.entry), []).append(item)
        items = []
        for entry in entries:
            # Lines with equal keys, such as separators, are matched in their order.
            same = known.get(_key(entry))
            old = same.pop(0) if same else None
            children = self._fill(old.children if old else [], entry.children)
            number = next(self._numbers) if old is None else old.number
            items.append(Item(number, entry, properties_of(entry), children))
        return items


def properties_of(entry: Entry) -> dict[str, Value]:
    """Return what differs from dbusmenu's defaults: a plain line without a mark. Every line is enabled."""
    if entry.kind is Kind.SEPARATOR:
        return {"type": "separator"}
    found: dict[str, Value] = {
        "label": entry.text.replace("_", "__")
    }  # a single one marks a keyboard shortcut
    if entry.checked is not None:
        found |= {"toggle-type": "radio", "toggle-state": int(entry.checked)}
    if entry.kind is Kind.SUBMENU:
        found["children-display"] = "submenu"
    if entry.picture is not None:
        found["icon-data"] = png_of(entry.picture)
    return found


def _key(entry: Entry) -> tuple[object, ...]:
    """Return what identifies a line: two entries with equal keys are the same line with other words."""
    return entry.kind, entry.action, entry.value, entry.name, entry.checked is None


def _order(item: Item | None) -> list[int] | None:
    return None if item is None else [child.number for child in item.children]


def _outermost(numbers: tuple[int, ...], root: Item) -> tuple[int, ...]:
    """Leave out menus inside another changed menu, which panels read with everything below it."""
    found: list[int] = []

    def visit(item: Item) -> None:
        if item.number in numbers:
            found.append(item.number)
            return
        for child in item.children:
            visit(child)

    visit(root)
    return tuple(found)


def _updated(old: Item, new: Item) -> dict[str, Value]:
    return {name: value for name, value in new.properties.items() if old.properties.get(name) != value}


def _removed(old: Item, new: Item) -> tuple[str, ...]:
    return tuple(name for name in old.properties if name not in new.properties)
