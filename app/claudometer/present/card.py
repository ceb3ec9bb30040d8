"""The usage card of the settings window: a snapshot as words and lengths, ready to be placed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.policy import Paused, Poll
from claudometer.domain.snapshot import Snapshot, current_limits, is_old, is_stale, shown_percent
from claudometer.domain.usage import CapState, Limit, Money, Reading, Spend, fullest, has_reset
from claudometer.present.formatters import (
    UNKNOWN,
    age,
    clock,
    money,
    nearest_minute,
    percent,
    share_of,
    span,
    spoken_moment,
)
from claudometer.present.messages import card as words
from claudometer.present.messages.errors import message_for
from claudometer.present.messages.phrases import (
    EXTRA_USAGE,
    MOST_LIMITS,
    NO_LIMITS,
    NO_NUMBERS,
    SOURCE_NAMES,
    SWITCHED_OFF,
    more_limits,
)
from claudometer.present.provenance import age_words, main_origin, origin_words, told_lines

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.region import Region
    from claudometer.domain.snapshot import Problem
    from claudometer.present.levels import Thresholds

View = dict[str, Any]

_WAITING = frozenset(
    {Status.RATE_LIMITED, Status.CHALLENGED, Status.OFFLINE, Status.SERVER_ERROR, Status.UNREADABLE}
)


def card_for(snapshot: Snapshot, now: datetime, region: Region, thresholds: Thresholds) -> View:
    """Return the usage card. The bridge adds ``sequence``."""
    reading = snapshot.reading
    return {
        "headline": headline(snapshot),
        "account": reading.account.organization if reading else None,
        "tone": _tone(snapshot, now, thresholds),
        "limits": [
            _limit(limit, now, region, thresholds) | _provenance(limit, snapshot, now, region)
            for limit in _limits(reading)
        ],
        "more": _more(reading),
        "spend": _spend(reading.spend, thresholds) | _provenance(reading.spend, snapshot, now, region)
        if reading and reading.spend
        else None,
        "problem": _problem(snapshot, region),
        "notices": [_words(notice, region) for notice in snapshot.notices],
        "updated": updated_line(snapshot, now, region),
        "told": told_lines(reading, now) if reading else [],
        "next": next_line(snapshot, now, region),
        "refreshing": snapshot.refreshing,
        "demo": snapshot.demo,
        "empty": _empty(snapshot),
    }


def headline(snapshot: Snapshot) -> str:
    """Return "Claude Max 5x", or plain "Claude" when the plan is unknown."""
    plan = snapshot.reading.account.plan if snapshot.reading else None
    return words.CLAUDE_PLAN.format(plan=plan) if plan else words.CLAUDE


def updated_line(snapshot: Snapshot, now: datetime, region: Region) -> str | None:
    """Return when and where the shown numbers came from, ``None`` without numbers."""
    reading = snapshot.reading
    if reading is None:
        return None
    origin = main_origin(reading)
    return words.UPDATED.format(
        time=clock(origin.fetched_at, region),
        age=age(origin.fetched_at, now),
        source=SOURCE_NAMES[origin.source],
    )


def next_line(snapshot: Snapshot, now: datetime, region: Region) -> str | None:
    """Return when the next update is, and why then where that helps."""
    match snapshot.next_poll:
        case None:
            return words.CHECKING if snapshot.refreshing else None
        case Paused(code=ErrorCode.LOGIN_RESTING):
            return words.PAUSED_FOR_LOGIN
        case Paused():
            return words.PAUSED
        case Poll(at=at, reason=reason):
            if snapshot.refreshing:
                return words.CHECKING
            return words.NEXT_UPDATE[reason].format(time=clock(max(at, now), region))


def _limits(reading: Reading | None) -> tuple[Limit, ...]:
    return fullest(reading.limits, MOST_LIMITS) if reading else ()


def _more(reading: Reading | None) -> str | None:
    if reading is None:
        return None
    return more_limits(len(reading.limits) + reading.left_out - len(_limits(reading))) or None


def _provenance(part: Limit | Spend, snapshot: Snapshot, now: datetime, region: Region) -> View:
    return {
        "stale": is_old(part, snapshot, now),
        "origin": origin_words(part, now),
        "age": age_words(part, snapshot, now, region),
    }


def _limit(limit: Limit, now: datetime, region: Region, thresholds: Thresholds) -> View:
    value = shown_percent(limit, now)
    elapsed = elapsed_percent(limit, now)
    return {
        "id": limit.id,
        "name": limit.label,
        "window": words.WINDOWS.get(limit.kind) or _window_of(limit),
        "percent": value,
        "percent_text": percent(value),
        "bar": None if value is None else max(0.0, min(100.0, value)),
        "level": thresholds.level_of(value),
        "elapsed": elapsed,
        "elapsed_text": None if elapsed is None else words.ELAPSED.format(percent=percent(elapsed)),
        "resets": resets_in(limit, now),
        "resets_at": spoken_moment(nearest_minute(limit.resets_at), now, region)
        if limit.resets_at and not has_reset(limit, now)
        else None,
        "detail": _detail(value),
    }


def _window_of(limit: Limit) -> str:
    return span(limit.window_s) if limit.window_s else ""


def elapsed_percent(limit: Limit, now: datetime) -> float | None:
    """Return how much of the window has passed, 0 to 100, ``None`` when that cannot be known."""
    if limit.resets_at is None or not limit.window_s or has_reset(limit, now):
        return None
    left_s = (limit.resets_at - now).total_seconds()
    return max(0.0, min(100.0, 100 * (1 - left_s / limit.window_s)))


def resets_in(limit: Limit, now: datetime) -> str:
    """Return "Resets in 4 h 8 min", or why there is no such time."""
    if limit.resets_at is None:
        return words.NOT_STARTED if limit.percent == 0 else words.RESET_UNKNOWN
    if has_reset(limit, now):
        return words.HAS_RESET
    return words.RESETS_IN.format(span=span((limit.resets_at - now).total_seconds()))


def _detail(value: float | None) -> str | None:
    return words.OVER_THE_LIMIT if value is not None and value > 100 else None


def _spend(spend: Spend, thresholds: Thresholds) -> View:
    share = spend_percent(spend)
    return {
        "name": EXTRA_USAGE,
        "text": spend_text(spend),
        "bar": None if share is None else min(100.0, share),
        "level": thresholds.level_of(share),
        "detail": SWITCHED_OFF if spend.enabled is False else None,
    }


def spend_percent(spend: Spend) -> float | None:
    """Return the used share of the cap, ``None`` without a cap above 0 or with another currency."""
    used, cap = spend.used, spend.cap
    if used is None or not isinstance(cap, Money) or cap.minor <= 0 or used.currency != cap.currency:
        return None
    return share_of(used.minor, used.exponent, cap.minor, cap.exponent)


def spend_text(spend: Spend) -> str:
    """Return "€12.34 of €40.00", "€12.34, no cap", or what is known of it."""
    used = money(spend.used) if spend.used else UNKNOWN
    match spend.cap:
        case Money() as cap:
            return words.SPENT_OF_CAP.format(used=used, cap=money(cap))
        case CapState.UNCAPPED:
            return words.SPENT_WITHOUT_CAP.format(used=used)
        case CapState.UNKNOWN:
            return words.SPENT_CAP_UNKNOWN.format(used=used)


def _tone(snapshot: Snapshot, now: datetime, thresholds: Thresholds) -> str:
    if snapshot.problem is not None and not _passes_by_itself(snapshot, snapshot.problem):
        return "error"
    if snapshot.reading is None:
        return "starting" if snapshot.problem is None else "stale"
    if is_stale(snapshot, now):
        return "stale"
    return _tightest_level(snapshot, snapshot.reading.spend, now, thresholds)


def _tightest_level(snapshot: Snapshot, spend: Spend | None, now: datetime, thresholds: Thresholds) -> str:
    """Return the worst level among what is current; without a number that holds, nothing is called ok."""
    shares = [shown_percent(limit, now) for limit in current_limits(snapshot, now)]
    if spend is not None and spend.enabled is not False and not is_old(spend, snapshot, now):
        shares.append(spend_percent(spend))
    levels = {thresholds.level_of(share) for share in shares}
    return next((level for level in ("critical", "warning", "ok") if level in levels), "stale")


def _problem(snapshot: Snapshot, region: Region) -> View | None:
    if snapshot.problem is None:
        return None
    kind = "waiting" if _passes_by_itself(snapshot, snapshot.problem) else "error"
    return {"kind": kind} | _words(snapshot.problem, region)


def _passes_by_itself(snapshot: Snapshot, problem: Problem) -> bool:
    """Tell whether nobody has to log in or decide: a resting login is renewed by Claude Code's next use."""
    return snapshot.status in _WAITING or problem.code is ErrorCode.LOGIN_RESTING


def _words(problem: Problem, region: Region) -> View:
    message = message_for(problem, region)
    return {"message": message.title, "hint": message.hint}


def _empty(snapshot: Snapshot) -> str | None:
    if snapshot.reading is None:
        return None if snapshot.problem is None else NO_NUMBERS
    if snapshot.reading.limits:
        return None
    return NO_LIMITS
