"""Reads the server's time from its responses. Trusts only what surely came from the server, and just now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.clock import ServerTime
from claudometer.domain.outcome import Challenged, MissingCredentials, Offline, Unreadable
from claudometer.domain.times import bounded

if TYPE_CHECKING:
    from claudometer.providers.response import Response

TimeObserver = Callable[[ServerTime], bool]
"""Takes the server's time; returns whether the program's own time has jumped because of it."""

RESOLUTION_S = 1.0
"""The ``Date`` header counts whole seconds."""

_NOT_UNDERSTOOD = (Challenged, MissingCredentials, Offline, Unreadable)
"""Responses that may come from a captive portal, a proxy or a foreign page instead of the server."""


def ignore_server_time(_time: ServerTime) -> bool:
    """Go by the computer's own clock."""
    return False


def read_server_time(
    response: Response, value: object, sent_s: float, received_s: float
) -> ServerTime | None:
    """Return the server's time in the middle of a request, ``None`` if the response may be another's.

    Args:
        value: what the response was read as.
        sent_s: ``Clock.boottime()`` when the request was sent; ``received_s``: when the response arrived.
    """
    if (
        isinstance(value, _NOT_UNDERSTOOD)
        or "json" not in response.headers.get("content-type", "").casefold()
    ):
        return None
    if response.headers.get("age", "0").strip() != "0":
        return None  # from a cache, and of an unknown age
    at = parse_http_date(response.headers.get("date"))
    if at is None:
        return None
    middle_s, half_way_s = (sent_s + received_s) / 2, (received_s - sent_s) / 2
    return ServerTime(at + timedelta(seconds=RESOLUTION_S / 2), middle_s, half_way_s + RESOLUTION_S)


def parse_http_date(value: str | None) -> datetime | None:
    """Read the date form of ``Date`` and ``Retry-After``."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - not needed before the first response, and not small

    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return bounded(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
