"""The object that ``claudometer status --json`` prints. Pure.

Scripts rely on it: see ``.github/architecture/public-answer.md`` before you change anything.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.usage import Money
from claudometer.present.formatters import format_percent, whole_second
from claudometer.present.messages.phrases import ACCOUNT_NAMES, NO_LIMITS
from claudometer.present.messages.terminal import Terminal, for_terminal
from claudometer.present.view import CheckView

if TYPE_CHECKING:
    from claudometer.control.wire.report import (
        Amount,
        Report,
        ReportAccount,
        ReportCredit,
        ReportForecast,
        ReportLimit,
        ReportRecord,
        ReportSpend,
    )
    from claudometer.present.forecast_view import ForecastView, RecordView
    from claudometer.present.messages.message import Message
    from claudometer.present.view import AccountView, CreditView, LimitView, SpendView

SCHEMA = 1

_SAID_IN_TERMINAL = (
    ErrorCode.STATE_UNWRITABLE,
    ErrorCode.STATE_UNKEPT,
    ErrorCode.STATE_BROKEN,
    ErrorCode.SETTINGS_BROKEN,
    ErrorCode.SETTINGS_UNREADABLE,
    ErrorCode.LIMIT_HIT,
    ErrorCode.CLOCK_WRONG,
    ErrorCode.INTERNAL,
    ErrorCode.REFRESH_LATER,
    ErrorCode.CLICK_FAILED,
    ErrorCode.ORGANIZATION_UNKNOWN,
    ErrorCode.SETTINGS_UNWRITABLE,
    ErrorCode.CLAUDE_FOLDERS_LEFT,
    ErrorCode.LOCAL_ONLY,
    # Behind everything that is about the numbers.
    ErrorCode.HISTORY_UNKEPT,
    ErrorCode.HISTORY_NEWER,
    ErrorCode.HISTORY_WITHOUT_SQLITE,
    ErrorCode.HISTORY_BROKEN,
)
"""Notices that matter in a terminal, those first that are said first."""

_SAID_BY_APP_ALONE = ErrorCode.HISTORY_BROKEN
"""Nothing has to be done, and the app's notice lasts until it is restarted: a command would say it again and
again. A command that sets a damaged file aside itself says so once."""


def report_for(view: AccountView, terminal: Terminal = Terminal.APP) -> Report:
    """Return the public answer. Unknown is ``None``; times are RFC 3339 in UTC with ``Z``.

    ``terminal`` is the program that sends the requests, so that hints fit it.
    """
    message = message_in(view, terminal)
    title = message.title if message else NO_LIMITS if view.has_no_limits else None
    plan = view.next_check
    next_at = plan.at if isinstance(plan, CheckView) else plan.until if plan else None
    return {
        "schema": SCHEMA,
        "now": _stamp(view.now),
        "status": view.status.value,
        "mode": view.mode.value if view.is_mode_known else None,
        "source": view.source.value if view.source else None,
        "account": _account(view),
        "limits": [_limit(limit) for limit in view.limits],
        "limits_left_out": view.left_out,
        "spend": _spend(view.spend) if view.spend else None,
        "credits": [_credit(credit) for credit in view.credits],
        "fetched_at": _stamp(view.fetched_at) if view.fetched_at else None,
        "stale": view.is_stale,
        "next_poll_at": _stamp(next_at) if next_at else None,
        "message": title,
        "hint": message.hint if message else None,
    }


def message_in(view: AccountView, terminal: Terminal) -> Message | None:
    """Return what a terminal says is wrong: why the numbers are not fresh, or else the first notice.

    Notices about the desktop, such as a missing tray, do not matter in a terminal.
    """
    relevant = [notice for notice in view.notices if notice.code in _SAID_IN_TERMINAL]
    if terminal is Terminal.APP:
        relevant = [notice for notice in relevant if notice.code is not _SAID_BY_APP_ALONE]
    first = min(relevant, key=lambda notice: _SAID_IN_TERMINAL.index(notice.code), default=None)
    problem = view.problem or first
    return for_terminal(problem.code, problem.message, terminal) if problem else None


def _account(view: AccountView) -> ReportAccount:
    return {
        "id": view.id,
        "name": view.organization or (ACCOUNT_NAMES[view.mode] if view.is_mode_known else None),
        "organization_id": view.organization_id,
        "organization": view.organization,
        "plan": view.plan,
        "tier": view.tier,
    }


def _limit(limit: LimitView) -> ReportLimit:
    return {
        "id": limit.id,
        "kind": limit.kind.value,
        "label": limit.label,
        "percent": limit.percent,
        "resets_at": _stamp(limit.reset.at) if limit.reset.at else None,
        "window_seconds": limit.window_s,
        "level": None if limit.level == "unknown" else limit.level,
        "expected_percent": limit.expected,
        "forecast": _forecast(limit.forecast) if limit.forecast else None,
        "forecast_record": _record(limit.record) if limit.record else None,
        "source": limit.origin.source.value,
        "fetched_at": _stamp(limit.origin.when.at),
        "stale": limit.is_old,
    }


def _forecast(forecast: ForecastView) -> ReportForecast:
    return {
        "full_at": _stamp(forecast.full_at) if forecast.full_at else None,
        "earliest": _stamp(forecast.earliest) if forecast.earliest else None,
        "latest": _stamp(forecast.latest) if forecast.latest else None,
        "percent_at_reset": forecast.percent_at_reset,
    }


def _record(record: RecordView) -> ReportRecord:
    return {"right": record.right, "of": record.of, "paused": record.is_bad}


def _spend(spend: SpendView) -> ReportSpend:
    return {
        "enabled": spend.enabled,
        "used": _amount(spend.used) if spend.used else None,
        "cap": _amount(spend.cap) if isinstance(spend.cap, Money) else None,
        "percent": _tenths(spend.percent),
        "stopped_by": spend.stopped_by.value if spend.stopped_by else None,
        "source": spend.origin.source.value,
        "fetched_at": _stamp(spend.origin.when.at),
        "stale": spend.is_old,
    }


def _credit(credit: CreditView) -> ReportCredit:
    return {
        "id": credit.id,
        "label": credit.label,
        "used": _amount(credit.used) if credit.used else None,
        "limit": _amount(credit.limit),
        "percent": _tenths(credit.percent),
        "expires_at": _stamp(credit.expires_at) if credit.expires_at else None,
        "source": credit.origin.source.value,
        "fetched_at": _stamp(credit.origin.when.at),
        "stale": credit.is_old,
    }


def _tenths(percent: float | None) -> float | None:
    """Round a share of amounts to one decimal, by the rule of every other percentage."""
    return None if percent is None else float(format_percent(percent, ".1f"))


def _amount(amount: Money) -> Amount:
    return {"minor": amount.minor, "exponent": amount.exponent, "currency": amount.currency}


def _stamp(at: datetime) -> str:
    # Whole seconds: anything finer in a reset time changes with every answer.
    return whole_second(at.astimezone(UTC)).isoformat().replace("+00:00", "Z")
