"""Sends requests through a browser instead of our HTTP client. Does not know how the browser is started."""

from __future__ import annotations

import math
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import RequestRecord, account_mark
from claudometer.domain.next_poll import Cause
from claudometer.domain.outcome import Challenged, Offline, Status, Unreadable
from claudometer.domain.secret import Secret
from claudometer.providers.claude.browser_protocol import FIRST_PAGE, FetchResponse
from claudometer.providers.client import Client, Result
from claudometer.providers.response import Response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.next_poll import Why
    from claudometer.providers.claude.browser_protocol import BrowserReply, PageLoad
    from claudometer.providers.client import Note, Request

T = TypeVar("T")

VIA = "browser"
"""How the ledger marks a request that a browser sent."""

# Failures that happen before the browser can send anything.
_NEVER_SENT = frozenset(
    Challenged(code) for code in (ErrorCode.BROWSER_MISSING, ErrorCode.BROWSER_NO_DISPLAY)
)
_PAGE_OUTCOMES = {
    200: Status.OK,
    401: Status.UNAUTHORIZED,
    403: Status.UNAUTHORIZED,
    429: Status.RATE_LIMITED,
}
_OFFLINE = frozenset(
    {ErrorCode.OFFLINE, ErrorCode.TIMED_OUT, ErrorCode.TLS_FAILED, ErrorCode.CONNECTION_BROKEN}
)


class BrowserRuns(Protocol):
    """Runs browsers within a budget."""

    async def refuse(self, *, testing: bool) -> Challenged | None:
        """Return why no browser may run now, or ``None`` after taking one run from the budget."""
        ...

    def run(
        self, base_url: str, key: Secret
    ) -> AbstractAsyncContextManager[Callable[[str], Awaitable[BrowserReply]]]:
        """Start a browser and return a function that requests a path.

        Raises:
            OSError: the browser could not be started.
        """
        ...


@dataclass(frozen=True, slots=True)
class BrowserAccess:
    """Access to one server through a browser.

    Attributes:
        wanted: returns whether the user's settings allow a browser.
        testing: whether the requests test a key that the user has just pasted. Such tests have a budget of
            their own, because the user waits for them.
    """

    runs: BrowserRuns
    base_url: str
    clock: Clock
    note: Note
    wanted: Callable[[], bool]
    testing: bool

    async def refuse(self) -> Challenged | None:
        """Return why no browser may be used now, or ``None`` after taking one run from the budget."""
        if not self.wanted():
            return Challenged(ErrorCode.BROWSER_OFF)
        return await self.runs.refuse(testing=self.testing)

    @asynccontextmanager
    async def open(self, key: Secret) -> AsyncIterator[Client]:
        """Start a browser for ``key`` and yield a client that uses it.

        Raises:
            OSError: the browser could not be started.
        """
        async with self.runs.run(self.base_url, key) as request:
            yield BrowserClient(self.base_url, clock=self.clock, note=self.note, send_path=request)


def _cookie_lines(name: str | None, reply: BrowserReply, now: datetime) -> tuple[Secret, ...]:
    """Return the key that the browser has now as a ``Set-Cookie`` line, the form that HTTP responses have."""
    key, ends_at = reply.renewed_key, reply.key_ends_at
    if key is None:
        return ()
    line = f"{name}={key.reveal()}"
    if ends_at is not None and math.isfinite(ends_at):
        line = f"{line}; Max-Age={max(0, round(ends_at - now.timestamp()))}"
    return (Secret(line),)


class BrowserClient(Client):
    """Sends the same requests through a browser; the ledger marks them with ``VIA``."""

    def __init__(
        self, base_url: str, *, clock: Clock, note: Note, send_path: Callable[[str], Awaitable[BrowserReply]]
    ) -> None:
        super().__init__(base_url, clock=clock, note=note)
        self._send_path = send_path
        self._began_at = clock.now()
        self._why: Why = Cause.START
        self._account: str | None = None

    async def send(self, request: Request[T], headers: Mapping[str, str], why: Why) -> Result[T]:
        """Send a request; record it, and before it the pages that the browser had to load."""
        self._began_at, self._why = self._clock.now(), why
        # Kept for the pages, which the browser loads before any request has a response.
        self._account = request.account
        return await super().send(request, headers, why)

    async def _exchange_once(self, request: Request[T], _headers: Mapping[str, str]) -> Result[T]:
        """Let the browser send it. The browser uses its own headers, and has the session key as a cookie."""
        reply = await self._send_path(request.path)
        for page_load in reply.page_loads:
            await self._note(self._record_page_load(page_load))
        if not isinstance(reply.result, FetchResponse):
            return Result(_failure_for(reply.result))
        cookies = _cookie_lines(request.cookie, reply, self._clock.now())
        response = Response(reply.result.status, reply.result.headers, reply.result.body, cookies)
        return Result(request.read(response), response)

    def _was_sent(self, result: Result[T]) -> bool:
        # A browser that fails later may have loaded the page, which the ledger must not hide.
        return not isinstance(result.value, Challenged) or result.value not in _NEVER_SENT

    def _record(
        self, request: Request[T], result: Result[T] | None, why: Why, at: datetime, duration_s: float
    ) -> RequestRecord:
        return replace(super()._record(request, result, why, at, duration_s), via=VIA)

    def _record_page_load(self, page_load: PageLoad) -> RequestRecord:
        status = _PAGE_OUTCOMES.get(page_load.status, Status.SERVER_ERROR)
        return RequestRecord(
            at=self._began_at,
            host=self.host,
            path=f"{self._prefix}/{FIRST_PAGE}",
            outcome=(Status.CHALLENGED if page_load.is_check else status).value,
            http_status=page_load.status,
            duration_s=page_load.duration_s,
            reason=self._why,
            via=VIA,
            account=None if self._account is None else account_mark(self._account),
        )


def _failure_for(code: ErrorCode) -> Challenged | Offline | Unreadable:
    if code in _OFFLINE:
        return Offline(code)
    if code is ErrorCode.TOO_LARGE:
        return Unreadable(code)
    return Challenged(code)
