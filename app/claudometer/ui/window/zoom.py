"""The size of the page: the window grows with the desktop's text; Ctrl with +, - and 0 zooms. GTK only."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PLAIN_DPI = 96
"""The screen's resolution for text of 100 %, in dots per inch. WebKit scales the whole page by it.

GTK multiplies the setting ``gtk-xft-dpi`` by ``GDK_DPI_SCALE``. Plasma on X11 sets 192 and 0.5 where it draws
everything twice as large.
"""

_LARGEST_SCALE = 3.0
_STEP, _SMALLEST_ZOOM, _LARGEST_ZOOM = 1.1, 0.5, 3.0  # similar to browsers

_IN = frozenset({"plus", "equal", "KP_Add"})  # on many keyboards, "+" is Shift with "="
_OUT = frozenset({"minus", "KP_Subtract"})
_RESET = frozenset({"0", "KP_0"})


def grown(size: tuple[int, int], screen: Any, room: tuple[int, int]) -> tuple[int, int]:  # noqa: ANN401 - PyGObject has no types
    """Return the window's size for the desktop's text size, limited to the room on its screen, in points."""
    scale = min(max(screen.get_resolution() / _PLAIN_DPI, 1.0), _LARGEST_SCALE)
    width, height = (min(round(side * scale), most) for side, most in zip(size, room, strict=True))
    return width, height


def room_on_screen(display: Any) -> tuple[int, int]:  # noqa: ANN401
    """Return the width and height that panels leave free on the primary monitor, in points."""
    monitor = display.get_primary_monitor() or display.get_monitor(0)
    area = monitor.get_workarea()
    return area.width, area.height


def zoom_by_keys(toplevel: Any) -> None:  # noqa: ANN401
    """Zoom the page on these keys, which the page then does not get."""
    from gi.repository import Gdk  # noqa: PLC0415 - only this system has it

    from claudometer.ui.window.web_process import find_web_view  # noqa: PLC0415 - not for the frame

    view = find_web_view(toplevel)

    def pressed(_window: object, event: Any) -> bool:  # noqa: ANN401
        if not event.state & Gdk.ModifierType.CONTROL_MASK:
            return False
        key = Gdk.keyval_name(event.keyval)
        if key in _RESET:
            view.set_zoom_level(1.0)
        elif key in _IN:
            view.set_zoom_level(min(view.get_zoom_level() * _STEP, _LARGEST_ZOOM))
        elif key in _OUT:
            view.set_zoom_level(max(view.get_zoom_level() / _STEP, _SMALLEST_ZOOM))
        else:
            return False
        return True

    toplevel.connect("key-press-event", pressed)
