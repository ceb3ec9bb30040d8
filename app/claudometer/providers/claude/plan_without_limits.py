"""Tells a usage body of a plan without limits from a damaged one, which has no number either. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.providers.claude.credits import is_credit
from claudometer.providers.claude.money import read_money
from claudometer.providers.claude.values import is_absent, read_list, read_number, read_percent

if TYPE_CHECKING:
    from collections.abc import Mapping

SURELY_NONE = 2
"""How many kinds of empty places mean a plan without limits. Such plans were observed with all three.

A single one may also be half of a response, which must not remove the numbers that were shown before.
"""

_WINDOWS = ("five_hour", "seven_day")
_MONEY = ("spend", "extra_usage")
_KNOWN_BY = frozenset({"kind", "group", "percent"})
"""An entry of the list without any of these keys has an unknown form."""


def count_empty_kinds(body: Mapping[str, object]) -> int:
    """Return how many of three kinds of places for numbers a body without a limit has, 0 to 3.

    The kinds are the flat windows, the list of limits and extra usage. 0 if one of them, or a window of
    another name, holds something that cannot be read: the body is damaged or has a new form.
    """
    listed = body.get("limits")
    is_readable = (
        (listed is None or isinstance(listed, list))
        and all(map(_is_empty_entry, read_list(listed)))
        and all(_is_empty_window(key, value) for key, value in body.items())
        and all(_is_empty_money(body[key]) for key in _MONEY if key in body)
    )
    kinds = (_WINDOWS, ("limits",), _MONEY)
    return sum(any(key in body for key in keys) for keys in kinds) if is_readable else 0


def _is_empty_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or not _KNOWN_BY & entry.keys():
        return False
    return is_credit(entry.get("kind"), entry) or _has_no_number(entry, "percent")


def _is_empty_window(key: str, value: object) -> bool:
    if key in _WINDOWS:
        return _has_no_number(value, "utilization") if isinstance(value, dict) else is_absent(value)
    # Of other keys, only what looks like a limit or a credit counts: the body has more than those.
    if key in _MONEY or not isinstance(value, dict) or not {"utilization", "limit_dollars"} & value.keys():
        return True
    if not is_absent(value.get("limit_dollars")):
        return is_credit(key, value)
    return _has_no_number(value, "utilization")


def _has_no_number(window: Mapping[str, object], percent_key: str) -> bool:
    """Return whether the percentage is absent, with no number under another name, or a placeholder's."""
    percent = window.get(percent_key)
    if read_percent(percent) is not None:
        return True  # readable, but not a limit: a model at 0 % that the account does not have
    return is_absent(percent) and all(read_number(value) is None for value in window.values())


def _is_empty_money(part: object) -> bool:
    """Return whether a report of extra usage is null, names no amount, or is off with a readable one."""
    if not isinstance(part, dict):
        return part is None
    used = part.get("used", part.get("used_credits"))
    is_off = False in (part.get("enabled"), part.get("is_enabled"))
    is_readable = read_number(used) is not None or read_money(used) is not None
    return is_absent(used) or (is_off and is_readable)
