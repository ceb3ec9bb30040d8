"""What a server answers to one GET, and how long to wait for it. Knows neither httpx nor a provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.outcome import Offline, Unreadable
    from claudometer.domain.secret import Secret

KEPT_HEADERS = frozenset({"age", "cf-mitigated", "content-type", "date", "location", "retry-after", "server"})
"""All that a decision needs. ``Set-Cookie`` carries session keys and is never among them."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a server said.

    Attributes:
        headers: only ``KEPT_HEADERS``, in lower case.
        body: decompressed.
        cookies: the ``Set-Cookie`` lines of the one cookie that was asked about, in their order.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    cookies: tuple[Secret, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for a connection, for the next bytes, and for the whole answer, in seconds."""

    connect_s: float = 10.0
    read_s: float = 15.0
    total_s: float = 40.0


class Getter(Protocol):
    """Gets an answer to one GET, by whatever way."""

    async def get(
        self, url: str, headers: Mapping[str, str], *, cookie: str | None = None
    ) -> Response | Offline | Unreadable:
        """Ask once. Never raises for anything a network or a server can do, follows no redirect.

        ``cookie`` names the one whose ``Set-Cookie`` lines the answer should keep.
        """
        ...
