"""Downloads files of bounded size, and follows redirects only where the caller allows. Knows no manifest.

Imported only by the first check for a new version, because it loads httpx.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import timeout
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from claudometer.domain.ledger import UNFINISHED, RequestRecord
from claudometer.domain.next_poll import Cause
from claudometer.domain.outcome import Status
from claudometer.domain.update import UNREACHED, UpdateFailure
from claudometer.providers.certificates import make_tls_context
from claudometer.providers.client import NEVER_SENT
from claudometer.providers.direct_transport import DirectTransport
from claudometer.providers.local_faults import loading_fault
from claudometer.providers.proxies import Proxy, UnusableProxy, proxy_for
from claudometer.providers.proxy_progress import ProxyProgress
from claudometer.providers.transport import (
    BY_PROXY,
    CODES,
    outcome_of,
    socks_errors,
    user_agent,
)
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    import ssl
    from asyncio import Timeout
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.providers.client import Note

    Take = Callable[[bytes, int | None], Awaitable[None]]
    """Receives the next bytes, and the total number of bytes if the server stated it."""

log = logging.getLogger(__name__)

MAX_REDIRECTS = 5
CHUNK_BYTES = 256 * 1024
CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 10.0, 30.0  # longer than for usage: a download is not urgent
SMALL_FILE_TIMEOUT_S = 40.0
"""Limit for the whole of a file that is kept in memory."""

CHUNK_TIMEOUT_S = 120.0
"""Limit for each ``CHUNK_BYTES``. The read timeout alone would let a server send single bytes forever."""

_NEVER_SENT = frozenset(failure for failure in UpdateFailure if failure.value in NEVER_SENT)
"""Failures before anything left this computer, as for usage requests."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class DownloadFailure:
    """Why a download failed. ``detail`` is the HTTP status, or the host of the refused redirect."""

    code: UpdateFailure
    detail: str = ""


@dataclass(slots=True)
class _PendingRequest:
    """A request that was sent, and its result so far."""

    url: str
    at: datetime
    began_s: float
    status: int | None = None
    outcome: str = UNFINISHED

    def record(self, *, until_s: float) -> RequestRecord:
        """Return the ledger's record. It omits the path, which may be the user's own address."""
        return RequestRecord(
            at=self.at,
            host=urlsplit(self.url).hostname or "",
            path="/…",
            outcome=self.outcome,
            http_status=self.status,
            duration_s=max(0.0, until_s - self.began_s),
            reason=Cause.UPDATE,
        )


class Downloads:
    """Sends each request with a client of its own.

    Args:
        may_request: ``may_request(url, first_url)`` returns whether a download that began at
            ``first_url`` may request ``url``.
        note: receives the record of every request.
    """

    def __init__(self, may_request: Callable[[str, str], bool], *, clock: Clock, note: Note) -> None:
        self._may_request = may_request
        self._clock = clock
        self._note = note
        self._tls: ssl.SSLContext | None = None

    async def read(self, url: str, *, limit: int) -> bytes | DownloadFailure:
        """Return the content of a file of at most ``limit`` bytes."""
        body = bytearray()

        async def take(chunk: bytes, _total: int | None) -> None:
            body.extend(chunk)

        try:
            async with timeout(SMALL_FILE_TIMEOUT_S):
                failed = await self.fetch(url, take, limit=limit)
        except TimeoutError:
            return DownloadFailure(UpdateFailure.TIMED_OUT)
        return failed or bytes(body)

    async def fetch(self, url: str, take: Take, *, limit: int) -> DownloadFailure | None:
        """Pass a file of at most ``limit`` bytes to ``take``, chunk by chunk.

        Raises:
            OSError: ``take`` raised it. Failures of the network or the server are values.
        """
        if self._tls is None:
            try:
                self._tls = await off_loop(make_tls_context)
            except OSError as error:
                log.warning("the certificates cannot be loaded: %s", error)
                return DownloadFailure(UpdateFailure(loading_fault(error).value))
        try:
            async with timeout(CHUNK_TIMEOUT_S) as chunk_timeout:
                return await self._follow(url, _restarting_timeout(take, chunk_timeout), limit)
        except TimeoutError:
            if not chunk_timeout.expired():
                raise  # `take` raised it: a disk does not respond
            return DownloadFailure(UpdateFailure.TIMED_OUT)

    async def _follow(self, url: str, take: Take, limit: int) -> DownloadFailure | None:
        """Request ``url``, and then each address to which it redirects."""
        target = url
        for _ in range(MAX_REDIRECTS + 1):
            # For each redirect again: a host that we trust may redirect to one that we do not.
            if not self._may_request(target, url):
                return DownloadFailure(UpdateFailure.REDIRECTED, urlsplit(target).hostname or "")
            result = await self._request_and_record(target, take, limit)
            if not isinstance(result, str):
                return result
            target = result
        return DownloadFailure(UpdateFailure.REDIRECTED, urlsplit(target).hostname or "")

    async def _request_and_record(self, url: str, take: Take, limit: int) -> DownloadFailure | str | None:
        """Send one request and record it. Return a redirect's address, ``None`` after a complete file."""
        proxy = proxy_for(url)
        if isinstance(proxy, UnusableProxy):
            return DownloadFailure(UpdateFailure.PROXY_FAILED)
        client = self._make_client(proxy)
        sent = _PendingRequest(url, self._clock.now(), self._clock.monotonic())
        result: DownloadFailure | str | None = None
        try:
            result = await _request(client, sent, proxy, take, limit)
            sent.outcome = _status_of(result)
        finally:
            # Also when the download was canceled: what the server has received counts as sent.
            if not isinstance(result, DownloadFailure) or result.code not in _NEVER_SENT:
                await self._note(sent.record(until_s=self._clock.monotonic()))
        return result

    def _make_client(self, proxy: Proxy | None) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._tls or True,
            timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            follow_redirects=False,
            proxy=proxy.url if proxy else None,
            transport=DirectTransport(self._tls) if self._tls and not proxy else None,
            trust_env=False,  # as in `transport.Transport`
            headers={"User-Agent": user_agent(), "Accept": "*/*", "Accept-Encoding": "identity"},
        )


