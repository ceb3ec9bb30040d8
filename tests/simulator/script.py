"""The scripted replies of an endpoint, from Python or as JSON from another process."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Fault(StrEnum):
    """A fault of the connection or of the framing of a response."""

    DROP = "drop"
    """The server closes the connection without a response."""
    RESET = "reset"
    """The server resets the connection in the middle of the body."""
    SHORT = "short"
    """The server closes the connection before Content-Length bytes of the body."""
    SLOW = "slow"
    """The body arrives byte by byte, with pauses."""
    HANG = "hang"
    """The server accepts the connection and never responds."""
    ENDLESS = "endless"
    """A chunked body that never ends."""
    BOMB = "bomb"
    """A compressed body of 16 KB that decompresses to 16 MB."""
    OLD_HTTP = "old_http"
    """HTTP/1.0 without a length: the body ends with the connection."""
    TOO_FEW = "too_few"
    """Content-Length is too small for the body."""
    TWO_LENGTHS = "two_lengths"
    """Two different Content-Length headers."""
    GARBAGE = "garbage"
    """The response is not HTTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response. A ``body`` of text or bytes is sent unchanged, any other value as JSON.

    ``cookies`` are the values of ``Set-Cookie`` headers. ``Date`` is the server's time unless ``headers`` has
    it; a header with an empty value is omitted. With ``hold``, the response waits until that event is set.
    """

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    fault: Fault | None = None
    cookies: Sequence[str] = ()
    hold: threading.Event | None = None

    def content(self) -> bytes:
        """Return the body's bytes."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()

    def content_type(self) -> str:
        """Return the value for the ``Content-Type`` header."""
        if not isinstance(self.body, str | bytes):
            return "application/json"
        return "text/html; charset=utf-8" if self.content().startswith(b"<") else "text/plain"


FIELDS = frozenset({"status", "body", "headers", "delay_s", "fault", "cookies"})


def reply_from_json(fields: Mapping[str, Any]) -> Reply:
    """Build a reply from the fields that another process posted.

    Raises:
        ValueError: there is an unknown field or fault.
    """
    unknown = set(fields) - FIELDS
    if unknown:
        raise ValueError(f"unknown fields: {sorted(unknown)}")
    fault = fields.get("fault")
    return Reply(**{**fields, "fault": None if fault is None else Fault(fault)})


class Endpoint:
    """The scripted replies of an endpoint: first the queued ones, then the standing one.

    Without either, the server responds with the account's data.
    """

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
        """Queue a reply for the next request without a reply, whatever its credentials."""
        self._queue.append(Reply(status, body, headers or {}, delay_s, fault, cookies))

    def stand(self, reply: Reply | None) -> None:
        """Send this reply to every request from now on, and drop the queue; ``None`` ends that."""
        self._queue.clear()
        self._standing = reply

    def queue(self, reply: Reply) -> None:
        """Queue a reply for a single request."""
        self._queue.append(reply)

    def hold(self, reply: Reply) -> threading.Event:
        """Queue a reply that is sent once the returned event is set."""
        arrives = threading.Event()
        self.queue(replace(reply, hold=arrives))
        return arrives

    def take(self) -> Reply | None:
        """Return the scripted reply to a request and remove it from the queue, ``None`` without a script."""
        return self._queue.popleft() if self._queue else self._standing
