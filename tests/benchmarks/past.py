"""Leaves a long history behind an app that is measured: a reading a minute, of the simulator's account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.usage import AccountId
from claudometer.store.connecting import FILE_NAME
from claudometer.store.history import History
from tests.benchmarks.store import BEGIN, by_day
from tests.clocks import FakeClock
from tests.simulator.account import CHAT_ORGANIZATION

if TYPE_CHECKING:
    from claudometer.domain.usage import Limit, Reading
    from tests.desktop.private_home import PrivateHome

YEAR = 365


def leave_days(home: PrivateHome, days: int) -> None:
    """Write the history that an app would have left in ``home`` in so many days up to now."""
    now = datetime.now(UTC)
    shift = now - BEGIN - timedelta(days=days)
    history = History(home.state / "claudometer" / FILE_NAME)
    for readings in by_day(days):
        batch = [_moved(one, shift) for one in readings]
        history.record(batch, now=FakeClock(batch[-1].fetched_at).now, gap_s=1200, is_verified=True)
    history.close()


def _moved(one: Reading, shift: timedelta) -> Reading:
    whose = replace(one.account, id=AccountId(CHAT_ORGANIZATION))
    limits = tuple(_later(limit, shift) for limit in one.limits)
    return replace(one, account=whose, fetched_at=one.fetched_at + shift, limits=limits)


def _later(limit: Limit, shift: timedelta) -> Limit:
    return replace(limit, resets_at=None if limit.resets_at is None else limit.resets_at + shift)
