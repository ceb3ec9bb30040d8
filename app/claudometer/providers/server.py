"""One server to ask. Every request of the program goes through here and is reported, however it ended.

Knows neither provider nor where the reports go.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import UNFINISHED, RequestRecord
from claudometer.domain.outcome import Failure, RateLimited, Status, Unreadable, status_of
from claudometer.providers.exchange import Exchange
from claudometer.providers.hearing import deaf, read_server_time
from claudometer.providers.response import Answer, Getter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.policy import Why
    from claudometer.providers.hearing import HearTime

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
        cookie: the name of a cookie whose setting is of interest.
    """

    path: str
    template: str
    read: Callable[[Answer], T | Failure]
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class Heard(Generic[T]):
    """What came of it. ``answer`` is ``None`` when there was none."""

    meaning: T | Failure
    answer: Answer | None = None


class Server:
    """A base address, and the one way to send a request below it."""

    def __init__(
        self,
        base_url: str,
        *,
        clock: Clock,
        note: Note,
        hear_time: HearTime = deaf,
        exchange: Getter | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._note = note
        self._hear_time = hear_time
        self._exchange = exchange or Exchange()
        parts = urlsplit(self._base_url)
        self.host = parts.hostname or ""
        self._prefix = parts.path if _PLAIN_PATH.fullmatch(parts.path) else "/…"

    async def ask(self, question: Question[T], headers: Mapping[str, str], why: Why) -> Heard[T]:
        """Ask once, and report it. Never raises for anything a network or a server can do."""
        began, sent_s = self._clock.monotonic(), self._clock.boottime()
        heard: Heard[T] | None = None
        try:
            heard = await self._send(question, headers)
        finally:
            if heard is None or self._was_sent(heard):
                duration_s = self._clock.monotonic() - began
                # Counted back, since the answer may have told that the time of sending was wrong.
                sent_at = self._clock.now() - timedelta(seconds=self._clock.boottime() - sent_s)
                await self._note(self._report(question, heard, why, sent_at, duration_s))
        return heard

    def _was_sent(self, heard: Heard[T]) -> bool:
        return heard.meaning != _NEVER_SENT

    async def _send(self, question: Question[T], headers: Mapping[str, str]) -> Heard[T]:
        sent_s = self._clock.boottime()
        url = f"{self._base_url}/{question.path}"
        sent = await self._exchange.get(url, headers, cookie=question.cookie)
        if not isinstance(sent, Answer):
            return Heard(sent)
        meaning = question.read(sent)
        said = read_server_time(sent, meaning, sent_s, self._clock.boottime())
        if said is not None and self._hear_time(said):
            meaning = question.read(sent)  # its times were judged by a clock that is wrong
        return Heard(meaning, sent)

    def _report(
        self, question: Question[T], heard: Heard[T] | None, why: Why, at: datetime, duration_s: float
    ) -> RequestRecord:
        meaning = heard.meaning if heard else None
        return RequestRecord(
            at=at,
            host=self.host,
            path=f"{self._prefix}/{question.template}",
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
