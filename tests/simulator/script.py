"""What an endpoint is told to answer, as a value: from Python or as JSON from another process."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Fault(StrEnum):
    """How a connection can go wrong around or inside an answer."""

    DROP = "drop"
    """Closed without a word."""
    RESET = "reset"
    """Reset in the middle of the body."""
    SHORT = "short"
    """Closed before as many bytes as were promised."""
    SLOW = "slow"
    """A byte every now and then."""
    HANG = "hang"
    """Accepted and never answered."""
    ENDLESS = "endless"
    """Chunks without an end."""
    BOMB = "bomb"
    """16 KB that unpack to 16 MB."""
    OLD_HTTP = "old_http"
    """HTTP/1.0: no length, the end of the connection is the end of the body."""
    TOO_FEW = "too_few"
    """More bytes than were promised."""
    TWO_LENGTHS = "two_lengths"
    """Two lengths that contradict each other."""
    GARBAGE = "garbage"
    """Not HTTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. A ``body`` of text or bytes goes out as it is, anything else as JSON.

    ``cookies`` are the values of ``Set-Cookie`` lines. ``Date`` is the server's own unless ``headers`` name
    one; an empty header is left out.
    """

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    fault: Fault | None = None
    cookies: Sequence[str] = ()

    def content(self) -> bytes:
        """Return the body's bytes."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()

    def content_type(self) -> str:
        """Return what a server would call the body."""
        if not isinstance(self.body, str | bytes):
            return "application/json"
        return "text/html; charset=utf-8" if self.content().startswith(b"<") else "text/plain"


FIELDS = frozenset({"status", "body", "headers", "delay_s", "fault", "cookies"})


def reply_from_json(fields: Mapping[str, Any]) -> Reply:
    """Build a reply from what another process posted.

    Raises:
        ValueError: a field that is not one of a reply's, or a fault that does not exist.
    """
    unknown = set(fields) - FIELDS
    if unknown:
        raise ValueError(f"unknown fields: {sorted(unknown)}")
    fault = fields.get("fault")
    return Reply(**{**fields, "fault": None if fault is None else Fault(fault)})


class Endpoint:
    """The script of one address: queued answers first, then the standing one, then the account's own."""

    def __init__(self) -> None:
        self._queue: deque[Reply] = deque()
        self._standing: Reply | None = None

    def answer(
        self,
        status: int = 200,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        delay_s: float = 0.0,
        fault: Fault | None = None,
        cookies: Sequence[str] = (),
    ) -> None:
        """Give this answer to the next request, whoever asks. Calls queue up."""
        self._queue.append(Reply(status, body, headers or {}, delay_s, fault, cookies))

    def stand(self, reply: Reply | None) -> None:
        """Give this answer to every request from now on; ``None`` goes back to what the account says."""
        self._queue.clear()
        self._standing = reply

    def queue(self, reply: Reply) -> None:
        """Give this answer to one request, after those queued before."""
        self._queue.append(reply)

    def take(self) -> Reply | None:
        """Return the scripted answer to the request that just came, ``None`` if there is none."""
        return self._queue.popleft() if self._queue else self._standing
