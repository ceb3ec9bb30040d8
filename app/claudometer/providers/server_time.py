"""Reads the server's time from its responses. Trusts only fresh ones that certainly came from it."""

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
"""Receives the server's time; returns whether it made the program's corrected clock jump."""

RESOLUTION_S = 1.0
"""The ``Date`` header counts whole seconds."""

# Outcomes of responses that may have come from a captive portal, a proxy or another page.
_MAYBE_FOREIGN = (Challenged, MissingCredentials, Offline, Unreadable)


def ignore_server_time(_time: ServerTime) -> bool:
    """Ignore the server's time, so that the computer's own clock counts."""
    return False


def read_server_time(
    response: Response, value: object, sent_s: float, received_s: float
) -> ServerTime | None:
    """Return the server's time in the middle of a request, or ``None`` if it cannot be trusted.

    Args:
        value: the value or failure that the response was read as.
        sent_s: ``Clock.boottime()`` when the request was sent.
        received_s: ``Clock.boottime()`` when the response arrived.
    """
    if isinstance(value, _MAYBE_FOREIGN) or "json" not in response.headers.get("content-type", "").casefold():
        return None
    if response.headers.get("age", "0").strip() != "0":
        return None  # a cache sent it, so its date may be old
    at = parse_http_date(response.headers.get("date"))
    if at is None:
        return None
    middle_s, half_duration_s = (sent_s + received_s) / 2, (received_s - sent_s) / 2
    # The header drops fractions, so the time is half a second later on average.
    return ServerTime(at + timedelta(seconds=RESOLUTION_S / 2), middle_s, half_duration_s + RESOLUTION_S)


def parse_http_date(value: str | None) -> datetime | None:
    """Read an HTTP date, as ``Date``, ``Expires`` and ``Retry-After`` have it; ``None`` if unreadable."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - large, and not needed before the first response

    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return bounded(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
