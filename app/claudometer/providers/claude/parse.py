"""Parses the usage body, which both endpoints share. Pure: any bytes give ``Usage`` or ``Unreadable``."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Unreadable
from claudometer.domain.usage import Limit, LimitKind, Spend, display_place, fullest, same_window
from claudometer.providers.claude.limit_windows import read_windows
from claudometer.providers.claude.limits import read_limits
from claudometer.providers.claude.spend import read_spend
from claudometer.providers.claude.values import read_object

if TYPE_CHECKING:
    from datetime import datetime

MAX_LIMITS = 24
"""Three times as many as any account observed. A snapshot must fit on one line of the control protocol."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The content of a usage body.

    Attributes:
        limits: in display order, at most ``MAX_LIMITS``.
        spend: extra usage, if the body reports it.
        left_out: how many limits the body had beyond ``MAX_LIMITS``.
    """

    limits: tuple[Limit, ...]
    spend: Spend | None = None
    left_out: int = 0


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
    """Parse a usage body: ``limits[]``, then what the flat keys add, and extra usage.

    Args:
        body: decoded JSON of any shape.
        now: aware UTC; tells a possible reset time from an impossible one.
    """
    keys = read_object(body)
    limits = _merge(read_limits(keys.get("limits"), now), read_windows(keys, now))
    spend = read_spend(keys)
    if all(limit.percent is None for limit in limits) and (spend is None or spend.used is None):
        return Unreadable(ErrorCode.NO_NUMBERS)
    kept = fullest(tuple(sorted(limits, key=display_place)), MAX_LIMITS)
    return Usage(kept, spend, left_out=len(limits) - len(kept))


def _merge(listed: tuple[Limit, ...], flat: tuple[Limit, ...]) -> list[Limit]:
    merged = {limit.id: limit for limit in listed}
    for window in flat:
        twin = merged.get(window.id)
        if twin is not None:
            merged[window.id] = _complete(twin, window)
        elif not _is_listed_by_version(window, listed):
            merged[window.id] = window
    return list(merged.values())


def _is_listed_by_version(window: Limit, listed: tuple[Limit, ...]) -> bool:
    """Return whether the list has a flat model key ("opus") under its full name ("Opus 4.5")."""
    return window.kind is LimitKind.WEEKLY_MODEL and any(
        limit.id.startswith(f"{window.id}-") for limit in listed
    )


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
