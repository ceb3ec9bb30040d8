"""The process of the settings window. It ends when the window is closed, so it keeps no state of the app."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

from claudometer.control.client import ControlClient
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.resources import assets_folder
from claudometer.ui.window.bridge import Bridge
from claudometer.ui.window.desktop import bring_forward, prepare_gtk
from claudometer.ui.window.exposure import NoApi, page_functions
from claudometer.ui.window.feed import Feed, follow
from claudometer.ui.window.folder_dialog import choose_folder
from claudometer.ui.window.render import render_page
from claudometer.ui.window.web_process import Revival, watch_web_process

if TYPE_CHECKING:
    from collections.abc import Callable

    from webview import Window

    from claudometer.control.wire.answers import Place

log = logging.getLogger(__name__)

TITLE = "Claudometer"
SIZE = (460, 720)
SMALLEST = (420, 480)
GROUND_LIGHT, GROUND_DARK = "#f4f0e9", "#1a1816"
"""The page's ``--ground``, which the window shows until the page is loaded."""

ICON = "claudometer-128.png"
END_TIMEOUT_S = 0.3

IS_GTK = sys.platform not in {"darwin", "win32"}


def run(endpoint: str, place: Place | None = None, *, log_folder: str = "…") -> int:
    """Show the window of the app that listens at ``endpoint`` until it is closed or the app ends.

    Args:
        place: what it shows first.

    Raises:
        ClaudometerError: no app runs there, there is no display, or no window can be shown here.
    """
    control, feed = ControlClient(endpoint), Feed()
    control.call("ping")  # without an app, fail before the toolkit is imported, which takes long
    if place is not None:
        feed.publish_place(place)
    bridge = Bridge(control, feed)
    window = _make_window()
    close = _once(window.destroy)
    revival = Revival(lambda: window.load_html(render_page(), ""), close)
    if IS_GTK:
        window.events.before_show += lambda: watch_web_process(window.native, revival)
    functions = page_functions(
        bridge,
        close,
        choose_folder=lambda typed: choose_folder(window, typed),
        log_folder=log_folder,
        page_number=revival.page_number,
    )
    window.expose(*functions)
    threading.Thread(target=_follow_app, args=(control, feed, window, close), daemon=True).start()
    # On a thread, because `destroy` waits until the window is shown, and the handler runs on GTK's thread.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=close, daemon=True).start())
    _show(window, log_folder)
    feed.end()
    _end_threads()
    return 0


def _make_window() -> Window:
    import webview  # noqa: PLC0415 - only after an app was found to show

    logging.getLogger("pywebview").setLevel(logging.WARNING)
    # The page needs neither: it is one document, and opens links through the app.
    webview.settings["ALLOW_FILE_URLS"] = False
    webview.settings["OPEN_EXTERNAL_LINKS_IN_BROWSER"] = False
    window = webview.create_window(
        TITLE,
        html=render_page(),
        js_api=NoApi(),
        width=SIZE[0],
        height=SIZE[1],
        min_size=SMALLEST,
        background_color=GROUND_LIGHT,
        # With `False`, pywebview would add a style, which the page's policy refuses. The page has its own.
        text_select=True,
    )
    if window is None:
        raise ClaudometerError(ErrorCode.WINDOW_FAILED)
    return window


def _once(call: Callable[[], None]) -> Callable[[], None]:
    """Return a function that makes the call once, and then does nothing.

    When the app quits, its stream ends and its signal arrives at the same time. A window that is destroyed
    twice fails in GTK's loop.
    """
    first = threading.Lock()

    def call_first() -> None:
        if first.acquire(blocking=False):
            call()

    return call_first


def _follow_app(control: ControlClient, feed: Feed, window: Window, close: Callable[[], None]) -> None:
    def bring() -> None:
        if IS_GTK:
            bring_forward(lambda: window.native)
        elif window.events.shown.is_set():  # before that, these calls would block, and the stream with them
            window.show()
            window.restore()

    follow(control.subscribe("card"), feed, come_forward=bring)
    close()


def _show(window: Window, log_folder: str) -> None:
    """Run the toolkit's loop until the window is closed."""
    import webview  # noqa: PLC0415 - loaded by now

    icon = assets_folder() / ICON
    try:
        if IS_GTK and prepare_gtk():
            window.background_color = GROUND_DARK
        webview.start(gui="gtk" if IS_GTK else None, icon=str(icon) if icon.is_file() else None)
    except (ImportError, ValueError, webview.WebViewException) as error:
        log.warning("no window can be shown here: %s", error)
        raise ClaudometerError(ErrorCode.WINDOW_FAILED, folder=log_folder) from error


def _end_threads() -> None:
    """End pywebview's own threads, or the process with them.

    They are not daemons, and one that delivers an answer to a page that is gone waits for it forever.
    """
    deadline = time.monotonic() + END_TIMEOUT_S
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                logging.shutdown()
                os._exit(0)
