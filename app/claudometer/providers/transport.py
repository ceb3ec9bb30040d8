"""Sends requests with httpx: builds clients, reads bodies of bounded size, turns exceptions into outcomes.

Imported inside functions only, when a request is due, because httpx makes starting slow.
"""

from __future__ import annotations

import logging
import socket
import ssl
import zlib
from asyncio import timeout
from typing import TYPE_CHECKING

import httpx

from claudometer.domain.addresses import is_safe_url
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Offline, Unreadable
from claudometer.domain.secret import Secret
from claudometer.providers.certificates import (
    find_unusable_certificates,
    make_lean_tls_context,
    make_tls_context,
)
from claudometer.providers.direct_transport import DirectTransport
from claudometer.providers.local_faults import causes_of, local_fault_in
from claudometer.providers.proxies import Proxy, UnusableProxy, proxy_for
from claudometer.providers.proxy_progress import ProxyProgress, Stage
from claudometer.providers.response import KEPT_HEADERS, Response, Timeouts
from claudometer.system.off_loop import off_loop
from claudometer.system.version import own_version

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

# A thousand times the size of a usage body.
MAX_BODY_BYTES = 2 * 1024 * 1024

CODES: dict[type[Exception], ErrorCode] = {
    httpx.TimeoutException: ErrorCode.TIMED_OUT,
    httpx.ProxyError: ErrorCode.PROXY_FAILED,
    httpx.ConnectError: ErrorCode.OFFLINE,
    httpx.NetworkError: ErrorCode.CONNECTION_BROKEN,
    httpx.ProtocolError: ErrorCode.CONNECTION_BROKEN,
    httpx.DecodingError: ErrorCode.NOT_JSON,
    httpx.TooManyRedirects: ErrorCode.REDIRECTED,
    httpx.UnsupportedProtocol: ErrorCode.URL_REFUSED,
    httpx.InvalidURL: ErrorCode.URL_REFUSED,
}
"""The outcome of each httpx exception, by its nearest base class. A test checks that no class is missing."""

NEVER_RAISED: dict[type[Exception], str] = {
    httpx.HTTPStatusError: "only raise_for_status() raises it",
    httpx.StreamError: "a response is read once, inside its context",
    httpx.CookieConflict: "no cookie is ever looked up",
}
"""The other httpx exceptions, each with the reason why it cannot occur; catching it would hide a bug."""

BY_PROXY = frozenset(
    {
        ErrorCode.PROXY_FAILED,
        ErrorCode.PROXY_UNREACHABLE,
        ErrorCode.PROXY_UNTRUSTED,
        ErrorCode.PROXY_LOGIN_NEEDED,
        ErrorCode.PROXY_LOGIN_REFUSED,
        ErrorCode.PROXY_REFUSED,
        ErrorCode.PROXY_NOT_CONNECTED,
    }
)
"""Failures that the message blames on the proxy, with the variable that names it."""

_REFUSED_STATUS = frozenset({403, 405, 451})
"""How a proxy refuses CONNECT because of its rules."""

_UNCONNECTED_STATUS = frozenset({500, 502, 503, 504})
_UNCONNECTED_WORDS = ("unreachable", "connection refused", "ttl expired", "server failure")
"""How a proxy of HTTP or SOCKS says that it found no way to the server. Squid answers 503."""

_UNREADABLE = frozenset({ErrorCode.NOT_JSON, ErrorCode.REDIRECTED, ErrorCode.URL_REFUSED})


