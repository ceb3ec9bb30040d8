"""Follows the window instances of a limit through jitter, restarts and clocks that jump. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.alerts.model import ToldWindow
from claudometer.domain.usage import SESSION_WINDOW_S, same_window

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.usage import Limit

MOST_WINDOWS = 8
"""How many instances of a limit's window are remembered. A wrong clock or another source may return to
one."""

JITTER = timedelta(minutes=1)
"""A smaller move of the reset time is not written down: the server's time jitters from answer to answer."""


def window_s_of(limit: Limit) -> int:
    """Return the length of the limit's window in seconds; that of a session if it is unknown."""
    return limit.window_s or SESSION_WINDOW_S


def find_window(
    known: tuple[ToldWindow, ...], limit: Limit, now: datetime
) -> tuple[ToldWindow, tuple[ToldWindow, ...]] | None:
    """Return the window instance that the limit is in, and the others; ``None`` if it is over.

    An instance follows a drifting reset time step by step, so it stays the same however far that drifts.
    """
    length_s = window_s_of(limit)
    if limit.resets_at is None:
        # Nothing used and no reset time is what the server says of the next session: the last one is
        # over then, even if its end is still some seconds away by the jitter.
        over_at = now + JITTER if limit.percent == 0 else now
        return _without_reset_time(known, now, over_at, length_s)
    if limit.resets_at <= now:
        return None
    end = limit.resets_at
    same = [window for window in known if same_window(window.end, end, length_s)]
    if not same:
        # It began without a reset time, and only now the server names one.
        same = [window for window in known[-1:] if window.is_assumed and window.end > now]
    if not same:
        return ToldWindow(end), known
    nearest = min(same, key=lambda window: abs(window.end - end))
    moved = abs(nearest.end - end) >= JITTER or nearest.is_assumed
    return (replace(nearest, end=end, is_assumed=False) if moved else nearest), _without(known, nearest)


def _without_reset_time(
    known: tuple[ToldWindow, ...], now: datetime, over_at: datetime, length_s: int
) -> tuple[ToldWindow, tuple[ToldWindow, ...]]:
    last = known[-1] if known else None
    if last is not None and last.end > over_at:
        return last, known[:-1]
    return ToldWindow(now + timedelta(seconds=length_s), is_assumed=True), known


def kept(others: tuple[ToldWindow, ...], current: ToldWindow) -> tuple[ToldWindow, ...]:
    """Return the instances to remember, the current one last."""
    return (*others, current)[-MOST_WINDOWS:]


def _without(known: tuple[ToldWindow, ...], one: ToldWindow) -> tuple[ToldWindow, ...]:
    place = known.index(one)
    return known[:place] + known[place + 1 :]
