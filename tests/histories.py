"""Records made-up readings, and names the limits that they are about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.history import GAP_S, LimitKey
from claudometer.domain.usage import CLAUDE, AccountId, AccountKey
from tests.clocks import NOON
from tests.readings import reading

if TYPE_CHECKING:
    from claudometer.domain.usage import Limit, Reading
    from claudometer.store.history import History

ACCOUNT = AccountKey(CLAUDE, AccountId("account-1"))
SESSION = LimitKey(CLAUDE, AccountId("account-1"), "session")
WEEKLY = LimitKey(CLAUDE, AccountId("account-1"), "weekly")
LONG_AGO = NOON - timedelta(days=10_000)


def after(minutes: float) -> datetime:
    """Return a time so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def record(history: History, *limits: Limit, minutes: float = 0.0, gap_s: float = GAP_S) -> None:
    """Record a reading of these limits, made so many minutes after noon."""
    record_all(history, reading(*limits, fetched_at=after(minutes)), gap_s=gap_s)


def record_all(history: History, *readings: Reading, gap_s: float = GAP_S) -> None:
    """Record readings in one transaction, at the time of the last of them, which a server has confirmed."""
    history.record(readings, now=lambda: readings[-1].fetched_at, gap_s=gap_s, is_verified=True)


def percents(history: History, key: LimitKey = SESSION) -> list[float]:
    """Return the percents of all points of a limit."""
    return [point.percent for point in history.points(key, LONG_AGO)]
