"""The hidden web view: WebKitGTK with private storage, one origin, and nothing of ours inside the page.

WebKitGTK itself rather than pywebview: what is wanted here are a cookie before the first page, content rules,
policy decisions and a script world apart, and pywebview offers none of them.
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
from claudometer.domain.secret import Secret
from claudometer.providers.claude.browser_protocol import FIRST_PAGE, MAX_VISITS, Opening, Page, Told, Visit
from claudometer.ui.browser.asking import ASK, WORLD, arguments_for, read_answer
from claudometer.ui.browser.rules import content_rules, is_of, may_visit

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

COOKIE = "sessionKey"
PASS_S = 20.0
"""How long a check may take. What has not let a browser through by then wants a person."""

ASK_S = 15.0
SIZE = (1024, 768)


class WebView:
    """One browser for one run: passes the check if there is one, then asks from the page.

    Raises:
        ClaudometerError: no display, or no WebKitGTK that can do this.
    """

    def __init__(self, opening: Opening) -> None:
        self._gtk = _load_toolkit()
        self._opening = opening
        self._entered: ErrorCode | None = None
        self._is_in = False
        self._visits: list[Visit] = []
        self._is_page = True
        self._is_check = False
        self._loaded = False
        self._began = 0.0
        self._trouble: ErrorCode | None = None
        self._view = self._make_view()
        if sys.platform != "win32":
            glib = self._gtk.GLib
            glib.unix_fd_add_full(glib.PRIORITY_HIGH, sys.stdin.fileno(), glib.IOCondition.HUP, _end_at_once)

    def ask(self, path: str) -> Told:
        """Ask for a path below the base address, after passing the check if this is the first question."""
        if not self._is_in:
            self._enter()
        visits, self._visits = tuple(self._visits[:MAX_VISITS]), []
        if self._trouble is not None:
            return Told(self._trouble, visits)
        said = self._fetch(f"{self._opening.base_url}/{path}")
        return Told(said, visits, self._renewed_key())

    def _enter(self) -> None:
        """Load a page of the origin and let its scripts run until it is data, or time is up."""
        self._is_in = True
        self._began = time.monotonic()
        self._view.load_uri(f"{self._opening.base_url}/{FIRST_PAGE}")
        self._run_until(lambda: self._trouble or (self._loaded and not self._is_page), PASS_S)
        self._trouble = self._trouble or self._why_not_in()

    def _why_not_in(self) -> ErrorCode | None:
        if not self._visits:
            return ErrorCode.TIMED_OUT
        is_elsewhere = not is_of(self._view.get_uri() or "", self._opening.origin)
        return ErrorCode.BROWSER_CHALLENGED if self._is_check or is_elsewhere else None

    def _fetch(self, url: str) -> Page | ErrorCode:
        glib = self._gtk.GLib
        answers: list[Page | ErrorCode] = []

        def finished(view: Any, result: Any) -> None:  # noqa: ANN401 - PyGObject has no types
            try:
                text = view.call_async_javascript_function_finish(result).to_string()
            except glib.Error as error:
                log.warning("the page's script ended: %s", error.domain)
                answers.append(ErrorCode.CONNECTION_BROKEN)
            else:
                answers.append(read_answer(text))

        typed = {
            name: glib.Variant("s" if isinstance(value, str) else "d", value)
            for name, value in arguments_for(url, ASK_S).items()
        }
        self._view.call_async_javascript_function(
            ASK, -1, glib.Variant("a{sv}", typed), WORLD, None, None, finished
        )
        self._run_until(lambda: answers or self._trouble, ASK_S + 1)
        return answers[0] if answers else self._trouble or ErrorCode.TIMED_OUT

    def _renewed_key(self) -> Secret | None:
        """Return the key that the server gave in place of ours. No script is shown a ``Set-Cookie`` line.

        The page's own scripts can set cookies too, but none that is HttpOnly, as the server's key is.
        """
        manager = self._view.get_context().get_cookie_manager()
        base_url = self._opening.base_url
        try:
            kept = self._wait_for(
                lambda done: manager.get_cookies(base_url, None, done), manager.get_cookies_finish
            )
        except (ClaudometerError, self._gtk.GLib.Error):
            log.warning("the browser did not say whether the key was renewed")
            return None
        values = [Secret(one.get_value() or "") for one in kept if self._is_key(one)]
        others = [value for value in values if value != self._opening.session_key]
        return others[-1] if others else None

    @staticmethod
    def _is_key(cookie: Any) -> bool:  # noqa: ANN401
        return cookie.get_name() == COOKIE and bool(cookie.get_http_only())

    def _run_until(self, is_done: Callable[[], object], limit_s: float) -> None:
        """Run the toolkit's loop until ``is_done`` or ``limit_s`` seconds have passed."""
        glib, deadline = self._gtk.GLib, time.monotonic() + limit_s
        tick = glib.timeout_add(200, lambda: True)
        try:
            while not is_done() and time.monotonic() < deadline:
                glib.MainContext.default().iteration(True)
        finally:
            glib.source_remove(tick)

    # What the view is made of.

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
        parts = urlsplit(self._opening.base_url)
        cookie = soup.Cookie.new(COOKIE, self._opening.session_key.reveal(), parts.hostname, "/", -1)
        cookie.set_http_only(True)
        cookie.set_secure(parts.scheme == "https")
        cookie.set_same_site_policy(soup.SameSitePolicy.LAX)
        self._wait_for(lambda done: manager.add_cookie(cookie, None, done), manager.add_cookie_finish)

    def _compile_rules(self) -> Any:  # noqa: ANN401
        store = self._gtk.WebKit2.UserContentFilterStore.new(self._opening.folder)
        rules = self._gtk.GLib.Bytes.new(content_rules(self._opening.origin))
        return self._wait_for(lambda done: store.save("rules", rules, None, done), store.save_finish)

    def _wait_for(self, start: Callable[[Callable[..., None]], None], finish: Callable[[Any], Any]) -> Any:  # noqa: ANN401
        results: list[Any] = []
        start(lambda _source, result: results.append(result))
        self._run_until(lambda: results, ASK_S)
        if not results:
            raise ClaudometerError(ErrorCode.BROWSER_FAILED)
        return finish(results[0])

    # What happens in it.

    def _decide(self, view: Any, decision: Any, kind: Any) -> bool:  # noqa: ANN401
        kinds = self._gtk.WebKit2.PolicyDecisionType
        if kind == kinds.RESPONSE:
            return self._decide_response(view, decision)
        url = decision.get_navigation_action().get_request().get_uri()
        if kind == kinds.NAVIGATION_ACTION and may_visit(url, self._opening.origin):
            return False
        log.warning("a page wanted to go elsewhere; it was kept back")
        decision.ignore()
        return True

    def _decide_response(self, _view: Any, decision: Any) -> bool:  # noqa: ANN401
        response = decision.get_response()
        if not decision.is_main_frame_main_resource():
            if decision.is_mime_type_supported():
                return False
            decision.ignore()  # a frame would save it as a file
            return True
        if not is_of(response.get_uri(), self._opening.origin) or not decision.is_mime_type_supported():
            decision.ignore()
            return True
        now = time.monotonic()
        headers = response.get_http_headers()
        self._is_check = "challenge" in ((headers and headers.get_one("cf-mitigated")) or "")
        self._is_page = self._is_check or "html" in (response.get_mime_type() or "")
        self._visits.append(Visit(response.get_status_code(), now - self._began, self._is_check))
        self._began = now
        return False

    def _load_changed(self, _view: Any, event: Any) -> None:  # noqa: ANN401
        events = self._gtk.WebKit2.LoadEvent
        if event == events.STARTED:
            self._loaded, self._began = False, time.monotonic()
        elif event == events.FINISHED:
            self._loaded = True

    def _load_failed(self, _view: Any, _event: Any, _url: str, error: Any) -> bool:  # noqa: ANN401
        webkit = self._gtk.WebKit2
        cancelled = error.matches(webkit.NetworkError.quark(), webkit.NetworkError.CANCELLED)
        kept_back = error.domain == self._gtk.GLib.quark_to_string(webkit.PolicyError.quark())
        if not cancelled and not kept_back:
            log.warning("the page could not be loaded: %s %s", error.domain, error.code)
            self._trouble = self._trouble or ErrorCode.OFFLINE
        return True

    def _tls_failed(self, *_: object) -> bool:
        self._trouble = ErrorCode.TLS_FAILED
        return True

    def _process_ended(self, *_: object) -> None:
        self._trouble = ErrorCode.BROWSER_FAILED

    @staticmethod
    def _deny(_view: Any, request: Any) -> bool:  # noqa: ANN401
        request.deny()
        return True


