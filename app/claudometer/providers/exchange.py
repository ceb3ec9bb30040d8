"""Sends a GET request over HTTP. Imports httpx on the first request, because it costs 0.1 s and 5 MB."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.domain.outcome import Offline
from claudometer.providers.local_faults import loading_fault
from claudometer.providers.response import Response, Timeouts
from claudometer.system.off_loop import run_abandonable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.outcome import Unreadable
    from claudometer.providers.transport import Transport

log = logging.getLogger(__name__)

LOAD_TIMEOUT_S = 60.0
"""Limit for importing httpx and loading the certificates, which may be on a slow drive."""


class Exchange:
    """Sends requests one at a time. Keeps no connection open, because polls are a minute or more apart."""

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
        self._transport: Transport | None = None

    async def get(
        self, url: str, headers: Mapping[str, str], *, cookie: str | None = None
    ) -> Response | Offline | Unreadable:
        """Send a GET request. Follows no redirect. Failures of the network or the server are values.

        Args:
            cookie: the only cookie whose ``Set-Cookie`` lines the response keeps.
        """
        if self._transport is None:
            # Off the event loop, because the import reads many files.
            try:
                self._transport = await run_abandonable(
                    lambda: _load_transport(self._timeouts), timeout_s=LOAD_TIMEOUT_S, place="transport"
                )
            except OSError as error:
                log.warning("the HTTP client cannot be loaded: %s", error)
                return Offline(loading_fault(error))
        return await self._transport.get(url, headers, cookie=cookie)


def _load_transport(timeouts: Timeouts) -> Transport:
    from claudometer.providers.transport import Transport  # noqa: PLC0415 - see the module's docstring

    return Transport(timeouts)
