"""Ends what is muted until a reset when the reset comes early, and follows a reset time that drifts. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.alerts.silence import ANY_ACCOUNT
from claudometer.domain.alerts.windows import JITTER, window_s_of
from claudometer.domain.freshness import is_old, shown_percent
from claudometer.domain.usage import origin_of, same_window

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from claudometer.domain.alerts.model import AccountLimit
    from claudometer.domain.alerts.silence import Silence
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import Limit


def followed(
    silence: Silence, snapshot: Snapshot, now: datetime, begun: Collection[AccountLimit] = ()
) -> Silence:
    """Return the silence as it is after these numbers.

    A single answer with a reset before the promised time may be a mistake, so a later one has to confirm it,
    as for the alert about that reset.

    Args:
        begun: the limits of which these numbers confirm a reset that kept its promised time.
    """
    reading = snapshot.reading
    if reading is None:
        return silence
    for limit in reading.limits:
        if shown_percent(limit, now) is None or is_old(limit, snapshot, now):
            continue  # it may be another window's
        # A mute that an earlier version kept names no account, and follows the one that is shown.
        for account in (str(reading.key), ANY_ACCOUNT):
            answered_at = origin_of(limit, reading).fetched_at
            key = (account, limit.id)
            silence = _after(silence, key, limit, now, answered_at)
            if (str(reading.key), limit.id) in begun:
                silence = _ended(silence, key)
    return silence


def _after(
    silence: Silence, key: AccountLimit, limit: Limit, now: datetime, answered_at: datetime
) -> Silence:
    """Return the silence after a fresh number of the limit with this key.

    Args:
        answered_at: when the server sent the number, aware UTC.
    """
    until = silence.until if silence.reset_of == key else None
    ends = [each for each in (until, silence.limits.get(key)) if each is not None and each > now]
    others = {each: at for each, at in silence.doubts.items() if each != key}
    if not ends:
        return silence if key not in silence.doubts else replace(silence, doubts=others)
    if all(_has_window(limit, end) for end in ends):
        moved = _moved(silence, key, limit)
        return moved if key not in silence.doubts else replace(moved, doubts=others)
    doubted_at = silence.doubts.get(key, answered_at)
    if answered_at <= doubted_at:
        return replace(silence, doubts=others | {key: doubted_at})
    return _ended(silence, key)


def _ended(silence: Silence, key: AccountLimit) -> Silence:
    """Return the silence without what was muted until the reset of this limit."""
    doubts = {each: at for each, at in silence.doubts.items() if each != key}
    ended = replace(silence.without_limit(key), doubts=doubts)
    return replace(ended, until=None, reset_of=None) if silence.reset_of == key else ended


def _has_window(limit: Limit, end: datetime) -> bool:
    """Return whether the limit is in the window that was to end then.

    Nothing used and no reset time is what the server says of the next session.
    """
    if limit.resets_at is None:
        return limit.percent != 0
    return same_window(limit.resets_at, end, window_s_of(limit))


def _moved(silence: Silence, key: AccountLimit, limit: Limit) -> Silence:
    """Return the silence with the present reset time, unless that has only jittered."""
    end = limit.resets_at
    if end is None:
        return silence
    if key in silence.limits and abs(silence.limits[key] - end) >= JITTER:
        silence = replace(silence, limits={**silence.limits, key: end})
    if silence.reset_of == key and silence.until is not None and abs(silence.until - end) >= JITTER:
        silence = replace(silence, until=end)
    return silence
