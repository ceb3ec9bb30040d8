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
"""Later times could lead past the end of the calendar in some time zone."""

MOST_NUMBER: Final = 1e11
"""Of a percent, or a time in seconds since 1970."""

Row = tuple[object, ...]

# Rows that cannot be used are passed over: a flipped bit in one must not cost the others.


def to_series(row: Row) -> Series | None:
    try:
        _, provider, account, limit_id, kind, label, window_s, plan, last = row
        return Series(
            LimitKey(ProviderId(str(provider)), AccountId(str(account)), str(limit_id)),
            LimitKind(str(kind)),
            str(label),
            None if window_s is None else _whole(window_s),
            None if plan is None else str(plan),
            None if last is None else time_of(_whole(last)),
        )
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def to_point(row: Row) -> Point | None:
    try:
        at, until, percent, resets_at, source, joined = row
        return Point(
            time_of(_whole(at)),
            time_of(_whole(until)),
            real(percent),
            None if resets_at is None else time_of(_whole(resets_at)),
            Source(str(source)),
            bool(joined),
        )
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def to_reset(row: Row) -> Reset | None:
    try:
        seen_after, seen_before, promised_at, next_at, before, after, cause, confirmed = row
        return Reset(
            promised_at=None if promised_at is None else time_of(_whole(promised_at)),
            seen_before=time_of(_whole(seen_before)),
            seen_after=time_of(_whole(seen_after)),
            percent_before=real(before),
            percent_after=real(after),
            next_at=None if next_at is None else time_of(_whole(next_at)),
            cause=ResetCause(str(cause)),
            confirmed=bool(confirmed),
        )
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _whole(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= YEAR_3000:
        raise TypeError("not a time or a length of ours")
    return value


def real(value: object) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= MOST_NUMBER:
        raise TypeError("not a number")
    return float(value)


def stamp(at: datetime) -> int:
    return int(at.timestamp())


def stamp_or_none(at: datetime | None) -> int | None:
    return None if at is None else stamp(at)


def last_stamp(until: datetime | None) -> int:
    return 2**62 if until is None else stamp(until)


def time_of(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
