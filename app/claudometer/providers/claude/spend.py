"""Parses extra usage as money: ``spend``, else the older ``extra_usage``. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from claudometer.domain.usage import CapState, Money, Spend
from claudometer.providers.claude.values import read_number, read_object

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_EXPONENT = 2
MAX_EXPONENT = 6
MAX_MINOR = 10**15
UNKNOWN_CURRENCY = ""
"""Older bodies name no currency. The amount is then shown without a guess at the currency."""

_CURRENCY = re.compile(r"[A-Z]{3}")


def read_spend(body: Mapping[str, object]) -> Spend | None:
    """Return the account's extra usage, ``None`` if the body does not report it.

    Extra usage that is switched off and was never used, as for most accounts, counts as not reported.
    """
    reports = [_read_new(body.get("spend")), _read_old(body.get("extra_usage"))]
    useful = [report for report in reports if report is not None and _is_useful(report)]
    return next((report for report in useful if report.used is not None), useful[0] if useful else None)


def _is_useful(spend: Spend) -> bool:
    if spend.enabled is False:
        return spend.used is not None and spend.used.minor > 0
    return spend.used is not None or spend.enabled is True


def _read_new(value: object) -> Spend | None:
    if not isinstance(value, dict):
        return None
    spend = read_object(value)
    used = _read_money(spend.get("used"))
    enabled = _read_flag(spend.get("enabled"))
    return Spend(enabled, used, _in_currency_of(used, _read_new_cap(spend, enabled=enabled)))


def _read_new_cap(spend: Mapping[str, object], *, enabled: bool | None) -> Money | CapState:
    money = _read_money(spend.get("limit")) or _read_money(read_object(spend.get("cap")).get("money"))
    if money is not None:
        return money
    return CapState.UNCAPPED if enabled and _has_no_cap(spend) else CapState.UNKNOWN


def _has_no_cap(spend: Mapping[str, object]) -> bool:
    """Return whether every place of the cap is null. A cap in credits or an unreadable cap is unknown."""
    cap = spend.get("cap")
    slots = tuple(cap.values()) if isinstance(cap, dict) else (cap,)
    return "limit" in spend and all(slot is None for slot in (spend["limit"], *slots))


def _read_old(value: object) -> Spend | None:
    if not isinstance(value, dict):
        return None
    extra = read_object(value)
    exponent = extra.get("decimal_places")
    unit = (DEFAULT_EXPONENT if exponent is None else exponent, extra.get("currency"))
    enabled = _read_flag(extra.get("is_enabled"))
    used = _build_money(extra.get("used_credits"), *unit)
    key = next((name for name in ("monthly_limit", "monthly_credit_limit") if name in extra), None)
    cap: Money | CapState | None = None if key is None else _build_money(extra[key], *unit)
    if cap is None:
        uncapped = enabled is True and key is not None and extra[key] is None
        cap = CapState.UNCAPPED if uncapped else CapState.UNKNOWN
    return Spend(enabled, used, cap)


def _read_money(value: object) -> Money | None:
    money = read_object(value)
    return _build_money(money.get("amount_minor"), money.get("exponent"), money.get("currency"))


def _build_money(minor: object, exponent: object, currency: object) -> Money | None:
    amount, places = read_number(minor), read_number(exponent)
    if amount is None or amount > MAX_MINOR or places is None:
        return None
    if places > MAX_EXPONENT or places != int(places):
        return None
    known = isinstance(currency, str) and _CURRENCY.fullmatch(currency.strip().upper())
    return Money(round(amount), int(places), known.group() if known else UNKNOWN_CURRENCY)


def _in_currency_of(used: Money | None, cap: Money | CapState) -> Money | CapState:
    """Return the cap, unknown if its currency differs from the amount's: the two cannot be compared."""
    if used is None or isinstance(cap, CapState) or cap.currency == used.currency:
        return cap
    return CapState.UNKNOWN


def _read_flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
