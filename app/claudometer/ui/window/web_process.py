"""Says how WebKit's web process paints, and reloads the page when the process ends.

WebKit renders the page in a separate process. The kernel may kill it if memory is short, and a graphics
driver may crash it. Then the window is empty:
https://webkitgtk.org/reference/webkit2gtk/stable/signal.WebView.web-process-terminated.html
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

BY_PROCESSOR = "WEBKIT_SKIA_ENABLE_CPU_RENDERING"
"""The variable with which WebKit's web process paints by the processor; with ``0`` it does not."""

MOST_RELOADS = 3
"""A bound, for a page that crashes its process each time."""


class Reloader:
    """Reloads the page when its process has ended, at most :data:`MOST_RELOADS` times.

    Args:
        load: loads the page into the empty window.
        give_up: closes the window.
    """

    def __init__(self, load: Callable[[], None], give_up: Callable[[], None]) -> None:
        self._load = load
        self._give_up = give_up
        self._reloads = 0

    def page_number(self) -> int:
        """Return how often the page was reloaded: 0 for the first page."""
        return self._reloads

    def page_is_gone(self, reason: str) -> None:
        """Reload the page, or close the window. On GTK's thread only.

        Args:
            reason: by WebKit's name for it; for the log.
        """
        if self._reloads == MOST_RELOADS:
            log.error("WebKit's process ended again (%s); the window closes", reason)
            self._give_up()
            return
        self._reloads += 1
        log.warning("WebKit's process ended (%s); reloading the page", reason)
        self._load()


def watch_web_process(toplevel: Any, reloader: Reloader) -> None:  # noqa: ANN401 - PyGObject has no types
    """Call ``reloader`` when the web process of this GTK window ends."""

    def ended(_view: object, reason: Any) -> None:  # noqa: ANN401
        reloader.page_is_gone(reason.value_nick)

    find_web_view(toplevel).connect("web-process-terminated", ended)


def paint_by_processor() -> None:
    """Let WebKit paint by the processor, unless the user's environment says otherwise. Call it before WebKit.

    WebKitGTK from 2.46 on paints by OpenGL, which gains nothing for a page of text and bars. With Mesa's
    software driver it takes 0.2 s of processor time and 46 MB more. Only painting changes; what is painted is
    still put together by OpenGL. Without that (no hardware acceleration), quickly typed letters were lost.
    https://github.com/WebKit/WebKit/blob/main/Source/WebKit/WebProcess/glib/WebProcessGLib.cpp
    """
    os.environ.setdefault(BY_PROCESSOR, "1")


def find_web_view(widget: Any) -> Any:  # noqa: ANN401
    """Return the web view inside a GTK widget. It is the innermost; pywebview has no name for it."""
    while not hasattr(widget, "load_html"):
        widget = widget.get_child()
    return widget
