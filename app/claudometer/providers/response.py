"""The response to a GET request, and the timeouts. Knows neither httpx nor a provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.outcome import Offline, Unreadable
    from claudometer.domain.secret import Secret

KEPT_HEADERS = frozenset(
    {"age", "cf-mitigated", "content-type", "date", "location", "request-id", "retry-after", "server"}
)
"""The headers that a decision needs. Never ``Set-Cookie``, which carries session keys."""


@dataclass(frozen=True, slots=True)
class Response:
    """A server's response.

    Attributes:
        headers: only ``KEPT_HEADERS``, with names in lower case.
        body: decompressed.
        cookies: the ``Set-Cookie`` lines of the cookie that the request named, in the server's order.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    cookies: tuple[Secret, ...] = ()

    @property
    def is_html(self) -> bool:
        """Whether the body is HTML, by its content type or, if that is wrong, its first character."""
        start = self.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
        return "html" in self.headers.get("content-type", "").casefold() or start.startswith(b"<")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for a connection, for the next bytes, and for the whole response, in seconds."""

    connect_s: float = 10.0
    read_s: float = 15.0
    total_s: float = 40.0


class Getter(Protocol):
    """Sends GET requests."""

    async def get(
        self, url: str, headers: Mapping[str, str], *, cookie: str | None = None
    ) -> Response | Offline | Unreadable:
        """Send a GET request. Follows no redirect. Failures of the network or the server are values.

        Args:
            cookie: the only cookie whose ``Set-Cookie`` lines the response keeps.
        """
        ...
