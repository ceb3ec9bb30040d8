"""Reads the usage body both endpoints answer with. Pure: any bytes in, ``Usage`` or ``Unreadable`` out."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Unreadable
from claudometer.domain.usage import Limit, LimitKind, Spend, display_place, fullest, same_window
from claudometer.providers.claude.limits import read_limits
from claudometer.providers.claude.spend import read_spend
from claudometer.providers.claude.values import read_object
from claudometer.providers.claude.windows import read_windows

if TYPE_CHECKING:
    from datetime import datetime

MAX_LIMITS = 24
"""Three times as many as any account was seen to have; a snapshot must fit on one line of the wire."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one body says: limits in display order, how many more there were, and extra usage if reported."""

    limits: tuple[Limit, ...]
    spend: Spend | None = None
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Decoded:
    """A JSON value of unknown shape."""

    value: object


def decode(body: bytes) -> Decoded | Unreadable:
    """Read JSON, whatever is in it."""
    try:
        return Decoded(json.loads(body))
    except (ValueError, RecursionError):
        return Unreadable(ErrorCode.NOT_JSON)


def parse_usage(body: object, *, now: datetime) -> Usage | Unreadable:
    """Read a usage body: ``limits[]`` first, then what the flat keys add, and extra usage.

    Args:
        body: decoded JSON of any shape.
        now: to tell a possible reset time from an impossible one.
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
    """Tell whether a flat model key ("opus") stands in the list under its full name ("Opus 4.5")."""
    return window.kind is LimitKind.WEEKLY_MODEL and any(
        limit.id.startswith(f"{window.id}-") for limit in listed
    )


def _complete(listed: Limit, flat: Limit) -> Limit:
    """Fill what the list lacks, and undo its rounding: it holds 46 where the flat key says 45.52."""
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
