"""One GET and its answer, with httpx kept out until the first one goes. Knows no provider."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Offline
from claudometer.system.off_loop import run_abandonable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.outcome import Unreadable
    from claudometer.domain.secret import Secret
    from claudometer.providers.transport import Transport

log = logging.getLogger(__name__)

LOAD_TIMEOUT_S = 60.0

KEPT_HEADERS = frozenset({"age", "cf-mitigated", "content-type", "date", "location", "retry-after", "server"})
"""All that a decision needs. ``Set-Cookie`` carries session keys and is never among them."""


@dataclass(frozen=True, slots=True)
class Answer:
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
    ) -> Answer | Offline | Unreadable:
        """Ask once. Never raises for anything a network or a server can do, follows no redirect.

        ``cookie`` names the one whose ``Set-Cookie`` lines the answer should keep.
        """
        ...


class Exchange:
    """Sends requests one by one. Keeps no connection: polls are a minute or more apart."""

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
        self._transport: Transport | None = None

    async def get(
        self, url: str, headers: Mapping[str, str], *, cookie: str | None = None
    ) -> Answer | Offline | Unreadable:
        """Ask once. Never raises for anything a network or a server can do, follows no redirect.

        ``cookie`` is the name of the only cookie to hear about.
        """
        if self._transport is None:
            # httpx and the certificates take 0.1 s and 5 MB: off the loop, and not before they are needed.
            try:
                self._transport = await run_abandonable(
                    lambda: _load_transport(self._timeouts), timeout_s=LOAD_TIMEOUT_S, place="transport"
                )
            except OSError as error:
                log.warning("the network code cannot be loaded: %s", error)
                return Offline(ErrorCode.TIMED_OUT)
        return await self._transport.get(url, headers, cookie=cookie)


def _load_transport(timeouts: Timeouts) -> Transport:
    module = import_module("claudometer.providers.transport")
    return cast("Transport", module.Transport(timeouts))
