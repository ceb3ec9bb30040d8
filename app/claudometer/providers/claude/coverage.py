"""What need not be asked for, since free sources tell it just now. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.policy import Coverage
from claudometer.domain.usage import FreeReading, Limit, LimitKind, Reading
from claudometer.providers.claude.merging import SHORT_KINDS, admit, is_another_window, is_usable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claudometer.domain.usage import LocalLogin

COVERS_FOR = timedelta(minutes=5)
"""How long a free number speaks for now. Whoever works with Claude Code gets a new one in seconds."""

ROUNDING = 1.0
"""A free number this much lower is the same number: one source rounds, the other does not."""

JUMP = 10.0
"""Points of the session after which the limits of models have moved along."""


JUST_OVER = timedelta(seconds=30)
"""A window that has just ended is still spoken for: the poll after its reset is due, and not before."""


def coverage_of(
    strong: Reading | None, free: Sequence[FreeReading], login: LocalLogin, now: datetime
) -> Coverage | None:
    """Return what free sources cover of the last answer, ``None`` unless they tell all of session and week.

    They must be young, and agree with the answer: a lower number in the same window means that somebody else
    uses the account, of whom only the server knows.
    """
    if strong is None:
        return None
    told = _young(admit(strong, free, login, now), now)
    known = {limit.kind: limit for limit in strong.limits if limit.kind in SHORT_KINDS}
    pairs = [(known[kind], told[kind]) for kind in SHORT_KINDS if kind in known and kind in told]
    if len(pairs) < len(SHORT_KINDS) or not all(_agree(before, after) for before, after in pairs):
        return None
    lacks = strong.spend is not None or len(strong.limits) > len(SHORT_KINDS)
    return Coverage(lacks, moved=any(_has_moved(before, after) for before, after in pairs))


def _young(admitted: tuple[FreeReading, ...], now: datetime) -> dict[LimitKind, Limit]:
    return {
        limit.kind: limit
        for free in admitted
        if now - free.captured_at <= COVERS_FOR
        for limit in free.limits
        if is_usable(limit, free.source, now - JUST_OVER)
    }


def _agree(known: Limit, told: Limit) -> bool:
    if known.resets_at is not None and told.resets_at is not None and is_another_window(known, told):
        return told.resets_at > known.resets_at
    return (told.percent or 0.0) >= (known.percent or 0.0) - ROUNDING


def _has_moved(known: Limit, told: Limit) -> bool:
    if known.resets_at is None or is_another_window(known, told):
        return True
    jumped = (told.percent or 0.0) - (known.percent or 0.0) >= JUMP
    return known.kind is LimitKind.SESSION and jumped
