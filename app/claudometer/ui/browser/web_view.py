"""The hidden web view: WebKitGTK with ephemeral storage, one origin, and a script isolated from the page.

It uses WebKitGTK directly because pywebview can neither set a cookie before the first page, nor apply content
rules or policy decisions, nor run a script in an isolated world.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.providers.claude.browser_protocol import (
    FIRST_PAGE,
    MAX_PAGE_LOADS,
    BrowserReply,
    FetchResponse,
    PageLoad,
    StartMessage,
)
from claudometer.ui.browser.cookies import COOKIE, set_key
from claudometer.ui.browser.fetching import FETCH_SCRIPT, SCRIPT_WORLD, arguments_for, read_result
from claudometer.ui.browser.rules import content_rules, is_of, may_visit, never_ends

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.secret import Secret

log = logging.getLogger(__name__)

CHECK_TIMEOUT_S = 20.0
"""A check that takes longer waits for a person."""

FETCH_TIMEOUT_S = 15.0
TICK_MS = 200
"""How often the toolkit's loop returns, so that a deadline is noticed even if nothing happens in it."""

SIZE = (1024, 768)


class WebView:
    """A browser for one run: passes Cloudflare's check if there is one, then sends requests from the page.

    Raises:
        ClaudometerError: there is no display, or no WebKitGTK that is new enough.
    """

    def __init__(self, start: StartMessage) -> None:
        self._gtk = _load_toolkit()
        self._start = start
        self._has_entered = False
        self._page_loads: list[PageLoad] = []
        self._is_page = True
        self._is_check = False
        self._loaded = False
        self._began = 0.0
        self._error: ErrorCode | None = None
        self._view = self._make_view()
        if sys.platform != "win32":
            glib = self._gtk.GLib
            glib.unix_fd_add_full(
                glib.PRIORITY_HIGH, sys.stdin.fileno(), glib.IOCondition.HUP, _exit_immediately
            )

    def request(self, path: str) -> BrowserReply:
        """Request a path below the base address. The first request passes the check before that."""
        if not self._has_entered:
            self._enter()
        page_loads, self._page_loads = tuple(self._page_loads[:MAX_PAGE_LOADS]), []
        if self._error is not None:
            return BrowserReply(self._error, page_loads)
        result = self._fetch(f"{self._start.base_url}/{path}")
        return BrowserReply(result, page_loads, *self._set_key())

    def _enter(self) -> None:
        """Load a page of the origin, and run its scripts until it is replaced by data, or time is up."""
        self._has_entered = True
        self._began = time.monotonic()
        self._view.load_uri(f"{self._start.base_url}/{FIRST_PAGE}")
        self._run_until(lambda: self._error or (self._loaded and not self._is_page), CHECK_TIMEOUT_S)
        self._error = self._error or self._entry_error()

    def _entry_error(self) -> ErrorCode | None:
        if not self._page_loads:
            return ErrorCode.TIMED_OUT
        is_elsewhere = not is_of(self._view.get_uri() or "", self._start.origin)
        return ErrorCode.BROWSER_CHALLENGED if self._is_check or is_elsewhere else None

    def _fetch(self, url: str) -> FetchResponse | ErrorCode:
        glib = self._gtk.GLib
        results: list[FetchResponse | ErrorCode] = []

        def finished(view: Any, result: Any) -> None:  # noqa: ANN401 - PyGObject has no types
            try:
                text = view.call_async_javascript_function_finish(result).to_string()
            except glib.Error as error:
                log.warning("the page's script ended: %s", error.domain)
                results.append(ErrorCode.CONNECTION_BROKEN)
            else:
                results.append(read_result(text))

        typed = {
            name: glib.Variant("s" if isinstance(value, str) else "d", value)
            for name, value in arguments_for(url, FETCH_TIMEOUT_S).items()
        }
        self._view.call_async_javascript_function(
            FETCH_SCRIPT, -1, glib.Variant("a{sv}", typed), SCRIPT_WORLD, None, None, finished
        )
        # One second more than the script's own timeout, so that the script can report that.
        self._run_until(lambda: results or self._error, FETCH_TIMEOUT_S + 1)
        return results[0] if results else self._error or ErrorCode.TIMED_OUT

    def _set_key(self) -> tuple[Secret | None, float | None]:
        """Return the key that the server has set, and when it expires, see :func:`set_key`.

        It is read from WebKit's cookies, because no script can read a ``Set-Cookie`` header.
        """
        manager = self._view.get_context().get_cookie_manager()
        base_url = self._start.base_url
        try:
            cookies = self._wait_for(
                lambda done: manager.get_cookies(base_url, None, done), manager.get_cookies_finish
            )
        except (ClaudometerError, self._gtk.GLib.Error):
            log.warning("the browser's cookies cannot be read, so a renewed key may be missed")
            return None, None
        return set_key(cookies, self._start.session_key)

    def _run_until(self, is_done: Callable[[], object], limit_s: float) -> None:
        """Run the toolkit's loop until ``is_done`` is true or ``limit_s`` seconds have passed."""
        glib, deadline = self._gtk.GLib, time.monotonic() + limit_s
        tick = glib.timeout_add(TICK_MS, lambda: True)
        try:
            while not is_done() and time.monotonic() < deadline:
                glib.MainContext.default().iteration(True)
        finally:
            glib.source_remove(tick)

    # Construction

    def _make_view(self) -> Any:  # noqa: ANN401
        webkit, gtk = self._gtk.WebKit2, self._gtk.Gtk
        context = webkit.WebContext.new_ephemeral()
        context.connect("download-started", lambda _context, download: download.cancel())
        context.set_cache_model(webkit.CacheModel.DOCUMENT_VIEWER)
        self._put_cookie(context.get_cookie_manager())
        manager = webkit.UserContentManager()
        manager.add_filter(self._compile_rules())
        view = webkit.WebView(web_context=context, user_content_manager=manager)
        settings = view.get_settings()
        settings.set_enable_page_cache(False)
        # Nobody sees the page, and a graphics driver would take some 46 MB (measured with the window).
        settings.set_hardware_acceleration_policy(webkit.HardwareAccelerationPolicy.NEVER)
        self._listen(view)
        window = gtk.OffscreenWindow()
        window.set_default_size(*SIZE)
        window.add(view)
        window.show_all()
        return view

    def _listen(self, view: Any) -> None:  # noqa: ANN401
        view.connect("decide-policy", self._decide)
        view.connect("load-changed", self._load_changed)
        view.connect("load-failed", self._load_failed)
        view.connect("load-failed-with-tls-errors", self._tls_failed)
        view.connect("web-process-terminated", self._process_ended)
        view.connect("permission-request", self._deny)
        view.connect("script-dialog", lambda *_: True)
        view.connect("print", lambda *_: True)
        view.connect("run-file-chooser", lambda *_: True)

    def _put_cookie(self, manager: Any) -> None:  # noqa: ANN401
        soup = self._gtk.Soup
        parts = urlsplit(self._start.base_url)
        cookie = soup.Cookie.new(COOKIE, self._start.session_key.reveal(), parts.hostname, "/", -1)
        cookie.set_http_only(True)
        cookie.set_secure(parts.scheme == "https")
        cookie.set_same_site_policy(soup.SameSitePolicy.LAX)
        self._wait_for(lambda done: manager.add_cookie(cookie, None, done), manager.add_cookie_finish)

    def _compile_rules(self) -> Any:  # noqa: ANN401
        store = self._gtk.WebKit2.UserContentFilterStore.new(self._start.folder)
        rules = self._gtk.GLib.Bytes.new(content_rules(self._start.origin))
        return self._wait_for(lambda done: store.save("rules", rules, None, done), store.save_finish)

    def _wait_for(self, start: Callable[[Callable[..., None]], None], finish: Callable[[Any], Any]) -> Any:  # noqa: ANN401
        results: list[Any] = []
        start(lambda _source, result: results.append(result))
        self._run_until(lambda: results, FETCH_TIMEOUT_S)
        if not results:
            raise ClaudometerError(ErrorCode.BROWSER_FAILED)
        return finish(results[0])

    # Signal handlers

    def _decide(self, view: Any, decision: Any, kind: Any) -> bool:  # noqa: ANN401
        kinds = self._gtk.WebKit2.PolicyDecisionType
        if kind == kinds.RESPONSE:
            return self._decide_response(view, decision)
        url = decision.get_navigation_action().get_request().get_uri()
        if kind == kinds.NAVIGATION_ACTION and may_visit(url, self._start.origin) and not self._error:
            return False
        log.warning("a page tried to navigate elsewhere and was blocked")
        decision.ignore()
        return True

    def _decide_response(self, _view: Any, decision: Any) -> bool:  # noqa: ANN401
        response = decision.get_response()
        if not decision.is_main_frame_main_resource():
            if decision.is_mime_type_supported():
                return False
            decision.ignore()  # WebKit would download it
            return True
        if not is_of(response.get_uri(), self._start.origin) or not decision.is_mime_type_supported():
            decision.ignore()
            return True
        now = time.monotonic()
        headers = response.get_http_headers()
        self._is_check = "challenge" in ((headers and headers.get_one("cf-mitigated")) or "")
        self._is_page = self._is_check or "html" in (response.get_mime_type() or "")
        self._page_loads.append(PageLoad(response.get_status_code(), now - self._began, self._is_check))
        self._began, is_over = now, never_ends([load.is_check for load in self._page_loads])
        if is_over:
            self._error = ErrorCode.BROWSER_CHALLENGED
            decision.ignore()
        return is_over

    def _load_changed(self, _view: Any, event: Any) -> None:  # noqa: ANN401
        events = self._gtk.WebKit2.LoadEvent
        if event == events.STARTED:
            self._loaded, self._began = False, time.monotonic()
        elif event == events.FINISHED:
            self._loaded = True

    def _load_failed(self, _view: Any, _event: Any, _url: str, error: Any) -> bool:  # noqa: ANN401
        webkit = self._gtk.WebKit2
        canceled = error.matches(webkit.NetworkError.quark(), webkit.NetworkError.CANCELLED)
        was_blocked = error.domain == self._gtk.GLib.quark_to_string(webkit.PolicyError.quark())
        if not canceled and not was_blocked:
            log.warning("the page could not be loaded: %s %s", error.domain, error.code)
            self._error = self._error or ErrorCode.OFFLINE
        return True

    def _tls_failed(self, *_: object) -> bool:
        self._error = ErrorCode.TLS_FAILED
        return True

    def _process_ended(self, *_: object) -> None:
        self._error = ErrorCode.BROWSER_FAILED

    @staticmethod
    def _deny(_view: Any, request: Any) -> bool:  # noqa: ANN401
        request.deny()
        return True


