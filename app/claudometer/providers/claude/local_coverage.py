"""Which limits need no request because local sources have just reported them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.next_poll import Coverage
from claudometer.domain.usage import Limit, LimitKind, LocalReading, Reading
from claudometer.providers.claude.merging import SESSION_AND_WEEK, admit, is_another_window, is_usable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claudometer.domain.usage import LocalLogin

MAX_AGE = timedelta(minutes=5)
"""The oldest local number that replaces a request. Claude Code in use reports new numbers within seconds."""

ROUNDING = 1.0
"""Points by which a local number may be lower and still agree: one source rounds, the other does not."""

JUMP = 10.0
"""Points of growth of the session after which the limits of models have surely grown too."""

WEEK_JUMP = 2.0
"""The same of the week, where the plan has no session: a week holds several full sessions."""

RESET_GRACE = timedelta(seconds=30)
"""For how long an ended window still counts as covered, because the poll after its reset is due anyway."""


def coverage_of(
    server_reading: Reading | None, local: Sequence[LocalReading], login: LocalLogin, now: datetime
) -> Coverage | None:
    """Return what local sources cover of the last server reading.

    ``None`` unless they cover the session and the week, or the one of them that the plan has. Their numbers
    must be recent and agree with the server's reading. A lower number in the same window means that the
    account is also used elsewhere, which only the server knows.
    """
    if server_reading is None:
        return None
    covered = _recent(admit(server_reading, local, login, now), now)
    known = {limit.kind: limit for limit in server_reading.limits if limit.kind in SESSION_AND_WEEK}
    pairs = [(known[kind], covered[kind]) for kind in known if kind in covered]
    if not pairs or len(pairs) < len(known) or not all(_agree(before, after) for before, after in pairs):
        return None
    has_money = server_reading.spend is not None or bool(server_reading.credits)
    # Local sources report neither money nor models: these still need requests, only fewer.
    incomplete = has_money or len(server_reading.limits) > len(known)
    measure = LimitKind.SESSION if LimitKind.SESSION in known else LimitKind.WEEKLY
    jumped = any(_has_jumped(before, after, measure) for before, after in pairs)
    return Coverage(incomplete, jumped=jumped or not covered.keys() <= known.keys())


def _recent(admitted: tuple[LocalReading, ...], now: datetime) -> dict[LimitKind, Limit]:
    return {
        limit.kind: limit
        for reading in admitted
        if now - reading.captured_at <= MAX_AGE
        for limit in reading.limits
        if is_usable(limit, reading.source, now - RESET_GRACE)
    }


def _agree(known: Limit, covered: Limit) -> bool:
    if known.resets_at is not None and covered.resets_at is not None and is_another_window(known, covered):
        # A window that has begun since agrees, whatever its number. An earlier one is old, or of another
        # account.
        return covered.resets_at > known.resets_at
    return (covered.percent or 0.0) >= (known.percent or 0.0) - ROUNDING


def _has_jumped(known: Limit, covered: Limit, measure: LimitKind) -> bool:
    if known.resets_at is None or is_another_window(known, covered):
        return True
    jump = JUMP if measure is LimitKind.SESSION else WEEK_JUMP
    return known.kind is measure and (covered.percent or 0.0) - (known.percent or 0.0) >= jump
