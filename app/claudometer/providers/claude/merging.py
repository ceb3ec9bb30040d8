"""Merges the readings of several sources: which number wins, and which account it belongs to. Pure.

The server's reading is reliable. A local reading, from files on this computer, is not: it may come from
another login, from a session that was idle for hours, or from a window that has ended. So it counts only if
none of that is possible, and within a window it can raise a number but never lower it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.usage import (
    CLAUDE,
    Account,
    AccountId,
    Credit,
    Limit,
    LimitKind,
    LocalLogin,
    LocalReading,
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
"""How far apart two clocks, or two reset times of one week, may be. Reset times vary by 2 s."""

WEEK = timedelta(days=7)

LOCAL_SOURCES = frozenset({Source.STATUS_LINE, Source.CLAUDE_CODE})
"""The sources of local readings."""

SESSION_AND_WEEK = frozenset({LimitKind.SESSION, LimitKind.WEEKLY})
"""The two limits of a plan that a status line reports."""


def merge(
    server_reading: Reading | None, local: Sequence[LocalReading], login: LocalLogin, now: datetime
) -> Reading | None:
    """Return the server's reading, with newer numbers from local sources, each with its origin.

    Without a server reading, a local reading that names its organization replaces it: Claude Code's cached
    usage, or else what the status line received.
    The order of ``local`` does not matter, and merging again changes nothing.
    """
    admitted = admit(server_reading, local, login, now)
    base = server_reading or _fallback(admitted, login)
    return None if base is None else _merged(base, admitted, now)


def admit(
    server_reading: Reading | None, local: Sequence[LocalReading], login: LocalLogin, now: datetime
) -> tuple[LocalReading, ...]:
    """Return the local readings that certainly belong to the account of the login, oldest first.

    A reading that names its organization must name the login's. If either is unknown, a reading is recognized
    by the reset time of its week, which two accounts hardly share, and must be newer than the login. As soon
    as a server has answered, that also holds for the status line, whose organization is only that of the
    login at its time.
    """
    # With an unknown login, or one of another account, nothing says whose the local numbers are.
    if login.account is None or not _is_of_login(server_reading, login.account):
        return ()
    possible = sorted((reading for reading in local if reading.captured_at <= now + TOLERANCE), key=_by_time)
    compared = [reading for reading in possible if server_reading and reading.source is Source.STATUS_LINE]
    named = [
        reading
        for reading in possible
        if reading.organization_id == login.account and reading not in compared
    ]
    nameless = [
        reading
        for reading in possible
        if reading.organization_id is None or reading in compared or _is_nameless(server_reading)
    ]
    weeks = [
        *_weeks(server_reading.limits if server_reading else ()),
        *(week for reading in named for week in _weeks(reading.limits)),
    ]
    known = [*named, *(reading for reading in nameless if _is_recognized(reading, weeks, login.since))]
    return tuple(reading for reading in possible if reading in known)


def is_usable(limit: Limit, source: Source, now: datetime) -> bool:
    """Return whether a local source's limit may count: its number and window are known, the window open."""
    # Anything else that Claude Code passes is a gateway's limit, and not the plan's.
    if source is Source.STATUS_LINE and limit.kind not in SESSION_AND_WEEK:
        return False
    if limit.percent is None or limit.resets_at is None or not limit.window_s:
        return False
    return not has_reset(limit, now)


def is_another_window(known: Limit, other: Limit) -> bool:
    """Return whether the reset times of one limit certainly belong to two windows."""
    if known.resets_at is None or other.resets_at is None:
        return False
    window_s = known.window_s or other.window_s
    return window_s is not None and not same_window(known.resets_at, other.resets_at, window_s)


def _is_of_login(server_reading: Reading | None, account: AccountId) -> bool:
    return server_reading is None or account in {
        server_reading.account.id,
        server_reading.account.organization_id,
    }


def _is_nameless(server_reading: Reading | None) -> bool:
    """Return whether the server's reading lacks an organization, so that no name can be compared."""
    return server_reading is not None and server_reading.account.organization_id is None


def _is_recognized(reading: LocalReading, weeks: list[datetime], since: datetime | None) -> bool:
    # Before the login was written, another account may have been logged in here.
    if since is not None and reading.captured_at < since:
        return False
    return any(is_same_week(known, other) for known in weeks for other in _weeks(reading.limits))


def _weeks(limits: Iterable[Limit]) -> Iterator[datetime]:
    return (
        limit.resets_at for limit in limits if limit.kind is LimitKind.WEEKLY and limit.resets_at is not None
    )


def is_same_week(known: datetime, other: datetime) -> bool:
    """Return whether two weeks reset at the same time of the week, ``other`` in the same week or later."""
    apart = other - known
    nearest = WEEK * max(0, round(apart / WEEK))
    return abs(apart - nearest) <= TOLERANCE


