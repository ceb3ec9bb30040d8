"""Fits the window into a GTK desktop: program name, light or dark, coming to the front. Knows no page."""

from __future__ import annotations

import os
from functools import partial

from claudometer.domain.errors import ClaudometerError, ErrorCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PROGRAM = "claudometer"
WINDOW_CLASS = "Claudometer"
"""The name that X11 desktops show if no desktop entry is installed, as with a checkout."""

_PORTAL = (
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
)
_SCHEME = ("org.freedesktop.appearance", "color-scheme")
_PORTAL_TIMEOUT_MS = 200
"""The window waits for this. If the portal is slower, the colors change when the window is there."""

_DARK, _LIGHT = 1, 2
_BUS_VARIABLE = "DBUS_SESSION_BUS_ADDRESS"


def prepare_gtk() -> bool:
    """Set GTK's color scheme to the desktop's; WebKit uses it, too. Call once, before the window is made.

    Returns:
        Whether the scheme is dark.

    Raises:
        ClaudometerError: ``NO_DISPLAY``.
        ImportError, ValueError: GTK 3 is not installed.
    """
    import gi  # noqa: PLC0415 - only this system has it

    gi.require_version("Gtk", "3.0")
    gi.require_version("Gdk", "3.0")
    from gi.repository import Gdk, GLib, Gtk  # noqa: PLC0415

    GLib.set_prgname(PROGRAM)  # desktops group windows and find icons by this name
    Gdk.set_program_class(WINDOW_CLASS)  # GTK would take "__main__.py" from the command line
    settings = Gtk.Settings.get_default()
    if settings is None:
        raise ClaudometerError(ErrorCode.NO_DISPLAY)
    if "GTK_THEME" not in os.environ:
        _follow_portal(settings)
    return is_dark(settings)


def bring_forward(find_window: Callable[[], Any]) -> None:
    """Bring the window to the front, soon. Call it from any thread.

    Args:
        find_window: returns GTK's window, ``None`` if there is none yet. Called on any thread.
    """
    # Without a window yet, the main thread may be importing GTK. PyGObject's importer is not thread-safe: one
    # of two imports fails, and with it the window's process.
    if find_window() is None:
        return  # it will appear in front
    from gi.repository import GLib  # noqa: PLC0415

    GLib.idle_add(lambda: come_forward(find_window()))


def come_forward(window: Any) -> None:  # noqa: ANN401 - PyGObject has no types
    """Bring the window to the front after a click that another process received. GTK's thread only.

    Does nothing to a window that is still being made (it will appear in front anyway) or already closing.
    """
    if window is None or not window.get_realized():
        return
    window.deiconify()
    if window.is_active():
        return
    if is_x11(window.get_display()):
        window.present_with_time(_server_time(window))
        return
    # On Wayland, `present` needs an activation token of the click, and this process has none: GNOME would
    # only show a notification. But a window that was hidden comes to the front when it is shown again.
    window.hide()
    window.present()


def _server_time(window: Any) -> int:  # noqa: ANN401
    """Return the time of the X server's clock, in ms.

    KWin ignores a request with an older time, and GTK, which has seen no click, has only an old one.
    """
    import gi  # noqa: PLC0415 - only this system has it

    gi.require_version("GdkX11", "3.0")
    from gi.repository import GdkX11  # noqa: PLC0415

    now: int = GdkX11.x11_get_server_time(window.get_window())
    return now


def is_x11(display: Any) -> bool:  # noqa: ANN401 - PyGObject has no types
    """Return whether GDK is connected to an X server, and not to a Wayland compositor."""
    name: str = display.__gtype__.name
    return name == "GdkX11Display"


def is_dark(settings: Any) -> bool:  # noqa: ANN401 - PyGObject has no types
    """Return whether WebKitGTK uses a dark scheme, as it decides: by GTK's preference or the theme's name."""
    theme: str = os.environ.get("GTK_THEME") or settings.props.gtk_theme_name or ""
    prefers: bool = settings.props.gtk_application_prefer_dark_theme
    return prefers or theme.lower().endswith(("-dark", ":dark"))


def _follow_portal(settings: Any) -> None:  # noqa: ANN401
    """Follow the desktop's light or dark setting now and later.

    GTK 3 does not do that: https://github.com/electron/electron/issues/38961
    """
    from gi.repository import Gio, GLib  # noqa: PLC0415

    address = os.environ.get(_BUS_VARIABLE)
    if not address:
        return  # GLib would start a session bus of its own
    # Not GLib's shared connection, which ends the process when the bus ends.
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    try:
        bus = Gio.DBusConnection.new_for_address_sync(address, flags)
    except GLib.Error:
        return  # no bus: keep GTK's own theme
    name, path, interface = _PORTAL
    listener = partial(_take_change, settings, bus)
    bus.signal_subscribe(name, interface, "SettingChanged", path, None, Gio.DBusSignalFlags.NONE, listener)
    ask = (*_PORTAL, "Read", GLib.Variant("(ss)", _SCHEME), None, Gio.DBusCallFlags.NONE)
    try:
        answer = bus.call_sync(*ask, _PORTAL_TIMEOUT_MS)
    except GLib.Error:
        # Shortly after login the portal may not run yet. The call starts it, so ask again without blocking.
        bus.call(*ask, -1, None, partial(_take_answer, settings))
    else:
        _apply(settings, answer.unpack()[0])


def _take_answer(settings: Any, bus: Any, result: object) -> None:  # noqa: ANN401
    from gi.repository import GLib  # noqa: PLC0415

    try:
        answer = bus.call_finish(result)
    except GLib.Error:
        return  # no portal on this desktop: keep GTK's own theme
    _apply(settings, answer.unpack()[0])


def _take_change(settings: Any, _bus: object, *signal: Any) -> None:  # noqa: ANN401
    """Apply a change. The argument ``_bus`` keeps the connection alive, without which no signal arrives."""
    namespace, key, value = signal[-1].unpack()
    if (namespace, key) == _SCHEME:
        _apply(settings, value)


def _apply(settings: Any, scheme: object) -> None:  # noqa: ANN401
    """Set GTK's preference to the portal's value.

    GNOME reports its light style as "no preference". Then GTK's own setting applies, which usually is light.
    """
    if scheme in {_DARK, _LIGHT}:
        settings.props.gtk_application_prefer_dark_theme = scheme == _DARK
    else:
        settings.reset_property("gtk-application-prefer-dark-theme")
