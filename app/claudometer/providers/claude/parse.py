"""Parses the usage body, which both endpoints share. Pure: any bytes give ``Usage`` or ``Unreadable``."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Unreadable
from claudometer.domain.usage import CLAUDE, LimitKind, Reading, display_place, fullest, same_window
from claudometer.providers.claude.credits import read_credits
from claudometer.providers.claude.limit_windows import read_windows
from claudometer.providers.claude.limits import read_limits
from claudometer.providers.claude.plan_without_limits import SURELY_NONE, count_empty_kinds
from claudometer.providers.claude.spend import read_spend
from claudometer.providers.claude.values import read_object, read_slug

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.usage import Account, Credit, Limit, Source, Spend

MAX_LIMITS = 24
"""Three times as many as any account observed. A snapshot must fit on one line of the control protocol."""

MAX_CREDITS = 12

_SPEND_NAMES = frozenset({"spend", "spend_limit", "extra_usage", "overage"})
"""Kinds under which the list may repeat extra usage."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The content of a usage body.

    Attributes:
        limits: in display order, at most ``MAX_LIMITS``.
        spend: extra usage, if the body reports it.
        left_out: how many limits the body had beyond ``MAX_LIMITS``.
        credits: money that was granted once, at most ``MAX_CREDITS``.
    """

    limits: tuple[Limit, ...]
    spend: Spend | None
    left_out: int = 0
    credits: tuple[Credit, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoded:
    """A JSON value of unknown shape."""

    value: object


def decode(body: bytes) -> Decoded | Unreadable:
    """Decode JSON of any shape."""
    try:
        return Decoded(json.loads(body))
    except (ValueError, RecursionError):
        return Unreadable(ErrorCode.NOT_JSON)


def parse_usage(body: object, *, now: datetime) -> Usage | Unreadable:
    """Parse a usage body: ``limits[]``, then what the flat keys add, extra usage and credits.

    A plan without limits has a form of its own, which is valid although it has no number.

    Args:
        body: decoded JSON of any shape.
        now: aware UTC; tells a possible reset time from an impossible one.
    """
    keys = read_object(body)
    spend, granted = read_spend(keys), read_credits(keys)
    money = frozenset(credit.id for credit in granted) | (_SPEND_NAMES if spend else frozenset())
    limits = _without(_merge(read_limits(keys.get("limits"), now), read_windows(keys, now)), money)
    granted = granted[:MAX_CREDITS]
    has_money = bool(granted) or (spend is not None and spend.used is not None)
    # Without a single number, the card would be full of dashes, as if the response had been understood.
    if all(limit.percent is None for limit in limits) and not has_money:
        # A plan without limits sends no limit at all, not one whose number cannot be read.
        kinds = 0 if limits else count_empty_kinds(keys)
        if kinds < SURELY_NONE:
            return Unreadable(ErrorCode.NOTHING_LISTED if kinds else ErrorCode.NO_NUMBERS)
        return Usage((), spend)
    # The fullest, not the first: the one that stops the user must be among them.
    kept = fullest(tuple(sorted(limits, key=display_place)), MAX_LIMITS)
    return Usage(kept, spend, left_out=len(limits) - len(kept), credits=granted)


def reading_of(usage: Usage, account: Account, source: Source, fetched_at: datetime) -> Reading:
    """Return a body's usage as the reading of an account. ``fetched_at`` is aware UTC."""
    return Reading(
        CLAUDE, account, source, fetched_at, usage.limits, usage.spend, usage.left_out, usage.credits
    )


def _merge(listed: tuple[Limit, ...], flat: tuple[Limit, ...]) -> list[Limit]:
    merged = {limit.id: limit for limit in listed}
    for window in flat:
        twin = merged.get(window.id)
        if twin is not None:
            merged[window.id] = _complete(twin, window)
        elif not _is_listed_by_version(window, listed):
            merged[window.id] = window
    return list(merged.values())


def _without(limits: list[Limit], money: frozenset[str]) -> list[Limit]:
    """Leave out what repeats extra usage or a credit under its name: that is shown as money."""
    repeated = {f"other:{read_slug(name)}" for name in money}
    return [limit for limit in limits if limit.id not in repeated]


def _is_listed_by_version(window: Limit, listed: tuple[Limit, ...]) -> bool:
    """Return whether the list has a flat model key ("opus") under its full name ("Opus 4.5").

    Only with the same number in the same window: else they are two limits, observed with "Opus 5".
    """
    return window.kind is LimitKind.WEEKLY_MODEL and any(
        limit.id.startswith(f"{window.id}-") and _agree(limit, window) for limit in listed
    )


def _agree(listed: Limit, flat: Limit) -> bool:
    if _are_different_windows(listed, flat):
        return False
    if listed.percent is None or flat.percent is None:
        return listed.percent is flat.percent
    return abs(listed.percent - flat.percent) < 1  # the list rounds


def _complete(listed: Limit, flat: Limit) -> Limit:
    """Add what the list lacks, and undo its rounding: the list has 46 where the flat key has 45.52."""
    if _are_different_windows(listed, flat):
        return listed
    percent = listed.percent
    if percent is None or (
        flat.percent is not None and percent.is_integer() and abs(percent - flat.percent) < 1
    ):
        percent = flat.percent
    return replace(listed, percent=percent, resets_at=listed.resets_at or flat.resets_at)


def _are_different_windows(listed: Limit, flat: Limit) -> bool:
    if listed.resets_at is None or flat.resets_at is None or listed.window_s is None:
        return False
    return not same_window(listed.resets_at, flat.resets_at, listed.window_s)
