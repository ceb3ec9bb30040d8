"""What becomes of the window when WebKit's own process, which holds the page, ends under it.

WebKit draws a page in a process of its own, which the kernel may kill for memory and a driver may crash.
What is left is an empty window:
https://webkitgtk.org/reference/webkit2gtk/stable/signal.WebView.web-process-terminated.html
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

MOST_RELOADS = 3
"""A page that takes its process down with it each time must not do so for ever."""


class Revival:
    """Loads the page anew when its process has ended, and gives up after some times.

    Args:
        load: loads the page into the empty window.
        give_up: ends the window.
    """

    def __init__(self, load: Callable[[], None], give_up: Callable[[], None]) -> None:
        self._load = load
        self._give_up = give_up
        self._reloads = 0

    def page_number(self) -> int:
        """Return which page the window shows, from 0."""
        return self._reloads

    def page_is_gone(self, reason: str) -> None:
        """Act on the end of the page's process; called on the toolkit's thread."""
        if self._reloads == MOST_RELOADS:
            log.error("WebKit's process ended again (%s); the window closes", reason)
            self._give_up()
            return
        self._reloads += 1
        log.warning("WebKit's process ended (%s); the page is loaded anew", reason)
        self._load()


def watch_web_process(toplevel: Any, revival: Revival) -> None:  # noqa: ANN401 - PyGObject has no types
    """Have ``revival`` told of the end of the web view's process in this GTK window."""

    def ended(_view: object, reason: Any) -> None:  # noqa: ANN401
        revival.page_is_gone(reason.value_nick)

    view = toplevel
    while not hasattr(view, "load_html"):
        view = view.get_child()
    view.connect("web-process-terminated", ended)
