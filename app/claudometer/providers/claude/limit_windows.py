"""Reads the flat keys of the usage body, one for each limit window: older, but more exact. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import WEEK_WINDOW_S, Limit
from claudometer.providers.claude.credits import is_credit
from claudometer.providers.claude.limits import (
    SESSION_LIMIT,
    WEEKLY_LIMIT,
    LimitIdentity,
    build_limit,
    model_week,
    unknown_limit,
)
from claudometer.providers.claude.values import read_object, read_text, spell_out

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_KNOWN = {
    "five_hour": SESSION_LIMIT,
    "seven_day": WEEKLY_LIMIT,
    "seven_day_opus": model_week("Opus"),
    "seven_day_sonnet": model_week("Sonnet"),
    "seven_day_haiku": model_week("Haiku"),
    "seven_day_fable": model_week("Fable"),
    "seven_day_oauth_apps": unknown_limit("seven_day_oauth_apps", "OAuth Apps", WEEK_WINDOW_S),
}
_NOT_WINDOWS = frozenset({"limits", "spend", "extra_usage"})
_BREAKDOWN = "_breakdown"
"""``seven_day_breakdown`` says how the week's use splits by program."""

_WEEK_PREFIX = "seven_day_"


def read_windows(body: Mapping[str, object], now: datetime) -> tuple[Limit, ...]:
    """Read every key whose value is a window, whatever its name: new names appear several times a year."""
    found: dict[str, Limit] = {}
    for key, value in body.items():
        window = read_object(value)
        if key in _NOT_WINDOWS or key.endswith(_BREAKDOWN) or "utilization" not in window:
            continue
        if is_credit(key, window):
            continue
        limit = build_limit(identify_window(key), window, "utilization", now)
        if limit is not None:
            found.setdefault(limit.id, limit)
    return tuple(found.values())


def identify_window(key: str) -> LimitIdentity:
    """Identify a window by its key, which Claude Code's status line uses, too."""
    known = _KNOWN.get(key)
    if known is not None:
        return known
    name = read_text(key) or "unnamed"
    window_s = WEEK_WINDOW_S if key.startswith(_WEEK_PREFIX) else None
    return unknown_limit(name, spell_out(name.removeprefix(_WEEK_PREFIX)), window_s)