def _end_at_once(*_: object) -> None:
    """End with whoever asks: once its end of the pipe is closed, nobody waits for an answer."""
    os._exit(0)


def _load_toolkit() -> SimpleNamespace:
    """Load GTK 3 and the WebKitGTK that is there.

    Raises:
        ClaudometerError: ``BROWSER_MISSING`` without them, ``BROWSER_NO_DISPLAY`` without a display.
    """
    try:
        import gi  # noqa: PLC0415 - only this system has it

        gi.require_version("Gtk", "3.0")
        _require_webkit(gi)
        from gi.repository import GLib, Gtk, Soup, WebKit2  # noqa: PLC0415
    except (ImportError, ValueError) as error:
        raise ClaudometerError(ErrorCode.BROWSER_MISSING) from error
    if not hasattr(WebKit2.WebView, "call_async_javascript_function"):
        raise ClaudometerError(ErrorCode.BROWSER_MISSING)  # older than 2.40
    if not Gtk.init_check(None)[0]:
        raise ClaudometerError(ErrorCode.BROWSER_NO_DISPLAY)
    return SimpleNamespace(GLib=GLib, Gtk=Gtk, WebKit2=WebKit2, Soup=Soup)


def _require_webkit(gi: Any) -> None:  # noqa: ANN401
    """Choose the newest WebKitGTK for GTK 3, with the HTTP library that it is built on."""
    try:
        gi.require_version("WebKit2", "4.1")
        gi.require_version("Soup", "3.0")
    except ValueError:
        gi.require_version("WebKit2", "4.0")
        gi.require_version("Soup", "2.4")
