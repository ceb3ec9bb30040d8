"""Shows menu entries in a GTK menu that is never replaced, so an open menu stays open. UI thread only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gi.repository import Gtk

from claudometer.present.menu_entries import Entry, Kind

if TYPE_CHECKING:
    from claudometer.present.menu_entries import Dispatch


class GtkMenu:
    """A GTK menu, ``widget``, that shows entries."""

    def __init__(self, dispatch: Dispatch) -> None:
        self.widget = Gtk.Menu()
        self._dispatch = dispatch
        self._entries: tuple[Entry, ...] = ()

    def show(self, entries: tuple[Entry, ...]) -> None:
        """Show these entries. If only texts differ, they change in place; otherwise all lines are rebuilt."""
        if skeleton(entries) == skeleton(self._entries):
            _reword(self.widget, self._entries, entries)
        else:
            self._refill(self.widget, entries)
        self._entries = entries

    def _refill(self, menu: Gtk.Menu, entries: tuple[Entry, ...]) -> None:
        for child in menu.get_children():
            menu.remove(child)
        for entry in entries:
            menu.append(self._item(entry))
        menu.show_all()

    def _item(self, entry: Entry) -> Gtk.MenuItem:
        if entry.kind is Kind.SEPARATOR:
            return Gtk.SeparatorMenuItem()
        item = self._checkable(entry) if entry.checked is not None else Gtk.MenuItem(label=entry.text)
        if entry.kind is Kind.SUBMENU:
            submenu = Gtk.Menu()
            self._refill(submenu, entry.children)
            item.set_submenu(submenu)
        elif entry.checked is None and entry.action is not None:
            item.connect("activate", self._clicked, entry)
        return item

    def _checkable(self, entry: Entry) -> Gtk.CheckMenuItem:
        item = Gtk.CheckMenuItem(label=entry.text, active=bool(entry.checked), draw_as_radio=True)
        handler = item.connect("activate", self._clicked, entry)
        # GTK toggles the mark on a click, but the mark must follow the model.
        item.connect("activate", _restore, handler, entry)
        return item

    def _clicked(self, _item: Gtk.MenuItem, entry: Entry) -> None:
        if entry.action is not None:
            self._dispatch(entry.action, entry.value)


def _restore(item: Gtk.CheckMenuItem, handler: int, entry: Entry) -> None:
    if item.get_active() != entry.checked:
        item.handler_block(handler)
        item.set_active(entry.checked)
        item.handler_unblock(handler)


def _reword(menu: Gtk.Menu, before: tuple[Entry, ...], after: tuple[Entry, ...]) -> None:
    for item, old, new in zip(menu.get_children(), before, after, strict=True):
        if old.text != new.text:
            item.set_label(new.text)
        if new.kind is Kind.SUBMENU:
            _reword(item.get_submenu(), old.children, new.children)


def skeleton(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the entries without the parts that can be changed in place."""
    return tuple(
        replace(entry, text="", picture=None, children=skeleton(entry.children)) for entry in entries
    )
