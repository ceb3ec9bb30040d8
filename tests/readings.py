"""Sample limits, accounts, readings and snapshots, dated around `NOON`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Snapshot
from claudometer.domain.usage import (
    CLAUDE,
    SESSION_WINDOW_S,
    WEEK_WINDOW_S,
    Account,
    AccountId,
    CapState,
    Credit,
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


def reading(
    *limits: Limit,
    fetched_at: datetime = NOON,
    spend: Spend | None = None,
    credits_granted: tuple[Credit, ...] = (),
) -> Reading:
    shown = limits or (session(), weekly(), fable())
    return Reading(CLAUDE, account(), Source.OAUTH, fetched_at, shown, spend, credits=credits_granted)


def euros(minor: int) -> Money:
    return Money(minor, 2, "EUR")


def spend(used: int = 1234, cap: Money | CapState | None = None) -> Spend:
    return Spend(enabled=True, used=euros(used), cap=euros(4000) if cap is None else cap)


def credit(
    used: int = 5150, expires_at: datetime | None = datetime(2026, 11, 5, 7, 59, tzinfo=UTC)
) -> Credit:
    """Return a credit of $250, of which ``used`` cents are used."""
    limit = Money(25000, 2, "USD")
    return Credit("iguana_necktie", "Iguana Necktie", Money(used, 2, "USD"), limit, used / 250, expires_at)


def snapshot(shown: Reading | None = None, *, status: Status = Status.OK, mode: Mode = Mode.CLI) -> Snapshot:
    return Snapshot(mode=mode, status=status, reading=shown or reading())
