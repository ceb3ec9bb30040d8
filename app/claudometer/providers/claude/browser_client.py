"""Asking a server through a browser in our stead. Knows neither provider nor how the browser is run."""

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
from claudometer.providers.response import Answer
from claudometer.providers.server import Heard, Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.policy import Why
    from claudometer.providers.claude.browser_protocol import Told, Visit
    from claudometer.providers.server import Note, Question

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
    """Runs browsers, not too often."""

    async def refuse(self, *, testing: bool) -> Challenged | None:
        """Say why no browser may run now; ``None`` takes one run from the allowance."""
        ...

    def run(
        self, base_url: str, key: Secret
    ) -> AbstractAsyncContextManager[Callable[[str], Awaitable[Told]]]:
        """Start a browser; what comes back asks it for a path. Raises ``OSError`` if it cannot be started."""
        ...


@dataclass(frozen=True, slots=True)
class BrowserDoor:
    """The way to one server through a browser.

    Attributes:
        wanted: the user's setting.
        testing: somebody waits to hear about a key just pasted.
    """

    runs: BrowserRuns
    base_url: str
    clock: Clock
    note: Note
    wanted: Callable[[], bool]
    testing: bool = False

    async def refuse(self) -> Challenged | None:
        """Say why there is no way through a browser now; ``None`` lets one in."""
        if not self.wanted():
            return Challenged(ErrorCode.BROWSER_OFF)
        return await self.runs.refuse(testing=self.testing)

    @asynccontextmanager
    async def open(self, key: Secret) -> AsyncIterator[Server]:
        """Start a browser for ``key``; what comes back is asked as a server is. Raises ``OSError``."""
        async with self.runs.run(self.base_url, key) as ask:
            yield BrowserServer(self.base_url, clock=self.clock, note=self.note, ask=ask)


class BrowserServer(Server):
    """A server asked through a browser: the same questions, reported as the browser's."""

    def __init__(
        self, base_url: str, *, clock: Clock, note: Note, ask: Callable[[str], Awaitable[Told]]
    ) -> None:
        super().__init__(base_url, clock=clock, note=note)
        self._ask = ask
        self._began_at = clock.now()
        self._why: Why = Cause.START

    async def ask(self, question: Question[T], headers: Mapping[str, str], why: Why) -> Heard[T]:
        """Ask once, and report it and the pages that the browser loaded before it could."""
        self._began_at, self._why = self._clock.now(), why
        return await super().ask(question, headers, why)

    async def _send(self, question: Question[T], _headers: Mapping[str, str]) -> Heard[T]:
        """Ask the browser: it has the key as a cookie, and headers of its own."""
        told = await self._ask(question.path)
        for visit in told.visits:
            await self._note(self._report_visit(visit))
        if not isinstance(told.said, Page):
            return Heard(_meaning_of(told.said))
        renewed = told.renewed
        cookies = () if renewed is None else (Secret(f"{question.cookie}={renewed.reveal()}"),)
        answer = Answer(told.said.status, told.said.headers, told.said.body, cookies)
        return Heard(question.read(answer), answer)

    def _was_sent(self, heard: Heard[T]) -> bool:
        return heard.meaning not in _NEVER_SENT if isinstance(heard.meaning, Challenged) else True

    def _report(
        self, question: Question[T], heard: Heard[T] | None, why: Why, at: datetime, duration_s: float
    ) -> RequestRecord:
        return replace(super()._report(question, heard, why, at, duration_s), via=VIA)

    def _report_visit(self, visit: Visit) -> RequestRecord:
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


def _meaning_of(trouble: ErrorCode) -> Challenged | Offline | Unreadable:
    if trouble in _OFFLINE:
        return Offline(trouble)
    if trouble is ErrorCode.TOO_LARGE:
        return Unreadable(trouble)
    return Challenged(trouble)