async def _request(
    client: httpx.AsyncClient, sent: _PendingRequest, proxy: Proxy | None, take: Take, limit: int
) -> DownloadFailure | str | None:
    progress = ProxyProgress() if proxy else None
    traced = {"trace": progress.note_async} if progress else None
    try:
        async with client, client.stream("GET", sent.url, extensions=traced) as response:
            sent.status = response.status_code
            return await _receive(response, take, limit)
    except socks_errors(proxy):
        return DownloadFailure(UpdateFailure.PROXY_FAILED)
    except (ValueError, httpx.InvalidURL):
        # A Location header that is not a URL: httpx parses it even when it does not follow redirects.
        return DownloadFailure(UpdateFailure.UNREADABLE)
    except tuple(CODES) as error:
        code = outcome_of(error, progress).code
        if code in BY_PROXY:
            return DownloadFailure(UpdateFailure.PROXY_FAILED)
        is_known = code.value in set(UpdateFailure)
        return DownloadFailure(UpdateFailure(code.value) if is_known else UpdateFailure.UNREADABLE)


def _status_of(result: DownloadFailure | str | None) -> str:
    if not isinstance(result, DownloadFailure):
        return Status.OK
    if result.code in UNREACHED:
        return Status.OFFLINE
    by_server = result.code in {UpdateFailure.NO_RELEASE, UpdateFailure.SERVER_ERROR}
    return Status.SERVER_ERROR if by_server else Status.UNREADABLE


def _restarting_timeout(take: Take, chunk_timeout: Timeout) -> Take:
    """Return a ``take`` that also restarts the timeout for the next chunk."""

    async def take_and_restart(chunk: bytes, total: int | None) -> None:
        await take(chunk, total)
        chunk_timeout.reschedule(asyncio.get_running_loop().time() + CHUNK_TIMEOUT_S)

    return take_and_restart


async def _receive(response: httpx.Response, take: Take, limit: int) -> DownloadFailure | str | None:
    if response.status_code in _REDIRECTS:
        return _redirect_target(response)
    if response.status_code != httpx.codes.OK:
        missing = response.status_code == httpx.codes.NOT_FOUND
        return DownloadFailure(
            UpdateFailure.NO_RELEASE if missing else UpdateFailure.SERVER_ERROR, str(response.status_code)
        )
    # We asked for "identity". The length and the digest are of the file, and unpacking could yield any size.
    if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return DownloadFailure(UpdateFailure.UNREADABLE)
    total = _length(response)
    if total is not None and total > limit:
        return DownloadFailure(UpdateFailure.TOO_LARGE)
    taken = 0
    async for chunk in response.aiter_raw(CHUNK_BYTES):
        taken += len(chunk)
        # The stated length may be missing, or wrong on purpose.
        if taken > limit:
            return DownloadFailure(UpdateFailure.TOO_LARGE)
        await take(chunk, total)
    return None


def _redirect_target(response: httpx.Response) -> DownloadFailure | str:
    try:
        return urljoin(str(response.url), response.headers["location"])
    except (KeyError, ValueError):
        return DownloadFailure(UpdateFailure.REDIRECTED)


def _length(response: httpx.Response) -> int | None:
    text = response.headers.get("content-length", "")
    # A length with 16 digits or more is nonsense, and int() would take long for a very long one.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
