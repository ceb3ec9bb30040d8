"""Asks for static files: bounded, https, and redirected only to where the caller allows. Knows no manifest.

Imported on the first check for a new version and by nothing else, since it loads httpx.
"""

from __future__ import annotations

import asyncio
from asyncio import timeout
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from claudometer.domain.ledger import UNFINISHED, RequestRecord
from claudometer.domain.outcome import Status
from claudometer.domain.policy import Cause
from claudometer.domain.update import UNREACHED, Trouble
from claudometer.providers.proxies import Proxy, UnusableProxy, proxy_for
from claudometer.providers.transport import (
    CODES,
    make_tls_context,
    outcome_of,
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
    """Takes the next bytes, and how many there will be in all, if the server said so."""

MOST_REDIRECTS = 5
CHUNK_BYTES = 256 * 1024
CONNECT_S, READ_S = 10.0, 30.0
SMALL_S = 40.0
"""For an answer that is kept in memory, as a whole."""

PIECE_S = 120.0
"""For the next piece of ``CHUNK_BYTES``: a byte now and then would keep us for ever."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Failed:
    """Why nothing came. ``detail`` is the HTTP status, or the host that it would have gone to."""

    trouble: Trouble
    detail: str = ""


@dataclass(slots=True)
class _Sent:
    """A request, and what has come of it so far."""

    url: str
    at: datetime
    began_s: float
    status: int | None = None
    outcome: str = UNFINISHED

    def record(self, *, until_s: float) -> RequestRecord:
        """Return it for the ledger, without its path: that is the user's own, or the manifest's."""
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
    """Sends single requests through clients that live for one answer."""

    def __init__(self, may_ask: Callable[[str, str], bool], *, clock: Clock, note: Note) -> None:
        """``may_ask(url, address)`` tells whether a redirect to ``url`` may be followed from ``address``."""
        self._may_ask = may_ask
        self._clock = clock
        self._note = note
        self._tls: ssl.SSLContext | None = None

    async def read(self, url: str, *, limit: int) -> bytes | Failed:
        """Return a small file of at most ``limit`` bytes."""
        body = bytearray()

        async def take(chunk: bytes, _total: int | None) -> None:
            body.extend(chunk)

        try:
            async with timeout(SMALL_S):
                failed = await self.fetch(url, take, limit=limit)
        except TimeoutError:
            return Failed(Trouble.TIMED_OUT)
        return failed or bytes(body)

    async def fetch(self, url: str, take: Take, *, limit: int) -> Failed | None:
        """Hand a file of at most ``limit`` bytes to ``take``, piece by piece.

        Raises:
            OSError: whatever ``take`` raises; a network raises nothing.
        """
        if self._tls is None:
            try:
                self._tls = await off_loop(make_tls_context)
            except TimeoutError:
                return Failed(Trouble.TIMED_OUT)
        try:
            async with timeout(PIECE_S) as patience:
                return await self._follow(url, _renewing(take, patience), limit)
        except TimeoutError:
            if not patience.expired():
                raise  # the disk's, not ours
            return Failed(Trouble.TIMED_OUT)

    async def _follow(self, url: str, take: Take, limit: int) -> Failed | None:
        """Ask there, and where that sends us on to."""
        there = url
        for _ in range(MOST_REDIRECTS + 1):
            if not self._may_ask(there, url):
                return Failed(Trouble.REDIRECTED, urlsplit(there).hostname or "")
            came = await self._ask_and_note(there, take, limit)
            if not isinstance(came, str):
                return came
            there = came
        return Failed(Trouble.REDIRECTED, urlsplit(there).hostname or "")

    async def _ask_and_note(self, url: str, take: Take, limit: int) -> Failed | str | None:
        """Ask once, and report it; an address is where it goes on."""
        proxy = proxy_for(url)
        if isinstance(proxy, UnusableProxy):
            return Failed(Trouble.PROXY_FAILED)
        client = self._make_client(proxy)
        sent = _Sent(url, self._clock.now(), self._clock.monotonic())
        try:
            came = await _ask(client, sent, take, limit)
            sent.outcome = _word_for(came)
        finally:
            await self._note(sent.record(until_s=self._clock.monotonic()))
        return came

    def _make_client(self, proxy: Proxy | None) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._tls or True,
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            follow_redirects=False,
            proxy=proxy.url if proxy else None,
            trust_env=False,  # see the usage requests' own client
            headers={"User-Agent": user_agent(), "Accept": "*/*", "Accept-Encoding": "identity"},
        )


async def _ask(client: httpx.AsyncClient, sent: _Sent, take: Take, limit: int) -> Failed | str | None:
    try:
        async with client, client.stream("GET", sent.url) as response:
            sent.status = response.status_code
            return await _receive(response, take, limit)
    except (ValueError, httpx.InvalidURL):
        return Failed(Trouble.UNREADABLE)  # sent on to what is no address: httpx looks unasked
    except tuple(CODES) as error:
        code = outcome_of(error, proxied=proxy_for(sent.url) is not None).code.value
        return Failed(Trouble(code) if code in set(Trouble) else Trouble.UNREADABLE)


def _word_for(came: Failed | str | None) -> str:
    if not isinstance(came, Failed):
        return Status.OK
    if came.trouble in UNREACHED:
        return Status.OFFLINE
    by_server = came.trouble in {Trouble.NO_RELEASE, Trouble.SERVER_ERROR}
    return Status.SERVER_ERROR if by_server else Status.UNREADABLE


def _renewing(take: Take, patience: Timeout) -> Take:
    """Return a ``take`` after which the next piece has its time anew."""

    async def taken(chunk: bytes, total: int | None) -> None:
        await take(chunk, total)
        patience.reschedule(asyncio.get_running_loop().time() + PIECE_S)

    return taken


async def _receive(response: httpx.Response, take: Take, limit: int) -> Failed | str | None:
    if response.status_code in _REDIRECTS:
        return _next_address(response)
    if response.status_code != httpx.codes.OK:
        missing = response.status_code == httpx.codes.NOT_FOUND
        return Failed(Trouble.NO_RELEASE if missing else Trouble.SERVER_ERROR, str(response.status_code))
    if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return Failed(Trouble.UNREADABLE)
    total = _length(response)
    if total is not None and total > limit:
        return Failed(Trouble.TOO_LARGE)
    taken = 0
    async for chunk in response.aiter_raw(CHUNK_BYTES):
        taken += len(chunk)
        if taken > limit:
            return Failed(Trouble.TOO_LARGE)
        await take(chunk, total)
    return None


def _next_address(response: httpx.Response) -> Failed | str:
    try:
        return urljoin(str(response.url), response.headers["location"])
    except (KeyError, ValueError):
        return Failed(Trouble.REDIRECTED)


def _length(response: httpx.Response) -> int | None:
    said = response.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else None
