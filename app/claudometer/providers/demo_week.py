"""The made-up week of the demo account, in the format of the usage endpoint. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from claudometer.providers.demo_plans import USUAL_PLAN, DemoPlan

SESSION = timedelta(hours=5)
WEEK = timedelta(days=7)
MONDAY = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
"""All weeks and sessions begin at multiples of their length from this time."""

CAP_MINOR = 4000
CURRENCY = "EUR"
CREDIT_DOLLARS = 250
CREDIT_LASTS = timedelta(days=90)


def describe(
    now: datetime, plan: DemoPlan = USUAL_PLAN, *, shift: timedelta = timedelta()
) -> dict[str, object]:
    """Return the decoded JSON body for ``now``. ``shift`` delays the same week, for a second account."""
    then = now - shift
    session, week = _session_percent(then), _week_percent(then)
    session_end = _stamp(_end_of(SESSION, then) + shift, now, salt=1)
    week_end = _stamp(_end_of(WEEK, then) + shift, now, salt=2)
    model_end = _stamp(_end_of(WEEK, then) + shift, now, salt=3)
    entries = (
        (plan.session, _entry("session", session, session_end)),
        (plan.week, _entry("weekly_all", week, week_end)),
        (plan.model, _entry("weekly_scoped", _model_percent(then), model_end, model="Fable")),
    )
    return {
        "five_hour": {"utilization": session, "resets_at": session_end} if plan.session else None,
        "seven_day": {"utilization": week, "resets_at": week_end} if plan.week else None,
        "seven_day_opus": None,
        "limits": [entry for is_there, entry in entries if is_there],
        "spend": _spend(then, plan.spend) if plan.spend else None,
        "iguana_necktie": _credit(then) if plan.credit else None,
    }


def _session_percent(then: datetime) -> float:
    """Return a use that rises fast at first and slowly toward the end. A heavy session exceeds its limit."""
    number, passed = _position(SESSION, then)
    peak = 38 + 66 * _chance(number)
    left: float = (1 - passed) ** 1.6
    return round(peak * (1 - left), 1)


def _week_percent(then: datetime) -> float:
    number, passed = _position(WEEK, then)
    share: float = passed**0.9
    return round((58 + 30 * _chance(number)) * share, 1)


def _model_percent(then: datetime) -> float:
    number, passed = _position(WEEK, then)
    share: float = passed**0.8
    return round((74 + 24 * _chance(number + 1)) * share, 1)


def _credit(then: datetime) -> dict[str, object]:
    """Describe a credit that is used up within a month and expires after ``CREDIT_LASTS``."""
    number, passed = divmod(then - MONDAY, CREDIT_LASTS)
    used = round(CREDIT_DOLLARS * min(1.0, 3 * (passed / CREDIT_LASTS)), 2)
    return {
        "utilization": round(100 * used / CREDIT_DOLLARS, 1),
        "resets_at": (MONDAY + (number + 1) * CREDIT_LASTS).isoformat(),
        "limit_dollars": CREDIT_DOLLARS,
        "used_dollars": used,
        "remaining_dollars": round(CREDIT_DOLLARS - used, 2),
        "locked_reason": None,
    }


def _spend(then: datetime, state: str) -> dict[str, object]:
    """Describe extra usage that pays, or that the server has stopped for the reason ``state``."""
    is_on = state in ("pays", "limit")
    used = round(CAP_MINOR * 0.8 * (then.day - 1 + then.hour / 24) / 31)
    return {
        "used": _money(used),
        "limit": _money(CAP_MINOR),
        "percent": round(100 * used / CAP_MINOR),
        "severity": "normal",
        "enabled": is_on,
        "disabled_reason": None if is_on else state,
        "cap": {"money": _money(CAP_MINOR), "credits": None},
        "balance": None,
    }


def _money(minor: int) -> dict[str, object]:
    return {"amount_minor": minor, "currency": CURRENCY, "exponent": 2}


def _entry(kind: str, percent: float, resets_at: str, *, model: str | None = None) -> dict[str, object]:
    scope = None if model is None else {"model": {"id": None, "display_name": model}, "surface": None}
    return {
        "kind": kind,
        "group": "session" if kind == "session" else "weekly",
        "percent": round(percent),
        "severity": "normal",
        "resets_at": resets_at,
        "scope": scope,
        "is_active": kind == "session",
    }


def _position(window: timedelta, then: datetime) -> tuple[int, float]:
    """Return the index of the window at ``then``, and the elapsed share of it, 0 to 1."""
    number, into = divmod(then - MONDAY, window)
    return number, into / window


def _end_of(window: timedelta, then: datetime) -> datetime:
    return MONDAY + ((then - MONDAY) // window + 1) * window


def _stamp(end: datetime, now: datetime, *, salt: int) -> str:
    """Write a reset time as the real server does: it varies between responses, by up to half a second."""
    spread = _chance(int(now.timestamp()) * 8 + salt) - 0.5
    return (end + timedelta(seconds=spread)).isoformat(timespec="microseconds")


def _chance(number: int) -> float:
    """Return a pseudorandom value, 0 to 1, that depends only on ``number`` (a multiplicative hash)."""
    mixed = (number * 2_654_435_761 + 0x9E37) & 0xFFFFFFFF
    return ((mixed ^ mixed >> 15) * 2_246_822_519 & 0xFFFFFFFF) / 2**32