class Transport:
    """Sends each request with a client of its own, so that no cookie or connection is kept."""

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        # Shared by all requests: loading every certificate takes 25 ms of CPU and 0.9 MB.
        self._lean_tls = make_lean_tls_context()
        self._tls = self._lean_tls or make_tls_context()
        self._unusable_certificates = find_unusable_certificates()
        self._agent = user_agent()
        self._passed_over: tuple[str, ...] = ()
        # At debug level httpcore logs response headers, which include cookies.
        logging.getLogger("httpcore").setLevel(logging.WARNING)
        logging.getLogger("httpx").setLevel(logging.WARNING)

    async def get(
        self, url: str, headers: Mapping[str, str], *, cookie: str | None = None
    ) -> Response | Offline | Unreadable:
        """Send a GET request, within the timeouts. Refuses an address that must not receive a secret."""
        if not is_safe_url(url):
            return Unreadable(ErrorCode.URL_REFUSED)
        proxy = proxy_for(url)
        if isinstance(proxy, UnusableProxy):
            return Offline(ErrorCode.PROXY_UNUSABLE, proxy.variable)
        self._note_passed_over(proxy)
        outcome = await self._send(url, headers, proxy, cookie)
        by_proxy = isinstance(outcome, Offline) and outcome.code is ErrorCode.PROXY_UNTRUSTED
        is_untrusted = by_proxy or outcome == Offline(ErrorCode.TLS_FAILED)
        if not is_untrusted or self._tls is not self._lean_tls:
            return outcome
        try:
            self._tls = await off_loop(make_tls_context)  # the system's file may have what its folder lacks
        except (OSError, ValueError):
            return outcome
        return await self._send(url, headers, proxy, cookie)

    async def _send(
        self, url: str, headers: Mapping[str, str], proxy: Proxy | None, cookie: str | None
    ) -> Response | Offline | Unreadable:
        progress = ProxyProgress() if proxy else None
        traced = {"trace": progress.note_async} if progress else None
        try:
            async with (
                timeout(self._timeouts.total_s),
                self._make_client(proxy) as client,
                client.stream("GET", url, headers=self._headers(headers), extensions=traced) as response,
            ):
                return await _read_response(response, cookie)
        except TimeoutError:
            return self._blame(outcome_of(httpx.ReadTimeout(""), progress), proxy)
        except socks_errors(proxy):
            return self._blame(Offline(ErrorCode.PROXY_FAILED), proxy)
        except tuple(CODES) as error:
            return self._blame(outcome_of(error, progress), proxy)
        except ValueError:
            # httpx prepares the next request of a redirect although it does not follow it. That fails for
            # some addresses, and for cookies that are not ASCII: a captive portal may send either.
            return Unreadable(ErrorCode.REDIRECTED)

    def _note_passed_over(self, proxy: Proxy | None) -> None:
        """Log once which variables name a proxy that cannot be used, while another one can."""
        passed_over = proxy.passed_over if proxy else ()
        if proxy is not None and passed_over != self._passed_over:
            names, used = ", ".join(passed_over), proxy.variable or "the system's settings"
            log.warning("the proxy in %s cannot be used and is passed over for that in %s", names, used)
        self._passed_over = passed_over

    def _blame(self, outcome: Offline | Unreadable, proxy: Proxy | None) -> Offline | Unreadable:
        """Name the proxy and the variable that are to blame, if one is."""
        if outcome.code in BY_PROXY and proxy is not None:
            return Offline(code_for(outcome.code, proxy), proxy.variable, proxy.address)
        if outcome.code is ErrorCode.TLS_FAILED:
            return Offline(outcome.code, self._unusable_certificates)
        return outcome

    def _make_client(self, proxy: Proxy | None) -> httpx.AsyncClient:
        limits = httpx.Timeout(self._timeouts.read_s, connect=self._timeouts.connect_s)
        return httpx.AsyncClient(
            verify=self._tls,
            timeout=limits,
            follow_redirects=False,
            proxy=proxy.url if proxy else None,
            transport=None if proxy else DirectTransport(self._tls),
            trust_env=False,  # httpx would refuse every request over one odd proxy entry, and read .netrc
        )

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        # No br or zstd: `_read_body` can only limit the output of zlib.
        ours = {"User-Agent": self._agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
        return {**ours, **headers}


def user_agent() -> str:
    """Return the ``User-Agent`` of our requests."""
    return f"claudometer/{own_version()}"


def outcome_of(error: Exception, progress: ProxyProgress | None = None) -> Offline | Unreadable:
    """Return the outcome that an httpx exception means, without its text, which may quote a secret.

    Args:
        progress: how far the request came; ``None`` without a proxy.
    """
    code = next(CODES[kind] for kind in type(error).__mro__ if kind in CODES)
    if code in _UNREADABLE:
        return Unreadable(code)
    if progress is not None and progress.stage is not Stage.THROUGH:
        return Offline(_code_before_server(error, progress.stage))
    return Offline(_connect_code(error) if isinstance(error, httpx.ConnectError) else code)


def _code_before_server(error: Exception, stage: Stage) -> ErrorCode:
    """Return what an error means that came before the proxy had opened the way to the server."""
    if isinstance(error, httpx.ProxyError):
        return _proxy_code(str(error))
    # First, since OpenSSL's numbers of errors are not the system's.
    if stage is Stage.SECURING:
        return ErrorCode.PROXY_UNTRUSTED
    local = local_fault_in(error)
    if local is not None:
        return local
    if stage is Stage.AWAY:
        return ErrorCode.PROXY_UNREACHABLE
    # It took the request and was silent, which a proxy is while it tries to connect.
    is_slow = isinstance(error, httpx.TimeoutException)
    return ErrorCode.PROXY_NOT_CONNECTED if is_slow else ErrorCode.PROXY_FAILED


def _connect_code(error: httpx.ConnectError) -> ErrorCode:
    causes = list(causes_of(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return ErrorCode.TLS_FAILED
    local = local_fault_in(error)
    if local is not None:
        return local
    is_unresolved = any(isinstance(cause, socket.gaierror) for cause in causes)
    return ErrorCode.DNS_FAILED if is_unresolved else ErrorCode.OFFLINE


def socks_errors(proxy: Proxy | None) -> tuple[type[Exception], ...]:
    """Return the exceptions that httpx lets through when what answers is not a SOCKS proxy."""
    if proxy is None:
        return ()
    from socksio.exceptions import SOCKSError  # noqa: PLC0415 - needed after an exception alone

    return (SOCKSError,)


def code_for(code: ErrorCode, proxy: Proxy) -> ErrorCode:
    """Return the code of a proxy's failure, which says that a login was refused if one was sent."""
    is_refused = code is ErrorCode.PROXY_LOGIN_NEEDED and proxy.has_login
    return ErrorCode.PROXY_LOGIN_REFUSED if is_refused else code


def _proxy_code(words: str) -> ErrorCode:
    """Return what a proxy's refusal means, by the text of httpcore's exception.

    For an HTTP proxy it begins with the status, as in "407 Proxy Authentication Required". For SOCKS it is
    one of the sentences in ``httpcore/_async/socks_proxy.py``. Neither quotes anything of ours.
    """
    status, lower = int(words[:3]) if words[:3].isdecimal() else None, words.lower()
    # tinyproxy 1.11 answers 407 to no login, and 401 to a wrong one.
    if status in {407, 401} or "username/password" in lower or "AUTH" in words:
        return ErrorCode.PROXY_LOGIN_NEEDED
    if status in _REFUSED_STATUS or "not allowed by ruleset" in lower:
        return ErrorCode.PROXY_REFUSED
    is_of_socks = status is None and any(each in lower for each in _UNCONNECTED_WORDS)
    return (
        ErrorCode.PROXY_NOT_CONNECTED
        if is_of_socks or status in _UNCONNECTED_STATUS
        else ErrorCode.PROXY_FAILED
    )


async def _read_response(response: httpx.Response, cookie: str | None) -> Response | Offline | Unreadable:
    body = await _read_body(response)
    if not isinstance(body, bytes):
        return body
    kept = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
    return Response(response.status_code, kept, body, _cookie_lines(response, cookie))


def _cookie_lines(response: httpx.Response, cookie: str | None) -> tuple[Secret, ...]:
    """Return the lines that set ``cookie``, with their attributes, which may delete the cookie."""
    lines = response.headers.get_list("set-cookie") if cookie else []
    return tuple(Secret(line) for line in lines if line.partition("=")[0].strip() == cookie)


async def _read_body(response: httpx.Response) -> bytes | Offline | Unreadable:
    """Read and decompress at most ``MAX_BODY_BYTES``.

    httpx decompresses each chunk as a whole, which can turn 64 KiB into 64 MB.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate", ""):
        return Unreadable(ErrorCode.NOT_JSON)
    # 32 makes zlib recognize both the gzip and the zlib format by their headers.
    unpack = None if encoding in ("identity", "") else zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    body = bytearray()
    async for chunk in response.aiter_raw():
        try:
            body += unpack.decompress(chunk, MAX_BODY_BYTES + 1 - len(body)) if unpack else chunk
        except zlib.error:
            return Unreadable(ErrorCode.NOT_JSON)
        if len(body) > MAX_BODY_BYTES:
            return Unreadable(ErrorCode.TOO_LARGE)
        # zlib keeps what follows the end of its stream: a server that never stops would fill the memory.
        if unpack is not None and unpack.eof:
            break
    # The compressed stream has no end: the connection broke in the middle of the body.
    if unpack is not None and not unpack.eof and body:
        return Offline(ErrorCode.CONNECTION_BROKEN)
    return bytes(body)
