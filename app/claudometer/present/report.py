"""The object that ``claudometer status --json`` prints, and its exit code. Pure; its form is public."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from claudometer.domain.errors import ErrorCode
from claudometer.domain.policy import Poll
from claudometer.domain.snapshot import Problem, Snapshot, is_old, is_stale, shown_percent
from claudometer.domain.usage import Limit, Money, Reading, Spend, origin_of
from claudometer.present.messages.errors import message_for
from claudometer.present.messages.terminal import Terminal, for_terminal

if TYPE_CHECKING:
    from claudometer.domain.region import Region
    from claudometer.present.messages.message import Message

SCHEMA = 1

_TOLD = (
    ErrorCode.STATE_UNWRITABLE,
    ErrorCode.STATE_BROKEN,
    ErrorCode.SETTINGS_BROKEN,
    ErrorCode.SETTINGS_UNREADABLE,
    ErrorCode.CLOCK_WRONG,
    ErrorCode.INTERNAL,
    ErrorCode.REFRESH_LATER,
    ErrorCode.CLICK_FAILED,
    ErrorCode.ORGANIZATION_UNKNOWN,
    ErrorCode.SETTINGS_UNWRITABLE,
)

Report = dict[str, Any]


def report_for(
    snapshot: Snapshot, now: datetime, region: Region, terminal: Terminal = Terminal.APP
) -> Report:
    """Return the public answer. Unknown is ``None``; times are RFC 3339 in UTC with ``Z``.

    ``terminal``: who asks for the numbers, which decides what a hint may say.
    """
    reading = snapshot.reading
    problem = snapshot.problem or _beside_the_numbers(snapshot)
    message = _message(problem, region, terminal) if problem else None
    return {
        "schema": SCHEMA,
        "now": _stamp(now),
        "status": snapshot.status.value,
        "mode": snapshot.mode.value,
        "source": reading.source.value if reading else None,
        "account": _account(reading),
        "limits": [_limit(limit, reading, snapshot, now) for limit in reading.limits] if reading else [],
        "limits_left_out": reading.left_out if reading else 0,
        "spend": _spend(reading.spend, reading, snapshot, now) if reading and reading.spend else None,
        "fetched_at": _stamp(reading.fetched_at) if reading else None,
        "stale": is_stale(snapshot, now),
        "next_poll_at": _stamp(snapshot.next_poll.at) if isinstance(snapshot.next_poll, Poll) else None,
        "message": message.title if message else None,
        "hint": message.hint if message else None,
    }


def _message(problem: Problem, region: Region, terminal: Terminal) -> Message:
    return for_terminal(problem.code, message_for(problem, region), terminal)


def _beside_the_numbers(snapshot: Snapshot) -> Problem | None:
    """Return what is wrong although nothing failed; a desktop's lacks do not matter in a terminal."""
    return next((notice for notice in snapshot.notices if notice.code in _TOLD), None)


def _account(reading: Reading | None) -> dict[str, str | None]:
    account = reading.account if reading else None
    return {
        "organization_id": account.organization_id if account else None,
        "organization": account.organization if account else None,
        "plan": account.plan if account else None,
    }


def _limit(limit: Limit, reading: Reading, snapshot: Snapshot, now: datetime) -> dict[str, Any]:
    origin = origin_of(limit, reading)
    return {
        "id": limit.id,
        "kind": limit.kind.value,
        "label": limit.label,
        "percent": shown_percent(limit, now),
        "resets_at": _stamp(limit.resets_at) if limit.resets_at else None,
        "window_seconds": limit.window_s,
        "source": origin.source.value,
        "fetched_at": _stamp(origin.fetched_at),
        "stale": is_old(limit, snapshot, now),
    }


def _spend(spend: Spend, reading: Reading, snapshot: Snapshot, now: datetime) -> dict[str, Any]:
    cap, origin = spend.cap, origin_of(spend, reading)
    return {
        "enabled": spend.enabled,
        "used": _money(spend.used) if spend.used else None,
        "cap": _money(cap) if isinstance(cap, Money) else None,
        "source": origin.source.value,
        "fetched_at": _stamp(origin.fetched_at),
        "stale": is_old(spend, snapshot, now),
    }


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "exponent": amount.exponent, "currency": amount.currency}


def _stamp(at: datetime) -> str:
    rounded = (at.astimezone(UTC) + timedelta(milliseconds=500)).replace(microsecond=0)
    return rounded.isoformat().replace("+00:00", "Z")
