"""Finds the reset between two readings of a limit, and says what kind of reset it was. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.history import Reset, ResetCause
from claudometer.domain.usage import same_window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claudometer.domain.history import Point

EARLY_BY = timedelta(seconds=60)
"""A reset that comes this long before its promised time is early; less is jitter."""

LATE_BY = timedelta(seconds=120)
"""A server may repeat a window that has just ended for a moment; our polls come soon after a reset."""

WATCHED_WITHIN = timedelta(hours=1)
"""A reset that was promised longer than this before the next reading was not watched."""

PLAN_NAMED_WITHIN = timedelta(hours=8)
"""A new plan changes the server's numbers at once; Claude Code's login may name it only with its next
renewal, and that is about 8 hours after the one before."""

RHYTHM_FROM_S = 24 * 3600
"""A window at least this long begins when the one before it ends. A session begins with a message."""

LEAST_DROP = 5.0
"""A smaller fall, in percentage points, is none: sources round differently, by up to a point each."""

NEARLY_FULL = 90.0
"""An early reset from this percent on may be a grant, which is offered at or near the limit."""


def find_reset(
    before: Point, after: Point, window_s: int | None, *, is_other_plan: bool = False
) -> Reset | None:
    """Return the reset that happened between two readings of a limit, ``None`` if none did.

    A reset is a window whose promised end has passed, or a drop of the percent. ``resets_at`` alone is no
    event: it moves by seconds from answer to answer, and a server may correct it.

    Args:
        before: the last point so far.
        after: the reading that follows it, as a point.
        window_s: the length of the limit window in seconds, ``None`` when unknown.
        is_other_plan: the account had another plan in the reading before.
    """
    # With another plan, any clear fall counts: its limits have another size.
    if is_other_plan and before.percent - after.percent >= LEAST_DROP:
        return _reset(before, after, ResetCause.PLAN_CHANGE, confirmed=False)
    promised = before.resets_at
    if promised is None:
        return _reset(before, after, ResetCause.UNKNOWN, confirmed=False) if _fell(before, after) else None
    if after.at < promised - EARLY_BY:
        return _early(before, after, window_s) if _fell(before, after) else None
    # The promised time has come. The server may still report the old window.
    if is_same_promise(promised, after.resets_at, window_s) and not _fell(before, after):
        return None
    cause = ResetCause.ON_TIME if _was_watched(promised, after, window_s) else ResetCause.UNKNOWN
    if before.until > promised + LATE_BY:
        cause = ResetCause.LATE
    return _reset(before, after, cause, confirmed=True)


def note_server_wide(resets: Sequence[Reset]) -> list[Reset]:
    """Return the resets of one reading; several early ones of different limits are the server's doing."""
    early = (ResetCause.EARLY, ResetCause.GRANTED)
    if sum(each.cause in early for each in resets) < 2:
        return list(resets)
    return [replace(each, cause=ResetCause.SERVER_WIDE) if each.cause in early else each for each in resets]


def was_plan_change(reset: Reset, named_at: datetime) -> bool:
    """Return whether a reset was the change of a plan that is named only now.

    Args:
        reset: the last one of its limit.
        named_at: when the account's plan or tier first was another one.
    """
    is_unexplained = reset.cause in (ResetCause.EARLY, ResetCause.GRANTED, ResetCause.SERVER_WIDE)
    return is_unexplained and named_at - reset.seen_after <= PLAN_NAMED_WITHIN


def is_confirmed(reset: Reset, percent: float) -> bool:
    """Return whether the next reading's percent agrees with a reset: the old number has not come back."""
    return is_fallen_for_good(reset.percent_before, reset.percent_after, percent)


def is_fallen_for_good(before: float, after: float, then: float) -> bool:
    """Return whether a percent that fell has stayed there, by that of the next reading."""
    return then < (before + after) / 2


def has_fallen_by_half(before: float, after: float) -> bool:
    """Return whether a percent fell as with a reset. A smaller fall is a number that was corrected."""
    return before - after >= max(LEAST_DROP, before / 2)


def is_same_promise(first: datetime | None, second: datetime | None, window_s: int | None) -> bool:
    """Return whether two promised resets are the same but for jitter; ``None`` equals only ``None``."""
    if first is None or second is None:
        return first is second
    return same_window(first, second, window_s) if window_s else abs(first - second) < EARLY_BY


def _early(before: Point, after: Point, window_s: int | None) -> Reset:
    # A used grant clears the count; whether it moves the window, no source says.
    is_same = is_same_promise(before.resets_at, after.resets_at, window_s)
    cause = ResetCause.GRANTED if is_same or before.percent >= NEARLY_FULL else ResetCause.EARLY
    return _reset(before, after, cause, confirmed=False)


def _was_watched(promised: datetime, after: Point, window_s: int | None) -> bool:
    """Return whether we looked soon after the promised time, or the next weeks keep to its rhythm."""
    if after.at - promised <= WATCHED_WITHIN:
        return True
    if after.resets_at is None or not window_s or window_s < RHYTHM_FROM_S:
        return False
    off_s = (after.resets_at - promised).total_seconds() % window_s
    return min(off_s, window_s - off_s) <= EARLY_BY.total_seconds()


def _fell(before: Point, after: Point) -> bool:
    return has_fallen_by_half(before.percent, after.percent)


def _reset(before: Point, after: Point, cause: ResetCause, *, confirmed: bool) -> Reset:
    return Reset(
        promised_at=before.resets_at,
        seen_before=before.until,
        seen_after=after.at,
        percent_before=before.percent,
        percent_after=after.percent,
        next_at=after.resets_at,
        cause=cause,
        confirmed=confirmed,
    )
