"""Sends one GET. httpx is imported by the first request, since it costs 0.1 s and 5 MB."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from claudometer.providers.response import Response, Timeouts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.outcome import Offline, Unreadable
    from claudometer.providers.transport import Transport


class Exchange:
    """Sends requests one by one. Keeps no connection: polls are a minute or more apart."""

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
        self._transport: Transport | None = None

    async def get(
        self, url: str, headers: Mapping[str, str], *, cookie: str | None = None
    ) -> Response | Offline | Unreadable:
        """Ask once. Never raises for anything a network or a server can do, follows no redirect.

        ``cookie`` is the name of the only cookie to hear about.
        """
        if self._transport is None:
            # httpx and the certificates take 0.1 s and 5 MB: off the loop, and not before they are needed.
            self._transport = await asyncio.to_thread(_load_transport, self._timeouts)
        return await self._transport.get(url, headers, cookie=cookie)


def _load_transport(timeouts: Timeouts) -> Transport:
    from claudometer.providers.transport import Transport  # noqa: PLC0415 - see the module's docstring

    return Transport(timeouts)
