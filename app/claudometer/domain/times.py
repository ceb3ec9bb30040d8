"""Reads times that come from files and networks, within bounds. Pure.

Python knows the years 1 to 9999, and raises when arithmetic or a time zone leads past either end. A time
within the bounds below can be moved by centuries and shown in every zone, also on Windows.
"""

from __future__ import annotations

from datetime import UTC, datetime

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(3000, 1, 1, tzinfo=UTC)
_LATEST_S = LATEST.timestamp()


def read_time(text: object) -> datetime:
    """Return a time in ISO 8601 as aware UTC.

    Raises:
        TypeError, ValueError: it is not a text, not a time, has no zone, or is out of bounds.
    """
    if not isinstance(text, str):
        raise TypeError("not a text")
    return bounded(datetime.fromisoformat(text))


def bounded(at: datetime) -> datetime:
    """Return an aware time as UTC.

    Raises:
        ValueError: it has no zone, or is out of bounds.
    """
    if at.tzinfo is None:
        raise ValueError("a time needs a zone")
    if not EARLIEST <= at <= LATEST:
        raise ValueError("out of bounds")
    return at.astimezone(UTC)


def time_of(seconds: float) -> datetime:
    """Return the time at ``seconds`` since 1970 as aware UTC.

    Raises:
        ValueError: it is out of bounds, or not a number.
    """
    if not 0 <= seconds <= _LATEST_S:
        raise ValueError("out of bounds")
    return datetime.fromtimestamp(seconds, UTC)
