"""Turns rows of the tables into values of the domain, and times into whole seconds."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final

from claudometer.domain.history import LimitKey, Point, Reset, ResetCause, Series
from claudometer.domain.usage import AccountId, LimitKind, ProviderId, Source

SERIES: Final = "id, provider, account, limit_id, kind, label, window_s, plan"
POINT: Final = "at, until, percent, resets_at, source, joined"
RESET: Final = (
    "seen_after, seen_before, promised_at, next_at, percent_before, percent_after, cause, confirmed"
)

YEAR_3000: Final = 32_503_680_000
"""In seconds since 1970. A time near the end of the calendar cannot be shown in every time zone."""

MOST_NUMBER: Final = 1e11
"""Largest number of a row: a percent, or a time in seconds since 1970."""

Row = tuple[object, ...]

# A row that cannot be used is `None` and is skipped: a flipped bit in one must not cost the others.


def to_series(row: Row) -> Series | None:
    try:
        _, provider, account, limit_id, kind, label, window_s, plan, last = row
        return Series(
            LimitKey(ProviderId(str(provider)), AccountId(str(account)), str(limit_id)),
            LimitKind(str(kind)),
            str(label),
            None if window_s is None else whole(window_s),
            None if plan is None else str(plan),
            None if last is None else time_of(whole(last)),
        )
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def to_point(row: Row) -> Point | None:
    try:
        at, until, percent, resets_at, source, joined = row
        return Point(
            time_of(whole(at)),
            time_of(whole(until)),
            real(percent),
            None if resets_at is None else time_of(whole(resets_at)),
            Source(str(source)),
            bool(joined),
        )
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def to_reset(row: Row) -> Reset | None:
    try:
        seen_after, seen_before, promised_at, next_at, before, after, cause, confirmed = row
        return Reset(
            promised_at=None if promised_at is None else time_of(whole(promised_at)),
            seen_before=time_of(whole(seen_before)),
            seen_after=time_of(whole(seen_after)),
            percent_before=real(before),
            percent_after=real(after),
            next_at=None if next_at is None else time_of(whole(next_at)),
            cause=ResetCause(str(cause)),
            confirmed=bool(confirmed),
        )
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def whole(value: object) -> int:
    """Return a whole number of a row: a time, a length in seconds, or a percent. Raises ``TypeError``."""
    if not isinstance(value, int) or not 0 <= value <= YEAR_3000:
        raise TypeError("not a time or a length of ours")
    return value


def real(value: object) -> float:
    """Return a number of a row, 0 and up. Raises ``TypeError``."""
    if not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= MOST_NUMBER:
        raise TypeError("not a number")
    return float(value)


def stamp(at: datetime) -> int:
    """Return a time as the tables have it, whole seconds since 1970. Fractions are cut off."""
    return int(at.timestamp())


def stamp_or_none(at: datetime | None) -> int | None:
    return None if at is None else stamp(at)


def last_stamp(until: datetime | None) -> int:
    """Return the end of a query's time: without one, later than any row."""
    return 2**62 if until is None else stamp(until)


def time_of(stamp: int) -> datetime:
    """Return the time of whole seconds since 1970, aware UTC."""
    return datetime.fromtimestamp(stamp, UTC)
