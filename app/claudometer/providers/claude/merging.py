"""Several sources, one reading: which number wins, and whose it is. Pure; invents no number.

What we asked for ourselves is strong. What lies on this computer is free and weak: it may come from another
login, from a session that has slept for hours, or from a window that is over. So it is used only where it
cannot be wrong about that, and within a window it can raise a number, never lower one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.usage import (
    CLAUDE,
    Account,
    AccountId,
    FreeReading,
    Limit,
    LimitKind,
    LocalLogin,
    Mode,
    Origin,
    Reading,
    Source,
    Spend,
    display_place,
    has_reset,
    origin_of,
    same_window,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

TOLERANCE = timedelta(minutes=1)
"""How far two clocks, or two reset times of one week, may be apart. Reset times jitter by 2 s."""

WEEK = timedelta(days=7)

SHORT_KINDS = frozenset({LimitKind.SESSION, LimitKind.WEEKLY})
"""All that a status line knows."""


def merge(
    strong: Reading | None, free: Sequence[FreeReading], login: LocalLogin, now: datetime
) -> Reading | None:
    """Return the reading with every number that a free source knows better, each with its origin.

    Without a strong reading only Claude Code's own last look can stand for it, and only where it says whose
    it is. The order of ``free`` does not matter, and merging again changes nothing.
    """
    admitted = admit(strong, free, login, now)
    base = strong or _stand_in(admitted, login)
    return None if base is None else _merged(base, admitted, now)


def admit(
    strong: Reading | None, free: Sequence[FreeReading], login: LocalLogin, now: datetime
) -> tuple[FreeReading, ...]:
    """Pick the free readings that are surely about the account in question, oldest first.

    One that names its organization must name the login's. Where either is unknown, a reading is recognised by
    the moment its week resets, which hardly two accounts share, and must be younger than the login.
    """
    if login.account is None or not _is_of_login(strong, login.account):
        return ()
    possible = sorted((one for one in free if one.captured_at <= now + TOLERANCE), key=_by_time)
    named = [one for one in possible if one.organization_id == login.account]
    nameless = [one for one in possible if one.organization_id is None or _is_nameless(strong)]
    weeks = [
        *_weeks(strong.limits if strong else ()),
        *(week for one in named for week in _weeks(one.limits)),
    ]
    known = [*named, *(one for one in nameless if _is_recognised(one, weeks, login.since))]
    return tuple(one for one in possible if one in known)


def is_usable(limit: Limit, source: Source, now: datetime) -> bool:
    """Tell whether a free source's limit may count at all: known, its window known and open."""
    if source is Source.STATUS_LINE and limit.kind not in SHORT_KINDS:
        return False
    if limit.percent is None or limit.resets_at is None or not limit.window_s:
        return False
    return not has_reset(limit, now)


def is_another_window(known: Limit, other: Limit) -> bool:
    """Tell whether two reset times of one limit are surely of two windows."""
    if known.resets_at is None or other.resets_at is None:
        return False
    window_s = known.window_s or other.window_s
    return window_s is not None and not same_window(known.resets_at, other.resets_at, window_s)


def _is_of_login(strong: Reading | None, account: AccountId) -> bool:
    return strong is None or account in {strong.account.id, strong.account.organization_id}


def _is_nameless(strong: Reading | None) -> bool:
    """Tell whether the login does not say its organization, so that no name can be compared."""
    return strong is not None and strong.account.organization_id is None


def _is_recognised(free: FreeReading, weeks: list[datetime], since: datetime | None) -> bool:
    if since is not None and free.captured_at < since:
        return False
    return any(_is_same_week(known, told) for known in weeks for told in _weeks(free.limits))


def _weeks(limits: Iterable[Limit]) -> Iterator[datetime]:
    return (one.resets_at for one in limits if one.kind is LimitKind.WEEKLY and one.resets_at is not None)


def _is_same_week(known: datetime, told: datetime) -> bool:
    """Tell whether two weeks reset at one moment, this week or, once the known one is over, a later one."""
    apart = told - known
    nearest = WEEK * max(0, round(apart / WEEK))
    return abs(apart - nearest) <= TOLERANCE


def _by_time(free: FreeReading) -> tuple[datetime, str, str]:
    return free.captured_at, free.source.value, repr(free.limits)


def _stand_in(admitted: tuple[FreeReading, ...], login: LocalLogin) -> Reading | None:
    looks = [one for one in admitted if one.source is Source.CLAUDE_CODE]
    if not looks or login.account is None:
        return None
    account = Account(login.account, Mode.CLI, organization_id=looks[-1].organization_id)
    return Reading(CLAUDE, account, Source.CLAUDE_CODE, looks[-1].captured_at, ())


def _merged(base: Reading, admitted: tuple[FreeReading, ...], now: datetime) -> Reading | None:
    limits = {limit.id: limit for limit in base.limits}
    spend = base.spend
    for free in admitted:
        for limit in free.limits:
            if is_usable(limit, free.source, now):
                _take(limit, free, base, limits)
        spend = _newer_spend(spend, free, base)
    shown = tuple(sorted(limits.values(), key=display_place))
    if base.source is Source.CLAUDE_CODE and not shown and spend is None:
        return None
    return replace(base, limits=shown, spend=spend)


def _take(limit: Limit, free: FreeReading, base: Reading, limits: dict[str, Limit]) -> None:
    known = limits.get(limit.id)
    origin = Origin(free.source, free.captured_at)
    if known is None:
        if free.source is Source.CLAUDE_CODE and _is_later(free, base):
            limits[limit.id] = replace(limit, origin=_unless_own(origin, base))
    elif _wins(limit, origin, known, origin_of(known, base)):
        limits[limit.id] = replace(
            known,
            percent=limit.percent,
            resets_at=limit.resets_at,
            window_s=known.window_s or limit.window_s,
            origin=_unless_own(origin, base),
        )


def _is_later(free: FreeReading, base: Reading) -> bool:
    """Tell whether the look may add to the base: what a later answer leaves out is no longer there."""
    return free.captured_at > base.fetched_at or base.source is Source.CLAUDE_CODE


def _unless_own(origin: Origin, base: Reading) -> Origin | None:
    return None if origin == Origin(base.source, base.fetched_at) else origin


def _wins(limit: Limit, origin: Origin, known: Limit, known_origin: Origin) -> bool:
    if known.percent is None:
        return not _is_earlier_window(limit, known)
    if origin.fetched_at <= known_origin.fetched_at:
        return False
    if is_another_window(known, limit):
        return not _is_earlier_window(limit, known) and _has_followed(origin.fetched_at, known)
    return limit.percent is not None and limit.percent >= known.percent


def _is_earlier_window(limit: Limit, known: Limit) -> bool:
    if limit.resets_at is None or known.resets_at is None:
        return False
    return is_another_window(known, limit) and limit.resets_at < known.resets_at


def _has_followed(captured_at: datetime, known: Limit) -> bool:
    """Tell whether a capture is from after the known window: a new one cannot begin before that is over."""
    return known.resets_at is not None and captured_at >= known.resets_at - TOLERANCE


def _newer_spend(known: Spend | None, free: FreeReading, base: Reading) -> Spend | None:
    if free.source is not Source.CLAUDE_CODE or free.spend is None:
        return known
    known_at = origin_of(known, base).fetched_at if known else base.fetched_at
    if free.captured_at <= known_at and not (known is None and base.source is Source.CLAUDE_CODE):
        return known
    return replace(free.spend, origin=_unless_own(Origin(free.source, free.captured_at), base))
