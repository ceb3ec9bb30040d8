"""A StatusNotifierItem: the properties that a panel shows, and its clicks. Uses Gio, and no toolkit.

The interface is KDE's ``org.kde.StatusNotifierItem`` as panels implement it
(https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/), with the label that Ayatana added.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

from claudometer.ui.tray.dbus_workarounds import AnsweredCalls, emit, fit
from claudometer.ui.tray.pixmaps import NONE, pixmaps_of
from claudometer.ui.tray.registration import Registration

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.present.icon import IconModel

ITEM = "org.kde.StatusNotifierItem"
ITEM_PATH = "/StatusNotifierItem"
"""Where hosts look for an item that is registered by its bus name."""

_PLACE = '<arg name="x" type="i" direction="in"/><arg name="y" type="i" direction="in"/>'

_XML = f"""
<node>
  <interface name="{ITEM}">
    <property name="Category" type="s" access="read"/>
    <property name="Id" type="s" access="read"/>
    <property name="Title" type="s" access="read"/>
    <property name="Status" type="s" access="read"/>
    <property name="WindowId" type="i" access="read"/>
    <property name="IconThemePath" type="s" access="read"/>
    <property name="Menu" type="o" access="read"/>
    <property name="ItemIsMenu" type="b" access="read"/>
    <property name="IconName" type="s" access="read"/>
    <property name="IconPixmap" type="a(iiay)" access="read"/>
    <property name="IconAccessibleDesc" type="s" access="read"/>
    <property name="OverlayIconName" type="s" access="read"/>
    <property name="OverlayIconPixmap" type="a(iiay)" access="read"/>
    <property name="AttentionIconName" type="s" access="read"/>
    <property name="AttentionIconPixmap" type="a(iiay)" access="read"/>
    <property name="AttentionMovieName" type="s" access="read"/>
    <property name="AttentionAccessibleDesc" type="s" access="read"/>
    <property name="ToolTip" type="(sa(iiay)ss)" access="read"/>
    <property name="XAyatanaLabel" type="s" access="read"/>
    <property name="XAyatanaLabelGuide" type="s" access="read"/>
    <property name="XAyatanaOrderingIndex" type="u" access="read"/>
    <method name="ContextMenu">{_PLACE}</method>
    <method name="Activate">{_PLACE}</method>
    <method name="SecondaryActivate">{_PLACE}</method>
    <method name="XAyatanaSecondaryActivate"><arg name="timestamp" type="u" direction="in"/></method>
    <method name="Scroll">
      <arg name="delta" type="i" direction="in"/><arg name="orientation" type="s" direction="in"/>
    </method>
    <method name="ProvideXdgActivationToken"><arg name="token" type="s" direction="in"/></method>
    <signal name="NewTitle"/>
    <signal name="NewIcon"/>
    <signal name="NewAttentionIcon"/>
    <signal name="NewOverlayIcon"/>
    <signal name="NewMenu"/>
    <signal name="NewToolTip"/>
    <signal name="NewStatus"><arg name="status" type="s"/></signal>
    <signal name="NewIconThemePath"><arg name="icon_theme_path" type="s"/></signal>
    <signal name="XAyatanaNewLabel"><arg name="label" type="s"/><arg name="guide" type="s"/></signal>
  </interface>
</node>
"""

_TEXTS = (
    "IconThemePath",
    "IconName",
    "OverlayIconName",
    "AttentionIconName",
    "AttentionMovieName",
    "AttentionAccessibleDesc",
)
"""Properties that are empty texts: a panel would prefer a named icon to the pixmaps."""

LABEL_AGAIN_MS = 500
"""When to repeat the label for a new panel: by then it has read the item, and listens for its signals."""

_LONGEST_TOKEN = 4096
"""A bound, because any program on the bus may call. Real tokens have 50 to 100 characters."""

_NO_MARKUP = str.maketrans(
    {
        "&": "\N{FULLWIDTH AMPERSAND}",
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    }
)
"""Waybar and MATE read a tooltip as markup, and show nothing if that has an error, as "<1 %" has. Xfce and
Plasma show it unchanged. These characters look the same in both."""

_OPENS = frozenset({"Activate", "SecondaryActivate", "XAyatanaSecondaryActivate", "ContextMenu"})
"""The calls for a left, a middle and a right click. Ayatana's for the middle click has a time, and no place.

