"""Shows the window's frame at once, in its size and color, while pywebview still loads.

Loading pywebview and WebKit takes longer than everything else until the page is there. So GTK shows a window
first. The window that pywebview makes afterwards never appears; its content moves into ours.
"""

from __future__ import annotations

import sys
import time

from claudometer.ui.window.desktop import is_x11, prepare_gtk
from claudometer.ui.window.zoom import grown, room_on_screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from webview import Window

IS_GTK = sys.platform not in {"darwin", "win32"}

TITLE = "Claudometer"
SIZE = (460, 720)
SMALLEST = (420, 480)
GROUND_LIGHT, GROUND_DARK = "#f4f0e9", "#1a1816"
"""The page's ``--ground``, the window's color until the page is loaded."""

_SHOWN_WITHIN_S = 0.5
"""How long to wait for the window to appear on Wayland. On a busy desktop, loading goes on before that."""


class Frame:
    """An empty window that is on the screen.

    Attributes:
        ground: its color, as CSS writes it.
    """

    def __init__(self, toplevel: Any, ground: str) -> None:  # noqa: ANN401 - PyGObject has no types
        self.ground = ground
        self._toplevel = toplevel
        self._close: Any = None
        self._is_closed_early = False
        toplevel.connect("delete-event", self._closed_by_the_user)

    def adopt(self, window: Window) -> None:
        """Move the content of pywebview's window into ours, and replace its window. GTK's thread only.

        Call it before pywebview shows its window.

        Raises:
            LookupError, AttributeError: this pywebview is built differently. Its own window is unchanged.
        """
        from gi.repository import GLib  # noqa: PLC0415 - only this system has it
        from webview.platforms.gtk import BrowserView  # noqa: PLC0415 - loaded by now

        from claudometer.ui.window.web_process import find_web_view  # noqa: PLC0415 - only now

        view = BrowserView.instances[window.uid]
        theirs, close = view.window, view.close_window
        content = theirs.get_child()
        theirs.remove(content)
        self._toplevel.add(content)
        self._toplevel.set_focus(
            find_web_view(content)
        )  # GTK itself sets the focus only when a window appears
        self._toplevel.set_icon(theirs.get_icon())
        view.window = window.native = self._toplevel
        self._close = close
        theirs.destroy()
        if self._is_closed_early:
            GLib.idle_add(view.destroy)

    def give_up(self) -> None:
        """Remove the frame from the screen."""
        self._toplevel.destroy()

    def _closed_by_the_user(self, *event: object) -> bool:
        """Close the window, or as soon as its content is there. Returns whether GTK should keep it open."""
        if self._close is None:
            self._is_closed_early = True
            return True
        is_kept: bool = self._close(*event)
        return is_kept


def open_frame() -> Frame:
    """Show an empty window, light or dark as the desktop, and return when it is painted.

    Raises:
        ClaudometerError: ``NO_DISPLAY``.
        ImportError, ValueError: GTK 3 is not installed.
    """
    ground = GROUND_DARK if prepare_gtk() else GROUND_LIGHT
    from gi.repository import Gtk  # noqa: PLC0415 - only this system has it

    toplevel = Gtk.ApplicationWindow(title=TITLE)
    toplevel.set_size_request(*SMALLEST)
    toplevel.set_default_size(*grown(SIZE, toplevel.get_screen(), room_on_screen(toplevel.get_display())))
    toplevel.set_position(Gtk.WindowPosition.CENTER)
    style = Gtk.CssProvider()
    style.load_from_data(f"window {{ background-color: {ground}; }}".encode())
    toplevel.get_style_context().add_provider(style, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)
    frame = Frame(toplevel, ground)
    _show(toplevel, ground)
    return frame


def _show(toplevel: Any, ground: str) -> None:  # noqa: ANN401 - PyGObject has no types
    """Show the window so that it stays on the screen while GTK's loop does not run."""
    from gi.repository import Gdk  # noqa: PLC0415 - only this system has it

    toplevel.realize()
    window, display = toplevel.get_window(), toplevel.get_display()
    if is_x11(display):
        color = Gdk.RGBA()
        color.parse(ground)
        window.set_background_rgba(color)  # the X server itself paints this color while we load
        toplevel.show()
    else:
        toplevel.show()
        _wait_for_paint(window.get_frame_clock())
    display.flush()


def _wait_for_paint(clock: Any) -> None:  # noqa: ANN401
    """Run GTK's loop until the window is painted, because Wayland shows only a window that is."""
    from gi.repository import GLib  # noqa: PLC0415 - only this system has it

    painted: list[object] = []
    clock.connect("paint", painted.append)
    loop, deadline = GLib.MainContext.default(), time.monotonic() + _SHOWN_WITHIN_S
    GLib.timeout_add(int(_SHOWN_WITHIN_S * 1000), lambda: False)  # wakes the loop at the deadline
    while not painted and time.monotonic() < deadline:
        loop.iteration(True)
