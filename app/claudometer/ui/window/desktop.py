"""The window's manners on a GTK desktop: its name, light or dark, and coming forward. No page, no bridge."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from claudometer.domain.errors import ClaudometerError, ErrorCode

PROGRAM = "claudometer"
WINDOW_CLASS = "Claudometer"
"""What X11 desktops show as the program's name where no desktop entry is installed, as with a checkout."""

_PORTAL = (
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
)
_SCHEME = ("org.freedesktop.appearance", "color-scheme")
_PORTAL_TIMEOUT_MS = 200
_DARK, _LIGHT = 1, 2


def prepare_gtk() -> bool:
    """Take the desktop's colour scheme over into GTK, where WebKit reads it; tell whether it is dark.

    Raises:
        ClaudometerError: there is no display.
        ImportError, ValueError: GTK 3 is not installed.
    """
    import gi  # noqa: PLC0415 - only this system has it

    gi.require_version("Gtk", "3.0")
    gi.require_version("Gdk", "3.0")
    from gi.repository import Gdk, GLib, Gtk  # noqa: PLC0415

    GLib.set_prgname(PROGRAM)  # the name that the desktop groups windows and finds icons by
    Gdk.set_program_class(WINDOW_CLASS)  # else "__main__.py", from the command line
    settings = Gtk.Settings.get_default()
    if settings is None:
        raise ClaudometerError(ErrorCode.NO_DISPLAY)
    if "GTK_THEME" not in os.environ:
        _follow_portal(settings)
    return is_dark(settings)


def bring_forward(window: Any) -> None:  # noqa: ANN401 - PyGObject has no types
    """Have the window come forward; from any thread."""
    from gi.repository import GLib  # noqa: PLC0415

    GLib.idle_add(come_forward, window)


def come_forward(window: Any) -> None:  # noqa: ANN401
    """Answer a click that the tray's process took, not this one. GTK's thread only."""
    window.deiconify()
    if window.is_active():
        return
    if window.get_display().__gtype__.name == "GdkX11Display":
        window.present_with_time(_server_time(window))
        return
    # Wayland wants a token of the click, which no tray's menu hands on: GNOME would only say “is ready”.
    # A window that is shown anew comes to the front.
    window.hide()
    window.present()


def _server_time(window: Any) -> int:  # noqa: ANN401
    """Return the moment by the X server's clock: KWin refuses an older one, and GTK knows of no click."""
    import gi  # noqa: PLC0415 - only this system has it

    gi.require_version("GdkX11", "3.0")
    from gi.repository import GdkX11  # noqa: PLC0415

    now: int = GdkX11.x11_get_server_time(window.get_window())
    return now


def is_dark(settings: Any) -> bool:  # noqa: ANN401 - PyGObject has no types
    """Tell light from dark as WebKitGTK does: by the wish for dark, else by the theme's name."""
    theme: str = os.environ.get("GTK_THEME") or settings.props.gtk_theme_name or ""
    prefers: bool = settings.props.gtk_application_prefer_dark_theme
    return prefers or theme.lower().endswith(("-dark", ":dark"))


def _follow_portal(settings: Any) -> None:  # noqa: ANN401
    """Follow the desktop's own switch. GTK 3 does not: https://github.com/electron/electron/issues/38961"""
    from gi.repository import Gio, GLib  # noqa: PLC0415

    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return  # GLib would start a bus to ask on
    try:
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    except GLib.Error:
        return  # no bus: GTK's own theme stands
    name, path, interface = _PORTAL
    listener = partial(_heed, settings, bus)
    bus.signal_subscribe(name, interface, "SettingChanged", path, None, Gio.DBusSignalFlags.NONE, listener)
    ask = (*_PORTAL, "Read", GLib.Variant("(ss)", _SCHEME), None, Gio.DBusCallFlags.NONE)
    try:
        answer = bus.call_sync(*ask, _PORTAL_TIMEOUT_MS)
    except GLib.Error:
        # After a login nobody may have asked for the portal yet: it starts now, and answers in its own time.
        bus.call(*ask, -1, None, partial(_heed_answer, settings))
    else:
        _apply(settings, answer.unpack()[0])


def _heed_answer(settings: Any, bus: Any, result: object) -> None:  # noqa: ANN401
    from gi.repository import GLib  # noqa: PLC0415

    try:
        answer = bus.call_finish(result)
    except GLib.Error:
        return  # no portal on this desktop: GTK's own theme stands
    _apply(settings, answer.unpack()[0])


def _heed(settings: Any, _bus: object, *signal: Any) -> None:  # noqa: ANN401
    """Take a change over. Bound to the bus, which would fall silent if nobody held it."""
    namespace, key, value = signal[-1].unpack()
    if (namespace, key) == _SCHEME:
        _apply(settings, value)


def _apply(settings: Any, scheme: object) -> None:  # noqa: ANN401
    """GNOME's light is no wish at all: the user's own setting of GTK holds again, which is mostly light."""
    if scheme in {_DARK, _LIGHT}:
        settings.props.gtk_application_prefer_dark_theme = scheme == _DARK
    else:
        settings.reset_property("gtk-application-prefer-dark-theme")
