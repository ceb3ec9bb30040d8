"""Reads money that was granted once (``iguana_necktie``, ``cinder_cove`` and others to come). Pure.

The mark is a number in ``limit_dollars``: a limit window has null there. The form, observed since September
2026, is ``{utilization, resets_at, limit_dollars, used_dollars, remaining_dollars, locked_reason}``. Dollars
are major units, and ``resets_at`` is when the credit expires: nothing starts over then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import Credit, Money
from claudometer.providers.claude.money import dollars_of
from claudometer.providers.claude.times import parse_time
from claudometer.providers.claude.values import (
    MAX_TEXT,
    read_list,
    read_number,
    read_object,
    read_percent,
    read_text,
    spell_out,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLAN_WINDOWS = frozenset({"five_hour", "seven_day"})
PLAN_KINDS = frozenset({"session", "weekly_all", "weekly", "weekly_scoped"})
"""What is a limit of the plan by its name, even if the plan counts it in dollars."""

UNNAMED = "unnamed"


def is_credit(name: object, value: Mapping[str, object]) -> bool:
    """Return whether an object of the usage body is a credit rather than a limit window.

    Args:
        name: its key, or its ``kind`` in the list of limits.
    """
    return read_number(value.get("limit_dollars")) is not None and name not in PLAN_WINDOWS | PLAN_KINDS


def read_credits(body: Mapping[str, object]) -> tuple[Credit, ...]:
    """Read the credits of a usage body in its order. If two have the same id, the first counts."""
    found: dict[str, Credit] = {}
    for name, value in _candidates(body):
        credit = _build(read_text(name) or UNNAMED, value) if is_credit(name, value) else None
        if credit is not None:
            found.setdefault(credit.id, credit)
    return tuple(found.values())


def _candidates(body: Mapping[str, object]) -> Iterator[tuple[object, Mapping[str, object]]]:
    for key, value in body.items():
        yield key, read_object(value)
    for entry in map(read_object, read_list(body.get("limits"))):
        yield entry.get("kind"), entry


def _build(name: str, value: Mapping[str, object]) -> Credit | None:
    limit = dollars_of(value.get("limit_dollars"))
    if limit is None or not limit.minor:
        return None  # a credit of nothing
    used = _used_of(value, limit)
    if used is None:
        percent = read_percent(value.get("utilization"))
        percent = read_percent(value.get("percent")) if percent is None else percent
    else:
        # From the amounts that are shown beside it, so that the two cannot disagree.
        percent = 100 * used.minor / limit.minor
    return Credit(name, spell_out(name)[:MAX_TEXT], used, limit, percent, parse_time(value.get("resets_at")))


def _used_of(value: Mapping[str, object], limit: Money) -> Money | None:
    used, remaining = dollars_of(value.get("used_dollars")), dollars_of(value.get("remaining_dollars"))
    if used is None and remaining is not None and remaining.minor <= limit.minor:
        return dollars_of((limit.minor - remaining.minor) / 100)
    return used
