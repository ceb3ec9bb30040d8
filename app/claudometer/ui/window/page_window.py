"""Shows the page in a window by pywebview, connects it with the app, and ends its threads."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.resources import assets_folder
from claudometer.ui.window.bridge import Bridge
from claudometer.ui.window.closing import ask_in_dialog, may_close, tell_app
from claudometer.ui.window.desktop import bring_forward
from claudometer.ui.window.document import read_page
from claudometer.ui.window.feed import Feed, follow
from claudometer.ui.window.folder_dialog import choose_folder
from claudometer.ui.window.frame import GROUND_LIGHT, IS_GTK, SIZE, SMALLEST, TITLE
from claudometer.ui.window.main_loop import MainLoop
from claudometer.ui.window.page_api import NoApi, page_functions
from claudometer.ui.window.save_dialog import save_csv
from claudometer.ui.window.web_process import Reloader, paint_by_processor, watch_web_process
from claudometer.ui.window.zoom import zoom_by_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from webview import Window

    from claudometer.control.client import ControlClient
    from claudometer.control.wire.answers import Place
    from claudometer.ui.window.frame import Frame

log = logging.getLogger(__name__)

ICON = "claudometer-128.png"
END_TIMEOUT_S = 0.3
"""Short, because a click may ask for the next window, and a thread that can end does so at once."""


def show(control: ControlClient, frame: Frame | None, place: Place | None, *, log_folder: str) -> int:
    """Show the page until the window is closed or the app ends.

    Args:
        frame: the window that is on the screen already; ``None`` on systems without GTK.
        place: the page and limit to show first.
        log_folder: of the log, for messages.

    Returns:
        The exit code.

    Raises:
        ClaudometerError: no window can be shown here.
    """
    feed = Feed()
    if place is not None:
        feed.publish_place(place)
    bridge = Bridge(control, feed)
    window = _make_window(GROUND_LIGHT if frame is None else frame.ground)
    close = _once(window.destroy)
    reloader = Reloader(lambda: window.load_html(read_page(), ""), close)
    if frame is not None:
        window.events.before_show += lambda: _move_in(window, frame)
        window.events.closing += lambda: _leave(control, feed, window)
        window.events.before_show += lambda: watch_web_process(window.native, reloader)
        window.events.before_show += lambda: zoom_by_keys(window.native)
    functions = page_functions(
        bridge,
        close if frame is None else lambda: _close_as_a_person_does(window),
        choose_folder=lambda typed: choose_folder(window, typed),
        save_csv=lambda text: save_csv(window, text),
        log_folder=log_folder,
        page_number=reloader.page_number,
    )
    window.expose(*functions)
    threading.Thread(target=_follow_app, args=(control, feed, window, close), daemon=True).start()
    # On a thread: `destroy` waits until the window is shown, which GTK's thread does, where the handler runs.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=close, daemon=True).start())
    _show(log_folder)
    feed.end()
    _end_threads()
    return 0


def _make_window(ground: str) -> Window:
    import webview  # noqa: PLC0415 - takes long

    logging.getLogger("pywebview").setLevel(logging.WARNING)
    # The page needs neither: it is a single document, and the app opens its links.
    webview.settings["ALLOW_FILE_URLS"] = False
    webview.settings["OPEN_EXTERNAL_LINKS_IN_BROWSER"] = False
    window = webview.create_window(
        TITLE,
        html=read_page(),
        js_api=NoApi(),
        width=SIZE[0],
        height=SIZE[1],
        min_size=SMALLEST,
        background_color=ground,
        # With `False`, pywebview would add a style, which the page's policy refuses. The page has its own.
        text_select=True,
    )
    if window is None:
        raise ClaudometerError(ErrorCode.WINDOW_FAILED)
    return window


def _leave(control: ControlClient, feed: Feed, window: Window) -> bool:
    """Return whether the window may close; if so, tell the app."""
    if not may_close(control, feed, lambda demo: ask_in_dialog(window.native, demo=demo)):
        return False
    tell_app(control)
    return True


def _close_as_a_person_does(window: Window) -> None:
    """Close it as its close button does, so that it may ask first. Call it from any thread."""
    from gi.repository import GLib  # noqa: PLC0415 - only this system has it

    toplevel: Any = window.native
    GLib.idle_add(toplevel.close)


def _move_in(window: Window, frame: Frame) -> None:
    try:
        frame.adopt(window)
    except (LookupError, AttributeError, ImportError) as error:
        log.warning("pywebview is built differently, so the window opens a second time: %s", error)
        frame.give_up()


def _once(call: Callable[[], None]) -> Callable[[], None]:
    """Return a function that makes the call the first time, and then does nothing.

    When the app quits, its stream ends and its SIGTERM arrives at the same time. GTK's loop fails if a window
    is destroyed twice.
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
        elif window.events.shown.is_set():  # earlier, these calls would block this thread
            window.show()
            window.restore()

    follow(control.subscribe("card"), feed, come_forward=bring)
    close()


def _show(log_folder: str) -> None:
    """Run the toolkit's loop until the window is closed."""
    import webview  # noqa: PLC0415 - loaded by now

    icon = assets_folder() / ICON
    try:
        if IS_GTK:
            paint_by_processor()
            from webview.platforms import gtk  # noqa: PLC0415 - only this system has it

            loop: Any = MainLoop()
            gtk._app = loop  # noqa: SLF001 - otherwise pywebview makes an application, which may wait
        webview.start(gui="gtk" if IS_GTK else None, icon=str(icon) if icon.is_file() else None)
    except (ImportError, ValueError, webview.WebViewException) as error:
        log.warning("no window can be shown here: %s", error)
        raise ClaudometerError(ErrorCode.WINDOW_FAILED, folder=log_folder) from error


def _end_threads() -> None:
    """Wait for pywebview's own threads; end the process if one does not end.

    They are no daemons, and one that delivers an answer to a page that is gone waits forever.
    """
    deadline = time.monotonic() + END_TIMEOUT_S
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                logging.shutdown()
                os._exit(0)
