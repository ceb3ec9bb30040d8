"""Reads a server's clock off its answers. Trusts only what certainly came from the server, and just now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.clock import ServerTime
from claudometer.domain.outcome import Challenged, MissingCredentials, Offline, Unreadable
from claudometer.domain.times import bounded

if TYPE_CHECKING:
    from claudometer.providers.response import Answer

HearTime = Callable[[ServerTime], bool]
"""Takes what a server's clock said; tells whether the program goes by another time from now on."""

RESOLUTION_S = 1.0
"""``Date`` counts whole seconds."""

_NOT_UNDERSTOOD = (Challenged, MissingCredentials, Offline, Unreadable)
"""What these mean may have been said by a portal, a proxy or a page on the way."""


def deaf(_said: ServerTime) -> bool:
    """Go on by the computer's own clock."""
    return False


def read_server_time(answer: Answer, meaning: object, sent_s: float, received_s: float) -> ServerTime | None:
    """Return the server's time in the middle of a request, ``None`` for an answer that may be another's.

    Args:
        meaning: what was made of the answer.
        sent_s: ``Clock.boottime()`` when it was sent, and ``received_s`` when the answer was there.
    """
    if (
        isinstance(meaning, _NOT_UNDERSTOOD)
        or "json" not in answer.headers.get("content-type", "").casefold()
    ):
        return None
    if answer.headers.get("age", "0").strip() != "0":
        return None  # out of some cache, and as old as that
    at = parse_http_date(answer.headers.get("date"))
    if at is None:
        return None
    middle_s, way_s = (sent_s + received_s) / 2, (received_s - sent_s) / 2
    return ServerTime(at + timedelta(seconds=RESOLUTION_S / 2), middle_s, way_s + RESOLUTION_S)


def parse_http_date(value: str | None) -> datetime | None:
    """Read the date form of ``Date`` and ``Retry-After``."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - not needed before the first answer, and not small

    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return bounded(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
