"""Parses the server's times, in every form observed. Pure: returns aware UTC or ``None``, never raises."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from claudometer.domain.times import bounded, time_of
from claudometer.providers.claude.values import read_number
from claudometer.providers.server_time import parse_http_date

SECONDS_BELOW = 1e10
"""A smaller number counts seconds since 1970, a larger one milliseconds."""

# How far ahead a reset time is plausible. Known windows last up to 7 days; an unknown one may last months.
MAX_AHEAD = timedelta(days=20)
MAX_AHEAD_UNKNOWN_WINDOW = timedelta(days=400)


def parse_time(value: object) -> datetime | None:
    """Parse ISO 8601 (any fraction and zone; UTC without a zone), or seconds or milliseconds since 1970."""
    if isinstance(value, str):
        text = value.strip()
        number = read_number(text) if text.isascii() else None
        return _parse_iso(text) if number is None else _from_epoch(number)
    number = read_number(value)
    return None if number is None else _from_epoch(number)


def _parse_iso(text: str) -> datetime | None:
    try:
        # Python takes "Z" in capitals only; RFC 3339 allows both.
        moment = datetime.fromisoformat(text.upper())
        return bounded(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)
    except ValueError:
        return None


def _from_epoch(number: float) -> datetime | None:
    if number <= 0:
        return None
    try:
        return time_of(number if number < SECONDS_BELOW else number / 1000)
    except ValueError:
        return None


def parse_reset(value: object, now: datetime, window_s: int | None) -> datetime | None:
    """Parse a reset time; ``None`` if it is implausibly far ahead, so that only the percentage is kept.

    A time in the past is kept, however old: it says that the window is over and the percentage out of date.
    """
    moment = parse_time(value)
    if moment is None:
        return None
    ahead = MAX_AHEAD_UNKNOWN_WINDOW if window_s is None else MAX_AHEAD
    return moment if moment <= now + ahead else None


def parse_retry_after(value: str | None, sent_at: datetime) -> float | None:
    """Parse ``Retry-After`` as seconds: a number, or a date relative to ``sent_at``, the server's time.

    Returns ``None`` if it is missing, negative or unreadable. The token bucket limits long waits.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        until = parse_http_date(value)
        return None if until is None else max(0.0, (until - sent_at).total_seconds())
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
