"""One server to ask. Every request of the program goes through here and is reported, however it ended.

Knows neither provider nor where the reports go.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import UNFINISHED, RequestRecord
from claudometer.domain.outcome import Failure, RateLimited, Status, Unreadable, status_of
from claudometer.providers.exchange import Answer, Exchange, Getter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.policy import Why

T = TypeVar("T")

Note = Callable[[RequestRecord], Awaitable[None]]
"""Takes the report of a request. Must not raise: a ledger that cannot be written keeps no number back."""

_PLAIN_PATH = re.compile(r"(?:/[a-z]{1,12})*")
"""A base path fit for the ledger; any other may hold what is nobody's business, and reads "/…"."""

_NEVER_SENT = Unreadable(ErrorCode.URL_REFUSED)


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What to ask.

    Attributes:
        path: below the server's base address.
        template: ``path`` with ``{id}`` in place of every id: this is what the ledger shows.
        read: makes of an answer what it means.
    """

    path: str
    template: str
    read: Callable[[Answer], T | Failure]


@dataclass(frozen=True, slots=True)
class Heard(Generic[T]):
    """What came of it. ``answer`` is ``None`` when there was none."""

    meaning: T | Failure
    answer: Answer | None = None


class Server:
    """A base address, and the one way to send a request below it."""

    def __init__(self, base_url: str, *, clock: Clock, note: Note, exchange: Getter | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._note = note
        self._exchange = exchange or Exchange()

    async def ask(self, question: Question[T], headers: Mapping[str, str], why: Why) -> Heard[T]:
        """Ask once, and report it. Never raises for anything a network or a server can do."""
        sent_at, began = self._clock.now(), self._clock.monotonic()
        heard: Heard[T] | None = None
        try:
            heard = await self._send(question, headers)
        finally:
            if heard is None or heard.meaning != _NEVER_SENT:
                duration_s = self._clock.monotonic() - began
                await self._note(self._report(question, heard, why, sent_at, duration_s))
        return heard

    async def _send(self, question: Question[T], headers: Mapping[str, str]) -> Heard[T]:
        sent = await self._exchange.get(f"{self._base_url}/{question.path}", headers)
        return Heard(question.read(sent), sent) if isinstance(sent, Answer) else Heard(sent)

    def _report(
        self, question: Question[T], heard: Heard[T] | None, why: Why, at: datetime, duration_s: float
    ) -> RequestRecord:
        parts = urlsplit(self._base_url)
        prefix = parts.path if _PLAIN_PATH.fullmatch(parts.path) else "/…"
        meaning = heard.meaning if heard else None
        return RequestRecord(
            at=at,
            host=parts.hostname or "",
            path=f"{prefix}/{question.template}",
            outcome=_word_for(heard),
            http_status=heard.answer.status if heard and heard.answer else None,
            duration_s=max(0.0, duration_s),
            reason=why,
            retry_after_s=meaning.retry_after_s if isinstance(meaning, RateLimited) else None,
        )


def _word_for(heard: Heard[T] | None) -> str:
    if heard is None:
        return UNFINISHED
    return status_of(heard.meaning).value if isinstance(heard.meaning, Failure) else Status.OK.value
