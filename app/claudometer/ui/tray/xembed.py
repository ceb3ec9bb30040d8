"""The icon in panels that know only XEmbed, the old way, by pystray's backend for GTK, which loads GTK.

Used only if no panel shows StatusNotifierItems.
https://specifications.freedesktop.org/systemtray-spec/latest/
"""

from __future__ import annotations

import ctypes
import logging
import os
from functools import cache
from typing import TYPE_CHECKING

from claudometer.present.menu_entries import Action
from claudometer.ui.tray.display import changed_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from claudometer.present.icon import IconModel
    from claudometer.present.menu_entries import Dispatch, Entry


log = logging.getLogger(__name__)

# Otherwise the first GTK program of a session loads Mesa and LLVM to choose a window's color depth: 30 MB for
# a program without a window.
_WHILE_LOADING = {"GDK_GL": "disable", "GDK_BACKEND": "x11"}


def may_have_xembed() -> bool:
    """Return whether this session could have such a panel: one of X11 itself, not XWayland."""
    return bool(os.environ.get("DISPLAY")) and not os.environ.get("WAYLAND_DISPLAY")


def has_xembed_tray() -> bool:
    """Return whether a panel takes icons the old way now. Connects to the X server for a moment."""
    x11 = _load_x11() if may_have_xembed() else None
    if x11 is None:
        return False
    # Without a type, ctypes would cut the pointer to the size of an int.
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if not display:
        return False
    try:
        return _owns_tray(x11, ctypes.c_void_p(display))
    finally:
        x11.XCloseDisplay(ctypes.c_void_p(display))


def _owns_tray(x11: ctypes.CDLL, display: ctypes.c_void_p) -> bool:
    x11.XInternAtom.restype = x11.XGetSelectionOwner.restype = ctypes.c_ulong
    screen = x11.XDefaultScreen(display)
    selection = x11.XInternAtom(display, f"_NET_SYSTEM_TRAY_S{screen}".encode(), 0)
    return bool(x11.XGetSelectionOwner(display, ctypes.c_ulong(selection)))


def _load_x11() -> ctypes.CDLL | None:
    # By the name that every build of it has: `find_library` would run ldconfig, once a second.
    try:
        return ctypes.CDLL("libX11.so.6")
    except OSError:
        return None


def make_xembed_icon(name: str, dispatch: Dispatch, on_embedded: Callable[[bool], None]) -> XEmbedIcon | None:
    """Make the icon; ``None`` if GTK cannot be used, which is logged."""
    with changed_environment(_WHILE_LOADING):
        try:
            return XEmbedIcon(name, dispatch, on_embedded)
        except (ImportError, ValueError) as error:
            log.warning("this panel takes icons only the old way, which needs GTK 3: %s", error)
            return None


class XEmbedIcon:
    """A ``GtkStatusIcon``, by pystray. UI thread only.

    Args:
        on_embedded: called when a panel has taken the icon, and when it has lost it; not while it is hidden.

    Raises:
        ImportError, ValueError: GTK 3 is not installed, or there is no display.
    """

    def __init__(self, name: str, dispatch: Dispatch, on_embedded: Callable[[bool], None]) -> None:
        import gi  # noqa: PLC0415 - absent on machines without a desktop

        _keep_out_of_the_terminal()
        gi.require_version("Gtk", "3.0")
        gi.require_version("GdkX11", "3.0")
        from gi.repository import GdkX11  # noqa: PLC0415
        from pystray import _gtk  # noqa: PLC0415 - raises ImportError where there is no display

        from claudometer.ui.tray.gtk_menu import GtkMenu  # noqa: PLC0415 - needs GTK

        _survive_x_errors(GdkX11)
        self._menu = GtkMenu(dispatch)
        owner = _gtk.Icon(name)
        # Without this, pystray's own handler of a right click fails, because only its `run` makes a menu.
        owner._menu_handle = None  # noqa: SLF001 - pystray offers no other way
        self._icon = owner._status_icon  # noqa: SLF001 - pystray offers no other way to its icon
        self._icon.set_visible(False)
        self._model: IconModel | None = None
        self._icon.connect("size-changed", self._resized)
        self._icon.connect("activate", lambda _icon: dispatch(Action.OPEN_WINDOW, None))
        self._icon.connect("notify::embedded", self._embedding_changed)
        self._on_embedded = on_embedded
        self._icon.connect("popup-menu", self._popped_up)

    def paint(self, model: IconModel) -> None:
        """Show a picture and its tooltip."""
        self._model = model
        self._icon.set_title(model.tooltip)
        self._icon.set_tooltip_text(model.tooltip)
        self._draw(self._icon.get_size() or 22)

    def list_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show these menu entries."""
        self._menu.show(entries)

    def show(self, *, visible: bool) -> None:
        """Show the icon in the panel, or remove it."""
        self._icon.set_visible(visible)

    def _embedding_changed(self, icon: Any, _property: object) -> None:  # noqa: ANN401
        if icon.get_visible():
            self._on_embedded(icon.is_embedded())

    def _draw(self, size: int) -> None:
        if self._model is not None:
            self._icon.set_from_pixbuf(_pixbuf(self._model, max(16, size)))

    def _resized(self, _icon: Any, size: int) -> bool:  # noqa: ANN401 - PyGObject has no types
        self._draw(size)
        return True  # drawn for this size, so GTK need not scale it

    def _popped_up(self, _icon: Any, button: int, time: int) -> None:  # noqa: ANN401
        from gi.repository import Gtk  # noqa: PLC0415

        position = Gtk.StatusIcon.position_menu
        self._menu.widget.popup(None, None, position, self._icon, button, time)


@cache  # once: a new icon may be made every 2 s, and neither traps nor handlers are ever freed
def _survive_x_errors(gdk_x11: Any) -> None:  # noqa: ANN401
    """Keep GDK from ending the process when a panel dies with our icon inside, which is an X error.

    A trap that is never closed covers every later request. GTK's own traps work as before within it.
    """
    display = gdk_x11.X11Display.get_default() if hasattr(gdk_x11.X11Display, "get_default") else None
    if display is None:
        from gi.repository import Gdk  # noqa: PLC0415

        display = Gdk.Display.get_default()
    if isinstance(display, gdk_x11.X11Display):
        display.error_trap_push()


@cache  # as above
def _keep_out_of_the_terminal() -> None:
    """Write the toolkit's warnings to the log, because a person at the terminal can do nothing about them.

    GDK warns whenever a panel takes the icon (``gdk_window_thaw_toplevel_updates: assertion … failed``), and
    dbind if no program for accessibility is installed; seen with tint2 on Debian 12 and 13.
    """
    from gi.repository import GLib  # noqa: PLC0415

    for domain in ("Gdk", "Gtk", "dbind"):
        GLib.log_set_handler(domain, GLib.LogLevelFlags.LEVEL_MASK, _note, None)


def _note(domain: str, _level: int, text: str, *_data: object) -> None:
    log.info("%s: %s", domain, text)


def _pixbuf(model: IconModel, size: int) -> Any:  # noqa: ANN401
    from gi.repository import GdkPixbuf, GLib  # noqa: PLC0415

    from claudometer.ui.tray.drawing import draw  # noqa: PLC0415

    data = GLib.Bytes.new(draw(model, size).rgba())
    return GdkPixbuf.Pixbuf.new_from_bytes(
        data,
        GdkPixbuf.Colorspace.RGB,
        True,
        8,
        size,
        size,
        4 * size,
    )