def _by_time(reading: LocalReading) -> tuple[datetime, str, str]:
    """Return the sort key. At one time, what two readings hold decides, so that the order is fixed."""
    return reading.captured_at, reading.source.value, repr(reading)


def _fallback(admitted: tuple[LocalReading, ...], login: LocalLogin) -> Reading | None:
    named = [reading for reading in admitted if reading.organization_id is not None]
    if not named or login.account is None:
        return None
    # The cached usage first: it has everything, a status line only session and week.
    newest = max(named, key=lambda reading: (reading.source is Source.CLAUDE_CODE, reading.captured_at))
    plan = login.plan
    account = Account(login.account, Mode.CLI, newest.organization_id, plan=plan.name, tier=plan.tier)
    return Reading(CLAUDE, account, newest.source, newest.captured_at, ())


def _merged(base: Reading, admitted: tuple[LocalReading, ...], now: datetime) -> Reading | None:
    limits = {limit.id: limit for limit in base.limits}
    spend, granted = base.spend, base.credits
    for reading in admitted:
        for limit in reading.limits:
            if is_usable(limit, reading.source, now):
                _apply(limit, reading, base, limits)
        spend = _newer_spend(spend, reading, base)
        granted = _newer_credits(granted, reading, base)
    shown = tuple(sorted(limits.values(), key=display_place))
    # All windows have ended: better no reading, which has a message, than an empty one.
    if base.source in LOCAL_SOURCES and not shown and spend is None and not granted:
        return None
    if base.source in LOCAL_SOURCES:
        shown = _with_ended(limits, admitted, base)
    return replace(base, limits=shown, spend=spend, credits=granted)


def _with_ended(
    limits: dict[str, Limit], admitted: tuple[LocalReading, ...], base: Reading
) -> tuple[Limit, ...]:
    """Return the limits, and those whose windows have ended: these limits still exist."""
    over = {
        limit.id: replace(limit, origin=_unless_own(Origin(reading.source, reading.captured_at), base))
        for reading in admitted
        for limit in reading.ended
    }
    return tuple(sorted((over | limits).values(), key=display_place))


def _apply(limit: Limit, reading: LocalReading, base: Reading, limits: dict[str, Limit]) -> None:
    known = limits.get(limit.id)
    origin = Origin(reading.source, reading.captured_at)
    if known is None:
        if _may_add(reading, base):
            limits[limit.id] = replace(limit, origin=_unless_own(origin, base))
    elif _wins(limit, origin, known, origin_of(known, base)):
        limits[limit.id] = replace(
            known,
            percent=limit.percent,
            resets_at=limit.resets_at,
            window_s=known.window_s or limit.window_s,
            origin=_unless_own(origin, base),
        )


def _may_add(reading: LocalReading, base: Reading) -> bool:
    """Return whether a local reading may add limits: a limit missing in a later response is gone.

    A plan without a session may get one back, which the status line is the first to show.
    """
    return base.source in LOCAL_SOURCES or reading.captured_at > base.fetched_at


def _unless_own(origin: Origin, base: Reading) -> Origin | None:
    return None if origin == Origin(base.source, base.fetched_at) else origin


def _wins(limit: Limit, origin: Origin, known: Limit, known_origin: Origin) -> bool:
    # Any number is better than none, unless it is of an earlier window.
    if known.percent is None:
        return not _is_earlier_window(limit, known)
    if origin.fetched_at <= known_origin.fetched_at:
        return False
    if is_another_window(known, limit):
        return not _is_earlier_window(limit, known) and _has_followed(origin.fetched_at, known)
    # Within a window the use only grows, so a lower number is an older one, whatever its file says.
    return limit.percent is not None and limit.percent >= known.percent


def _is_earlier_window(limit: Limit, known: Limit) -> bool:
    if limit.resets_at is None or known.resets_at is None:
        return False
    return is_another_window(known, limit) and limit.resets_at < known.resets_at


def _has_followed(captured_at: datetime, known: Limit) -> bool:
    """Return whether a capture is from after the known window's reset, when the next window can begin."""
    return known.resets_at is not None and captured_at >= known.resets_at - TOLERANCE


def _newer_spend(known: Spend | None, reading: LocalReading, base: Reading) -> Spend | None:
    if reading.source is not Source.CLAUDE_CODE or reading.spend is None:
        return known
    known_at = origin_of(known, base).fetched_at if known else base.fetched_at
    # A server's spend counts until something newer is known.
    if reading.captured_at <= known_at and not (known is None and base.source is Source.CLAUDE_CODE):
        return known
    return replace(reading.spend, origin=_unless_own(Origin(reading.source, reading.captured_at), base))


def _newer_credits(known: tuple[Credit, ...], reading: LocalReading, base: Reading) -> tuple[Credit, ...]:
    if reading.credits is None or not _may_add(reading, base):
        return known
    origin = _unless_own(Origin(reading.source, reading.captured_at), base)
    return tuple(replace(credit, origin=origin) for credit in reading.credits)
