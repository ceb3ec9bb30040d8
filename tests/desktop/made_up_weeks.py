"""Leaves a history of two weeks for pictures: it ends with the numbers that the simulator shows now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.usage import CLAUDE, AccountId, Reading, Source
from claudometer.providers.claude.parse import Usage, parse_usage
from claudometer.store.connecting import FILE_NAME
from claudometer.store.history import History
from tests.readings import account
from tests.simulator.account import CHAT_ORGANIZATION

if TYPE_CHECKING:
    from claudometer.domain.usage import Limit
    from tests.desktop.private_home import PrivateHome
    from tests.simulator import Simulator

PAST = timedelta(days=14)
STEP = timedelta(minutes=10)
GAP_S = 1200.0

SLEEP_BEGAN_H, SLEEP_ENDED_H = 21, 13
"""Hours before now. The computer sleeps for these eight hours of every day."""

PEAKS = (64.0, 92.0, 48.0, 78.0, 35.0)
"""Percent at the ends of earlier windows: one after another, and then from the first on again."""


def leave_weeks(home: PrivateHome, simulator: Simulator) -> None:
    """Write the history that an app would have left in ``home`` up to now."""
    now = datetime.now(UTC)
    usage = parse_usage(simulator.account.usage(now), now=now)
    assert isinstance(usage, Usage)
    whose = replace(account(), id=AccountId(CHAT_ORGANIZATION))
    readings = []
    for step in range(PAST // STEP, 0, -1):
        at = now - step * STEP
        if _is_awake(at, now):
            limits = tuple(_earlier(limit, at, now) for limit in usage.limits)
            readings.append(Reading(CLAUDE, whose, Source.OAUTH, at, limits))
    history = History(home.state / "claudometer" / FILE_NAME)
    history.record(readings, now=lambda: now, gap_s=GAP_S)
    history.close()


def _is_awake(at: datetime, now: datetime) -> bool:
    ago_h = (now - at) / timedelta(hours=1) % 24
    return not SLEEP_ENDED_H <= ago_h < SLEEP_BEGAN_H


def _awake_steps(start: datetime, end: datetime, now: datetime) -> int:
    return sum(_is_awake(start + each * STEP, now) for each in range(max(0, (end - start) // STEP)))


def _earlier(limit: Limit, at: datetime, now: datetime) -> Limit:
    """Return what the limit was then. Usage grows while the computer is awake, at first faster."""
    assert limit.resets_at is not None
    assert limit.window_s is not None
    assert limit.percent is not None
    window = timedelta(seconds=limit.window_s)
    windows_ago = (limit.resets_at - at) // window
    resets_at = limit.resets_at - windows_ago * window
    begins = resets_at - window
    peak, until = (limit.percent, now) if windows_ago == 0 else (PEAKS[windows_ago % len(PEAKS)], resets_at)
    share = _awake_steps(begins, at, now) / max(1, _awake_steps(begins, until, now))
    return replace(limit, percent=round(peak * min(1.0, share) ** 0.85), resets_at=resets_at)
