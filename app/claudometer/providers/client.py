"""Sends requests to one server, and records every request for the ledger.

Knows neither the provider nor where the ledger is.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import UNFINISHED, RequestRecord, account_mark
from claudometer.domain.outcome import Failure, Offline, RateLimited, Status, Unreadable, status_of
from claudometer.providers.local_faults import loading_fault
from claudometer.providers.response import Getter, Response, Timeouts
from claudometer.providers.server_time import ignore_server_time, read_server_time
from claudometer.system.off_loop import run_abandonable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.next_poll import Why
    from claudometer.providers.server_time import TimeObserver
    from claudometer.providers.transport import Transport

log = logging.getLogger(__name__)

T = TypeVar("T")

Note = Callable[[RequestRecord], Awaitable[None]]
"""Receives the record of a request. Must not raise: a ledger that fails must not cost a reading."""

# A base path that the ledger may show. Any other may contain something private, and is shown as "/…".
_PLAIN_PATH = re.compile(r"(?:/[a-z]{1,12})*")

NEVER_SENT = frozenset(
    {
        ErrorCode.URL_REFUSED,
        ErrorCode.PROXY_UNUSABLE,
        ErrorCode.CLIENT_UNLOADED,
        ErrorCode.TOO_MANY_FILES,
        ErrorCode.OUT_OF_MEMORY,
    }
)
"""Failures before anything left this computer. The ledger lists what was sent, so it leaves them out."""


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """A GET request, and how to read its response.

    Attributes:
        path: relative to the client's base address.
        template: ``path`` with ``{id}`` in place of every id, as the ledger shows it.
        read: turns a response into a value or a failure. May run twice.
        cookie: the only cookie whose ``Set-Cookie`` lines the response keeps.
        account: whose numbers it requests, an ``AccountKey`` as text; the ledger keeps a digest of it.
    """

    path: str
    template: str
    read: Callable[[Response], T | Failure]
    cookie: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """The result of a request. ``response`` is ``None`` if the server sent no response."""

    value: T | Failure
    response: Response | None = None


class Client:
    """Sends requests below one base address.

    Args:
        note: receives the ledger's record of each request.
        observe_time: receives the server's time of each response that states it.
        exchange: sends the requests; by default over HTTP.
    """

    def __init__(
        self,
        base_url: str,
        *,
        clock: Clock,
        note: Note,
        observe_time: TimeObserver = ignore_server_time,
        exchange: Getter | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._note = note
        self._observe_time = observe_time
        self._exchange = exchange or Exchange()
        parts = urlsplit(self._base_url)
        self.host = parts.hostname or ""
        # The user's own address may hold a token in its path.
        self._prefix = parts.path if _PLAIN_PATH.fullmatch(parts.path) else "/…"

    async def send(self, request: Request[T], headers: Mapping[str, str], why: Why) -> Result[T]:
        """Send a request and record it. Failures of the network or the server are values, not exceptions."""
        # Two clocks: the duration must not count a suspend, and the time of sending must.
        began_s, sent_s = self._clock.monotonic(), self._clock.boottime()
        result: Result[T] | None = None
        try:
            result = await self._exchange_once(request, headers)
        finally:
            # Also when the request was canceled (then there is no result): the server may have counted it.
            if result is None or self._was_sent(result):
                duration_s = self._clock.monotonic() - began_s
                # Subtracted from the present time, because the response may have corrected the clock.
                sent_at = self._clock.now() - timedelta(seconds=self._clock.boottime() - sent_s)
                await self._note(self._record(request, result, why, sent_at, duration_s))
        return result

    def _was_sent(self, result: Result[T]) -> bool:
        value = result.value
        return not isinstance(value, Offline | Unreadable) or value.code not in NEVER_SENT

    async def _exchange_once(self, request: Request[T], headers: Mapping[str, str]) -> Result[T]:
        sent_s = self._clock.boottime()
        url = f"{self._base_url}/{request.path}"
        response = await self._exchange.get(url, headers, cookie=request.cookie)
        if not isinstance(response, Response):
            return Result(response)
        value = request.read(response)
        # Before the result is used: it may set the clock by which reset times are judged.
        server_time = read_server_time(response, value, sent_s, self._clock.boottime())
        if server_time is not None and self._observe_time(server_time):
            # Reading compares reset times with the clock, which was wrong until now.
            value = request.read(response)
        return Result(value, response)

    def _record(
        self, request: Request[T], result: Result[T] | None, why: Why, at: datetime, duration_s: float
    ) -> RequestRecord:
        value = result.value if result else None
        return RequestRecord(
            at=at,
            host=self.host,
            path=f"{self._prefix}/{request.template}",
            outcome=_outcome_of(result),
            http_status=result.response.status if result and result.response else None,
            duration_s=max(0.0, duration_s),
            reason=why,
            retry_after_s=value.retry_after_s if isinstance(value, RateLimited) else None,
            account=None if request.account is None else account_mark(request.account),
        )


async def send_with_retries(
    send: Callable[[], Awaitable[Result[T]]], retry_delays_s: Sequence[float]
) -> Result[T]:
    """Send a request, and again after each delay (seconds) while the response's status is 401."""
    result = await send()
    for delay_s in retry_delays_s:
        if result.response is None or result.response.status != 401:
            break
        await asyncio.sleep(delay_s)
        result = await send()
    return result


def _outcome_of(result: Result[T] | None) -> str:
    if result is None:
        return UNFINISHED
    return status_of(result.value).value if isinstance(result.value, Failure) else Status.OK.value


LOAD_TIMEOUT_S = 60.0
"""Limit for importing httpx and loading the certificates, which may be on a slow drive."""


class Exchange:
    """Sends requests over HTTP, one at a time.

    Keeps no connection open, because polls are a minute or more apart. Imports httpx on the first request,
    because it costs 0.1 s and 5 MB.
    """

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
        self._transport: Transport | None = None

    async def get(
        self, url: str, headers: Mapping[str, str], *, cookie: str | None = None
    ) -> Response | Offline | Unreadable:
        """Send a GET request. Follows no redirect. Failures of the network or the server are values.

        Args:
            cookie: the only cookie whose ``Set-Cookie`` lines the response keeps.
        """
        if self._transport is None:
            # Off the event loop, because the import reads many files.
            try:
                self._transport = await run_abandonable(
                    lambda: _load_transport(self._timeouts), timeout_s=LOAD_TIMEOUT_S, place="transport"
                )
            except OSError as error:
                log.warning("the HTTP client cannot be loaded: %s", error)
                return Offline(loading_fault(error))
        return await self._transport.get(url, headers, cookie=cookie)


def _load_transport(timeouts: Timeouts) -> Transport:
    from claudometer.providers.transport import Transport  # noqa: PLC0415 - see Exchange

    return Transport(timeouts)
