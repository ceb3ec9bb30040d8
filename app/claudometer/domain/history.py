"""What the history holds: the course of each limit as points, and its resets. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.usage import AccountId, AccountKey, LimitKind, ProviderId, Source

GAP_S = 20 * 60
"""Readings further apart than this are not joined, unless the user chose a slower interval.

Our own longest interval while numbers come is 12 minutes, 13 with jitter. A sleeping computer or an outage
takes longer.
"""


@dataclass(frozen=True, slots=True)
class LimitKey:
    """Identifies one limit of one account."""

    provider: ProviderId
    account: AccountId
    limit_id: str


@dataclass(frozen=True, slots=True)
class Series:
    """A limit that the history has points of.

    Attributes:
        label: the name that the last reading gave it.
        window_s: length of the limit window in seconds, ``None`` when unknown.
        plan: plan and tier of the last reading, ``None`` when unknown.
        last_at: when it was last read, aware UTC; ``None`` without points.
    """

    key: LimitKey
    kind: LimitKind
    label: str
    window_s: int | None
    plan: str | None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One percent, and the time for which readings confirmed it.

    A reading that equals the one before makes no new point, but moves ``until``. So between ``at`` and
    ``until`` the number is known, and from ``until`` to the next point's ``at`` it moved to that number.

    Attributes:
        at: when it was first read, aware UTC, whole seconds.
        until: when it was last read, ``at`` or later.
        percent: used share, 0 and up; may exceed 100.
        resets_at: the promised reset, as the last reading of this point gave it; ``None`` without one.
        source: where the last reading of this point came from.
        joined: whether the point before it is near enough in time to draw a line between the two.
            ``False`` after a gap, and for the first point of all. Never draw a line over a gap.
    """

    at: datetime
    until: datetime
    percent: float
    resets_at: datetime | None
    source: Source
    joined: bool


class ResetCause(StrEnum):
    """Why a limit was reset, as far as two readings can tell.

    ``GRANTED`` says "perhaps": what a used grant looks like. ``SERVER_WIDE`` means that several limits were
    reset early by the same reading. ``UNKNOWN`` is a reset that no reading came near enough to explain.
    """

    ON_TIME = "on_time"
    EARLY = "early"
    LATE = "late"
    GRANTED = "perhaps_granted"
    PLAN_CHANGE = "plan_change"
    SERVER_WIDE = "server_wide"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reset:
    """A reset of a limit, which happened between two readings.

    Attributes:
        promised_at: when the server had said that it would be, ``None`` if it had not.
        seen_before: the last reading of the old limit window, aware UTC.
        seen_after: the first reading of the new one, aware UTC.
        percent_before, percent_after: the used share in these two readings.
        next_at: the reset that was promised from then on, ``None`` if none was.
        confirmed: a second reading says the same. One reading may be a mistake of the server.
    """

    promised_at: datetime | None
    seen_before: datetime
    seen_after: datetime
    percent_before: float
    percent_after: float
    next_at: datetime | None
    cause: ResetCause
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class LimitReset:
    """A reset, and which limit it was of."""

    series: Series
    reset: Reset


def belongs_to(series: Series, account: AccountKey) -> bool:
    """Return whether a limit is one of that account's."""
    return (series.key.provider, series.key.account) == (account.provider, account.account)
