"""What stands above the limits when one of them will be full well before its reset. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import LimitKind
from claudometer.present.card_limits import is_frozen
from claudometer.present.formatters import nearest_minute, span
from claudometer.present.messages import forecast as words
from claudometer.present.text import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.control.wire.page import Words
    from claudometer.present.view import AccountView, LimitView

LEAST_LEFT_S = 30 * 60
"""A limit that is full later than this before its reset costs nobody much: its row says it."""

_SENTENCES = {LimitKind.SESSION: words.PACE_OF_SESSION, LimitKind.WEEKLY: words.PACE_OF_WEEK}


def pace_banner(view: AccountView) -> Words | None:
    """Return the words about the limit that is full first; ``None`` without one, or beside a problem."""
    if view.problem is not None or is_frozen(view):
        return None
    filling = [(full, limit) for limit in view.shown if (full := _full_at(limit)) is not None]
    if not filling:
        return None
    (full_at, resets_at), limit = min(filling, key=lambda each: each[0])
    sentence = _SENTENCES.get(limit.kind, words.PACE_OF_LIMIT)
    then = limit.forecast.then if limit.forecast else ""
    return {
        "message": sentence.format(name=one_line(limit.label), then=then),
        "hint": words.BEFORE_RESET.format(span=span((resets_at - full_at).total_seconds())),
    }


def _full_at(limit: LimitView) -> tuple[datetime, datetime] | None:
    """Return when a limit is full and when it resets, if the first is well before the second."""
    forecast, resets_at = limit.forecast, limit.reset.at
    if limit.is_old or forecast is None or forecast.full_at is None or resets_at is None:
        return None
    at = nearest_minute(resets_at)
    return (forecast.full_at, at) if (at - forecast.full_at).total_seconds() >= LEAST_LEFT_S else None
