"""The banner above the limits when one of them will be full well before its reset. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import LimitKind
from claudometer.present.formatters import nearest_minute, span
from claudometer.present.messages import forecast as words
from claudometer.present.text import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.control.wire.page import Words
    from claudometer.present.view import AccountView, LimitView

LEAST_LEFT_S = 30 * 60
"""Seconds. A limit that is full for less time before its reset costs nobody much; its row says so anyway."""

_SENTENCES = {LimitKind.SESSION: words.PACE_OF_SESSION, LimitKind.WEEKLY: words.PACE_OF_WEEK}


def pace_banner(view: AccountView) -> Words | None:
    """Return the words about the limit that is full first; ``None`` without one, or beside a problem."""
    if view.problem is not None:
        return None
    filling = [(*found, limit) for limit in view.shown if (found := _early(limit)) is not None]
    if not filling:
        return None
    _, left_s, limit = min(filling, key=lambda each: each[0])
    sentence = _SENTENCES.get(limit.kind, words.PACE_OF_LIMIT)
    then = limit.forecast.then if limit.forecast else ""
    return {
        "message": sentence.format(name=one_line(limit.label), then=then),
        "hint": words.BEFORE_RESET.format(span=span(left_s)),
    }


def _early(limit: LimitView) -> tuple[datetime, float] | None:
    """Return when a limit is full and the seconds from the time that is said until its reset, if it is early.

    Both times must be well before the reset: the sentence names the rounded one, and what is left after it.
    """
    forecast, resets_at = limit.forecast, limit.reset.at
    if limit.is_old or forecast is None or resets_at is None:
        return None
    if forecast.full_at is None or forecast.said_at is None:
        return None
    left_s = (nearest_minute(resets_at) - forecast.said_at).total_seconds()
    is_early = (resets_at - forecast.full_at).total_seconds() >= LEAST_LEFT_S
    return (forecast.full_at, left_s) if is_early and left_s >= LEAST_LEFT_S else None