def _exit_immediately(*_: object) -> None:
    """Exit when the app has closed its end of the pipe: nothing reads a reply any more."""
    os._exit(0)


def _load_toolkit() -> SimpleNamespace:
    """Load GTK 3 and the newest WebKitGTK that is installed.

    Raises:
        ClaudometerError: ``BROWSER_MISSING`` if either is not installed or WebKitGTK is older than 2.40,
            ``BROWSER_NO_DISPLAY`` without a display.
    """
    try:
        import gi  # noqa: PLC0415 - only installed on Linux

        gi.require_version("Gtk", "3.0")
        _require_webkit(gi)
        from gi.repository import GLib, Gtk, Soup, WebKit2  # noqa: PLC0415
    except (ImportError, ValueError) as error:
        raise ClaudometerError(ErrorCode.BROWSER_MISSING) from error
    if not hasattr(WebKit2.WebView, "call_async_javascript_function"):
        raise ClaudometerError(ErrorCode.BROWSER_MISSING)  # WebKitGTK is older than 2.40
    if not Gtk.init_check(None)[0]:
        raise ClaudometerError(ErrorCode.BROWSER_NO_DISPLAY)
    return SimpleNamespace(GLib=GLib, Gtk=Gtk, WebKit2=WebKit2, Soup=Soup)


def _require_webkit(gi: Any) -> None:  # noqa: ANN401
    """Select the newest WebKitGTK for GTK 3, and the version of libsoup that it is built on."""
    try:
        gi.require_version("WebKit2", "4.1")
        gi.require_version("Soup", "3.0")
    except ValueError:
        gi.require_version("WebKit2", "4.0")
        gi.require_version("Soup", "2.4")
