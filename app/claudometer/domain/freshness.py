"""Which numbers of a snapshot may be shown as current: their window is not over, and they are not too old."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.next_poll import Poll, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.usage import Mode, has_reset, origin_of

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import Credit, Limit, Spend

TRUST_FOR = timedelta(minutes=15)
"""Older numbers are shown with their age, not as current.

Longer than the longest automatic interval of a number that needs a request: 12 minutes, 13 with jitter.
"""

PLAN_GRACE = timedelta(minutes=1)
"""How late a planned poll may be: the poller sleeps for some seconds at a time, and a request takes more."""


def shown_percent(limit: Limit, now: datetime) -> float | None:
    """Return the percent to show, ``None`` when it is unknown or its window is over."""
    return None if has_reset(limit, now) else limit.percent


def valid_until(snapshot: Snapshot, now: datetime) -> datetime | None:
    """Return when the next number stops being current: its window ends, or it grows too old."""
    reading = snapshot.reading
    if reading is None:
        return None
    window_ends = [limit.resets_at for limit in reading.limits if limit.resets_at is not None]
    stale_at = [
        origin_of(part, reading).fetched_at + TRUST_FOR
        for part in (*reading.limits, reading.spend, *reading.credits)
        if part
    ]
    # A reading without limits also grows old: that there are none may have changed.
    stale_at = stale_at or [reading.fetched_at + TRUST_FOR]
    return min((at for at in (*window_ends, *stale_at) if at > now), default=None)


def is_stale(snapshot: Snapshot, now: datetime) -> bool:
    """Return whether none of the numbers can be trusted any more, or there are none.

    Each number has its own age: while one source is silent, another may still report session and week.
    """
    reading = snapshot.reading
    if reading is None:
        return True
    known = [limit for limit in reading.limits if shown_percent(limit, now) is not None]
    times = [origin_of(limit, reading).fetched_at for limit in known] or [reading.fetched_at]
    return all(_is_old(snapshot, at, now) for at in times)


def is_old(part: Limit | Spend | Credit, snapshot: Snapshot, now: datetime) -> bool:
    """Return whether one number of the snapshot's reading is too old to be trusted."""
    reading = snapshot.reading
    return reading is None or _is_old(snapshot, origin_of(part, reading).fetched_at, now)


def _is_old(snapshot: Snapshot, fetched_at: datetime, now: datetime) -> bool:
    """Return whether numbers of that time are too old.

    Someone who wants a poll every half hour must not see them gray for half of that time: numbers are current
    until the poll that was planned when they came. Numbers from the future have no known age, because the
    clock was set back after they came.
    """
    return abs(now - fetched_at) > TRUST_FOR and not _within_plan(snapshot, fetched_at, now)


def _within_plan(snapshot: Snapshot, fetched_at: datetime, now: datetime) -> bool:
    planned = snapshot.next_poll
    is_read_again = snapshot.mode is Mode.LOCAL  # the file's own age counts, not when it is read next
    if is_read_again or snapshot.status is not Status.OK or not isinstance(planned, Poll):
        return False
    # Only a slow pace that was chosen excuses old numbers: waiting for anything else does not.
    is_slow_pace = planned.reason in (Reason.INTERVAL, Reason.NO_LIMITS)
    return is_slow_pace and fetched_at <= now <= planned.at + PLAN_GRACE
