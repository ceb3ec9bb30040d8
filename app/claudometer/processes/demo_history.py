"""The history of the demo: the made-up weeks before now, in memory. Reads and writes no file."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.usage import CLAUDE, Account, AccountId, AccountKey, Mode, Source
from claudometer.providers.claude.parse import Decoded, Usage, decode, parse_usage, reading_of
from claudometer.providers.demo_plans import demo_plan_named
from claudometer.providers.demo_week import describe
from claudometer.store.connecting import connect_memory
from claudometer.store.writing import write_reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from sqlite3 import Connection

    from claudometer.domain.usage import Reading

DEMO_ACCOUNT = AccountKey(CLAUDE, AccountId("demo"))

PAST = timedelta(days=30)
FINE = timedelta(days=2)
PACES = (timedelta(hours=1), timedelta(minutes=10))
"""Between two readings: before the last two days, and in them."""

ASLEEP_FROM, ASLEEP_TO = 1, 6
"""The hours, UTC, in which the made-up computer sleeps, so that the history has gaps."""


def demo_history(now: datetime, plan: str) -> Connection:
    """Return a database in memory with what the demo would have recorded up to now.

    Raises:
        ImportError: this Python has no SQLite.
    """
    connection = connect_memory()
    gap_s = PACES[0].total_seconds() * 1.5
    for reading in _readings(now, plan):
        write_reading(connection, reading, now=now, gap_s=gap_s)
    return connection


def _readings(now: datetime, plan: str) -> Iterator[Reading]:
    named = demo_plan_named(plan)
    account = Account(DEMO_ACCOUNT.account, Mode.CLI, plan=named.name, tier=named.tier)
    # From round times, so that the same moment has the same history.
    at = (now - PAST).replace(minute=0, second=0, microsecond=0)
    while at <= now:
        if not ASLEEP_FROM <= at.hour < ASLEEP_TO:
            decoded = decode(json.dumps(describe(at, named)).encode())
            usage = parse_usage(decoded.value, now=at) if isinstance(decoded, Decoded) else None
            if isinstance(usage, Usage):
                yield reading_of(usage, account, Source.DEMO, at)
        at += PACES[now - at <= FINE]
