"""What changes in a view although nothing happens: elapsed shares, countdowns and ages. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.present.formatters import rounded, whole_second
from claudometer.present.view import ResetState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from claudometer.domain.usage import Limit
    from claudometer.present.view import CreditView, LimitView, OriginView, ResetView, SpendView

_DAY_S = 24 * 3600


def when_words_change(
    now: datetime,
    main: OriginView | None,
    limits: tuple[LimitView, ...],
    spend: SpendView | None,
    granted: tuple[CreditView, ...],
) -> Iterator[datetime]:
    """Yield when the text of each countdown and age changes next: at a minute, from a day on at an hour."""
    second = whole_second(now)
    # Times are rounded to the second: a countdown changes half a second late, an age half a second early.
    half = timedelta(milliseconds=500)
    for limit in limits:
        if limit.reset.state is ResetState.AHEAD:
            left_s = limit.reset.left_s
            yield second + timedelta(seconds=left_s % _unit_s(left_s)) + half
    origins = {part.origin for part in (*limits, spend, *granted) if part is not None}
    for origin in origins | {main} if main else ():
        age_s = seconds_between(origin.when.at, now)
        yield second + timedelta(seconds=_unit_s(age_s) - age_s % _unit_s(age_s)) - half


def seconds_between(first: datetime, second: datetime) -> float:
    """Return whole seconds. For 0.1 s less, "resets 14:10, in 2 h 10 min" would say 2 h 9 min."""
    return (whole_second(second) - whole_second(first)).total_seconds()


def _unit_s(seconds: float) -> int:
    """Return the smallest unit, in seconds, that the text of such a duration has."""
    return 3600 if seconds >= _DAY_S else 60


def expected(limit: Limit, at: datetime) -> float | None:
    """Return what an even pace would have used at ``at``, in whole percents; ``None`` if that is unknown."""
    if limit.resets_at is None or not limit.window_s or not at < limit.resets_at:
        return None
    left = (limit.resets_at - at).total_seconds() / limit.window_s
    return float(max(0, rounded(100 * (1 - left))))


def elapsed(reset: ResetView, window_s: int | None) -> float | None:
    """Return how much of the window has passed, 0 to 100; ``None`` if that cannot be known."""
    if reset.state is not ResetState.AHEAD or not window_s:
        return None
    return max(0.0, min(100.0, 100 * (1 - reset.left_s / window_s)))
