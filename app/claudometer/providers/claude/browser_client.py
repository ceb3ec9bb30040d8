"""Sends requests through a browser instead of our own HTTP client. Does not know how the browser is run."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import RequestRecord
from claudometer.domain.outcome import Challenged, Offline, Status, Unreadable
from claudometer.domain.policy import Cause
from claudometer.domain.secret import Secret
from claudometer.providers.claude.browser_protocol import FIRST_PAGE, Page
from claudometer.providers.client import Client, Result
from claudometer.providers.response import Response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.policy import Why
    from claudometer.providers.claude.browser_protocol import Told, Visit
    from claudometer.providers.client import Note, Request

T = TypeVar("T")

VIA = "browser"

_NEVER_SENT = frozenset(
    Challenged(code) for code in (ErrorCode.BROWSER_MISSING, ErrorCode.BROWSER_NO_DISPLAY)
)
_VISITED = {
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
    ) -> AbstractAsyncContextManager[Callable[[str], Awaitable[Told]]]:
        """Start a browser and return a function that requests a path. Raises ``OSError``."""
        ...


@dataclass(frozen=True, slots=True)
class BrowserAccess:
    """Access to one server through a browser.

    Attributes:
        wanted: the user's setting.
        testing: the user waits for the test of a key just pasted.
    """

    runs: BrowserRuns
    base_url: str
    clock: Clock
    note: Note
    wanted: Callable[[], bool]
    testing: bool = False

    async def refuse(self) -> Challenged | None:
        """Return why no browser may be used now, or ``None`` after taking one run from the budget."""
        if not self.wanted():
            return Challenged(ErrorCode.BROWSER_OFF)
        return await self.runs.refuse(testing=self.testing)

    @asynccontextmanager
    async def open(self, key: Secret) -> AsyncIterator[Client]:
        """Start a browser for ``key`` and return a client that uses it. Raises ``OSError``."""
        async with self.runs.run(self.base_url, key) as ask:
            yield BrowserClient(self.base_url, clock=self.clock, note=self.note, ask=ask)


class BrowserClient(Client):
    """Sends the same requests through a browser; the ledger shows them as the browser's."""

    def __init__(
        self, base_url: str, *, clock: Clock, note: Note, ask: Callable[[str], Awaitable[Told]]
    ) -> None:
        super().__init__(base_url, clock=clock, note=note)
        self._ask = ask
        self._began_at = clock.now()
        self._why: Why = Cause.START

    async def send(self, request: Request[T], headers: Mapping[str, str], why: Why) -> Result[T]:
        """Send once, and note it and the pages that the browser had to load before."""
        self._began_at, self._why = self._clock.now(), why
        return await super().send(request, headers, why)

    async def _exchange_once(self, request: Request[T], _headers: Mapping[str, str]) -> Result[T]:
        """Let the browser send it, with the key as a cookie and headers of its own."""
        told = await self._ask(request.path)
        for visit in told.visits:
            await self._note(self._record_of_visit(visit))
        if not isinstance(told.said, Page):
            return Result(_failure_for(told.said))
        renewed = told.renewed
        cookies = () if renewed is None else (Secret(f"{request.cookie}={renewed.reveal()}"),)
        response = Response(told.said.status, told.said.headers, told.said.body, cookies)
        return Result(request.read(response), response)

    def _was_sent(self, result: Result[T]) -> bool:
        return result.value not in _NEVER_SENT if isinstance(result.value, Challenged) else True

    def _record(
        self, request: Request[T], result: Result[T] | None, why: Why, at: datetime, duration_s: float
    ) -> RequestRecord:
        return replace(super()._record(request, result, why, at, duration_s), via=VIA)

    def _record_of_visit(self, visit: Visit) -> RequestRecord:
        status = _VISITED.get(visit.status, Status.SERVER_ERROR)
        return RequestRecord(
            at=self._began_at,
            host=self.host,
            path=f"{self._prefix}/{FIRST_PAGE}",
            outcome=(Status.CHALLENGED if visit.is_check else status).value,
            http_status=visit.status,
            duration_s=visit.duration_s,
            reason=self._why,
            via=VIA,
        )


def _failure_for(trouble: ErrorCode) -> Challenged | Offline | Unreadable:
    if trouble in _OFFLINE:
        return Offline(trouble)
    if trouble is ErrorCode.TOO_LARGE:
        return Unreadable(trouble)
    return Challenged(trouble)
