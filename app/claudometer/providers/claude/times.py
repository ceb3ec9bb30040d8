"""Reads the server's times, in every form seen. Pure: an aware UTC time or ``None``, never an exception."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from claudometer.domain.times import bounded, time_of
from claudometer.providers.claude.values import read_number
from claudometer.providers.server_time import parse_http_date

SECONDS_BELOW = 1e10
"""A smaller number counts seconds since 1970, a larger one milliseconds."""

MAX_AHEAD = timedelta(days=20)
MAX_AHEAD_UNKNOWN_WINDOW = timedelta(days=400)
MAX_PAST = timedelta(days=3)


def parse_time(value: object) -> datetime | None:
    """Read ISO 8601 (any fraction, any zone, none is UTC) or seconds or milliseconds since 1970."""
    if isinstance(value, str):
        text = value.strip()
        number = read_number(text) if text.isascii() else None
        return _parse_iso(text) if number is None else _from_epoch(number)
    number = read_number(value)
    return None if number is None else _from_epoch(number)


def _parse_iso(text: str) -> datetime | None:
    try:
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
    """Read a reset time; ``None`` for one that cannot be true, so that only the percent is kept."""
    moment = parse_time(value)
    if moment is None:
        return None
    ahead = MAX_AHEAD_UNKNOWN_WINDOW if window_s is None else MAX_AHEAD
    return moment if now - MAX_PAST <= moment <= now + ahead else None


def parse_retry_after(value: str | None, answered_at: datetime) -> float | None:
    """Read ``Retry-After`` in seconds: a number, or a date seen from ``answered_at``, the server's time.

    Absent, negative and unreadable are ``None``; how long is too long is the budget's decision.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        until = parse_http_date(value)
        return None if until is None else max(0.0, (until - answered_at).total_seconds())
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
