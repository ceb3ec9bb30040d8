"""Sample limits, accounts, readings and snapshots, dated around `NOON`."""

from __future__ import annotations

from datetime import datetime, timedelta

from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Snapshot
from claudometer.domain.usage import (
    CLAUDE,
    SESSION_WINDOW_S,
    WEEK_WINDOW_S,
    Account,
    AccountId,
    CapState,
    Limit,
    LimitKind,
    Mode,
    Money,
    Reading,
    Source,
    Spend,
)
from tests.clocks import NOON


def session(
    percent: float | None = 81.0, resets_at: datetime | None = NOON + timedelta(hours=2, minutes=10)
) -> Limit:
    return Limit("session", LimitKind.SESSION, "Session", percent, resets_at, SESSION_WINDOW_S)


def weekly(
    percent: float | None = 29.0, resets_at: datetime | None = NOON + timedelta(days=5, hours=5)
) -> Limit:
    return Limit("weekly", LimitKind.WEEKLY, "Weekly", percent, resets_at, WEEK_WINDOW_S)


def fable(
    percent: float | None = 66.0, resets_at: datetime | None = NOON + timedelta(days=5, hours=5)
) -> Limit:
    return Limit("weekly:fable", LimitKind.WEEKLY_MODEL, "Fable", percent, resets_at, WEEK_WINDOW_S)


def account(mode: Mode = Mode.CLI, **changes: str | None) -> Account:
    fields: dict[str, str | None] = {
        "organization_id": None,
        "organization": None,
        "plan": "Max 5x",
    } | changes
    return Account(AccountId("account-1"), mode, **fields)


def reading(*limits: Limit, fetched_at: datetime = NOON, spend: Spend | None = None) -> Reading:
    return Reading(
        CLAUDE, account(), Source.OAUTH, fetched_at, limits or (session(), weekly(), fable()), spend
    )


def euros(minor: int) -> Money:
    return Money(minor, 2, "EUR")


def spend(used: int = 1234, cap: Money | CapState | None = None) -> Spend:
    return Spend(enabled=True, used=euros(used), cap=euros(4000) if cap is None else cap)


def snapshot(shown: Reading | None = None, *, status: Status = Status.OK, mode: Mode = Mode.CLI) -> Snapshot:
    return Snapshot(mode=mode, status=status, reading=shown or reading())