A right click comes only from panels that draw no menu, such as swaybar; the window has all of the menu.
"""


class NotifierItem:
    """The item on the bus. A ``BusUser``; UI thread only.

    Args:
        item_id: identifies the program to panels, which remember by it where the user has put the icon.
        menu_path: the object path of the menu.
        on_activate: called for each click on the icon itself.
        on_taken: called with whether a watcher has taken the item, see :class:`Registration`.
    """

    def __init__(
        self,
        item_id: str,
        *,
        menu_path: str,
        on_activate: Callable[[], None],
        on_taken: Callable[[bool], None],
    ) -> None:
        self._id = item_id
        self._menu_path = menu_path
        self._on_activate = on_activate
        self._on_taken = on_taken
        self._shown: IconModel | None = None
        self._pixmaps: GLib.Variant | None = None
        self._active = False
        self._token: str | None = None
        self._answered = AnsweredCalls()
        self._connection: Gio.DBusConnection | None = None
        self._label_timer = 0
        self._registration: Registration | None = None

    # Called by the program.

    def show(self, model: IconModel) -> None:
        """Show another picture or other texts, and announce what differs."""
        before, self._shown = self._shown, model
        if before is None or _looks(before) != _looks(model):
            self._pixmaps = None
            self._emit("NewIcon")
        if before is None or before.tooltip != model.tooltip:
            # Both, because GNOME and MATE use the title for screen readers, and others show the tooltip.
            self._emit("NewTitle")
            self._emit("NewToolTip")
        if model.label != (before.label if before else ""):
            self._announce_label(model.label)

    def set_active(self, *, active: bool) -> None:
        """Show the item, or hide it without removing it from the bus."""
        if active != self._active:
            self._active = active
            self._emit("NewStatus", GLib.Variant("(s)", (self._status,)))

    def take_activation_token(self) -> str | None:
        """Return the panel's token for a click, once. On Wayland, it lets a window come to the front."""
        token, self._token = self._token, None
        return token

    # Called by the bus.

    def connected(self, connection: Gio.DBusConnection) -> None:
        """Export the item, and register whenever a watcher is there."""
        self._connection = connection
        interface = Gio.DBusNodeInfo.new_for_xml(_XML).interfaces[0]
        connection.register_object(ITEM_PATH, interface, self._call, self._get, None)
        self._registration = Registration(connection, self._registered)

    def disconnected(self) -> None:
        """Forget the connection, with which the exported object is gone."""
        if self._registration is not None:
            self._registration.stop()
            self._registration = None
        if self._label_timer:
            GLib.source_remove(self._label_timer)
        self._label_timer = 0
        self._connection = None

    def _registered(self, taken: bool) -> None:
        self._on_taken(taken)
        if self._label_timer:
            GLib.source_remove(self._label_timer)
        self._label_timer = GLib.timeout_add(LABEL_AGAIN_MS, self._tell_label_again) if taken else 0

    def _tell_label_again(self) -> bool:
        """Make a new panel show the label, by a change to "" and back.

        GNOME's extension (59) reads the label with the other properties, but shows only one that changes
        later. It also starts again after each lock of the screen, so the label was gone then.
        """
        self._label_timer = 0
        if self._shown and self._shown.label:
            self._announce_label("")
            self._announce_label(self._shown.label)
        return False

    def _announce_label(self, text: str) -> None:
        label = fit(text)
        self._emit("XAyatanaNewLabel", GLib.Variant("(ss)", (label, label)))

    def _call(self, *call: object) -> None:
        method, arguments, invocation = call[4], call[5], call[6]
        self._answered.add(invocation)  # PyGObject would keep it in memory, 2.4 KB a call
        invocation.return_value(None)  # type: ignore[attr-defined] # before anything else: a panel may wait for it
        if method == "ProvideXdgActivationToken":
            self._keep_token(arguments.unpack()[0])  # type: ignore[attr-defined] # PyGObject has no types
        elif method in _OPENS:
            self._on_activate()

    def _keep_token(self, token: str) -> None:
        """Keep a token for its click, which is the panel's next call."""
        self._token = token if 0 < len(token) <= _LONGEST_TOKEN else None

    def _get(self, *details: object) -> GLib.Variant:
        return self._properties()[str(details[4])]()

    def _properties(self) -> dict[str, Callable[[], GLib.Variant]]:
        sentence = fit(self._shown.tooltip if self._shown else self._id)
        tooltip = sentence.translate(_NO_MARKUP)
        label = fit(self._shown.label) if self._shown else ""
        texts = dict.fromkeys(_TEXTS, "") | {
            "Category": "ApplicationStatus",
            "Id": self._id,
            "Status": self._status,
            # The whole state in words, for tooltips and screen readers.
            "Title": sentence,
            "IconAccessibleDesc": sentence,
            "XAyatanaLabel": label,
            "XAyatanaLabelGuide": label,
        }
        return {name: partial(GLib.Variant, "s", text) for name, text in texts.items()} | {
            "ToolTip": lambda: GLib.Variant("(sa(iiay)ss)", ("", [], tooltip, "")),
            "Menu": lambda: GLib.Variant("o", self._menu_path),
            # So that a left click activates the item, and only a right click opens the menu.
            "ItemIsMenu": lambda: GLib.Variant("b", False),
            "IconPixmap": self._picture,
            "OverlayIconPixmap": lambda: NONE,
            "AttentionIconPixmap": lambda: NONE,
            "WindowId": lambda: GLib.Variant("i", 0),
            "XAyatanaOrderingIndex": lambda: GLib.Variant("u", 0),
        }

    def _picture(self) -> GLib.Variant:
        """Return the pictures. They are drawn when a panel first asks, and kept for all panels."""
        if self._shown is None:
            return NONE
        if self._pixmaps is None:
            self._pixmaps = pixmaps_of(self._shown)
        return self._pixmaps

    @property
    def _status(self) -> str:
        return "Active" if self._active else "Passive"

    def _emit(self, signal: str, arguments: GLib.Variant | None = None) -> None:
        emit(self._connection, ITEM_PATH, (ITEM, signal), arguments)


def _looks(model: IconModel) -> IconModel:
    """Return the part of the model that determines the picture: everything but the texts."""
    return replace(model, tooltip="", label="")
