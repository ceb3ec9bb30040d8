"""The demo's history for a command in the terminal: the 30 days before now, in memory, with gaps."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.usage import CLAUDE, AccountId, AccountKey
from claudometer.providers.demo import demo_readings
from claudometer.store.in_memory import connect_memory
from claudometer.store.writing import write_reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from sqlite3 import Connection

DEMO_ACCOUNT = AccountKey(CLAUDE, AccountId("demo"))

PAST = timedelta(days=30)
RECENT = timedelta(days=2)
STEPS = (timedelta(hours=1), timedelta(minutes=10))
"""Between two readings: before the recent days, and within them."""

ASLEEP_FROM, ASLEEP_TO = 1, 6
"""The hours, UTC, in which the made-up computer sleeps, so that the history has gaps."""


def demo_history(now: datetime, plan: str) -> Connection:
    """Return a database in memory with what the demo would have recorded up to now.

    Raises:
        ImportError: this Python has no SQLite.
    """
    connection = connect_memory()
    # Longer than a step, and shorter than a night in which the made-up computer sleeps.
    gap_s = STEPS[0].total_seconds() * 1.5
    for reading in demo_readings(DEMO_ACCOUNT.account, _times(now), plan):
        write_reading(connection, reading, now=now, is_verified=False, gap_s=gap_s)
    return connection


def _times(now: datetime) -> Iterator[datetime]:
    # On whole hours, so that two demos within the hour have the same history.
    at = (now - PAST).replace(minute=0, second=0, microsecond=0)
    while at <= now:
        if not ASLEEP_FROM <= at.hour < ASLEEP_TO:
            yield at
        at += STEPS[now - at <= RECENT]
