"""Parses extra usage as money: ``spend``, else the older ``extra_usage``. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.plan import StoppedBy
from claudometer.domain.usage import CapState, Money, Spend
from claudometer.providers.claude.money import UNKNOWN_CURRENCY, build_money, read_money
from claudometer.providers.claude.values import read_object, read_percent, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_AN_ORGANIZATION = ("org_", "seat_", "member_", "group_")
_ALL = 100.0
_UNTIL = "org_level_disabled_until"
"""Stopped until the month ends, by the reached cap or by the organization."""


def read_spend(body: Mapping[str, object]) -> Spend | None:
    """Return the account's extra usage, ``None`` if the body does not report it.

    Extra usage that is switched off and was never used, as for most accounts, counts as not reported.
    """
    reports = [_read_new(body.get("spend")), _read_old(body.get("extra_usage"))]
    stopped = [replace(report, stopped_by=_stopped_by(report, body)) for report in reports if report]
    useful = [report for report in stopped if _is_useful(report)]
    return next((report for report in useful if report.used is not None), useful[0] if useful else None)


def _is_useful(spend: Spend) -> bool:
    if spend.enabled is False:
        return (spend.used is not None and spend.used.minor > 0) or spend.stopped_by is StoppedBy.CAP
    return spend.used is not None or spend.enabled is True


def _read_new(value: object) -> Spend | None:
    if not isinstance(value, dict):
        return None
    spend = read_object(value)
    used = read_money(spend.get("used"))
    enabled = _read_flag(spend.get("enabled"))
    cap = _in_currency_of(used, _read_new_cap(spend, enabled=enabled))
    return Spend(enabled, used, cap, percent=read_percent(spend.get("percent")))


def _read_new_cap(spend: Mapping[str, object], *, enabled: bool | None) -> Money | CapState:
    cap = read_object(spend.get("cap"))
    # Enterprise plans without a token quota state their cap as credits, which have no currency.
    for place in (spend.get("limit"), cap.get("money"), cap.get("credits")):
        money = read_money(place)
        if money is not None:
            return money
    return CapState.UNCAPPED if enabled and _has_no_cap(spend) else CapState.UNKNOWN


def _has_no_cap(spend: Mapping[str, object]) -> bool:
    """Return whether every place of the cap is null. An unreadable cap is unknown."""
    cap = spend.get("cap")
    slots = tuple(cap.values()) if isinstance(cap, dict) else (cap,)
    return "limit" in spend and all(slot is None for slot in (spend["limit"], *slots))


def _read_old(value: object) -> Spend | None:
    if not isinstance(value, dict):
        return None
    extra = read_object(value)
    unit = (extra.get("currency"), extra.get("decimal_places"))
    enabled = _read_flag(extra.get("is_enabled"))
    used = build_money(extra.get("used_credits"), *unit)
    key = next((name for name in ("monthly_limit", "monthly_credit_limit") if name in extra), None)
    cap: Money | CapState | None = None if key is None else build_money(extra[key], *unit)
    if cap is None:
        uncapped = enabled is True and key is not None and extra[key] is None
        cap = CapState.UNCAPPED if uncapped else CapState.UNKNOWN
    return Spend(enabled, used, cap, percent=read_percent(extra.get("utilization")))


def _stopped_by(spend: Spend, body: Mapping[str, object]) -> StoppedBy | None:
    """Return who stopped extra usage, from whichever of the two objects says so.

    Observed: ``user_disabled`` is the user's own switch; ``spend_limit_reached`` is true only for the reached
    cap; reasons are ``out_of_credits``, ``org_level_disabled``, ``org_level_disabled_until`` and longer ones
    that begin with the part of the organization that set them.
    """
    extra, new = read_object(body.get("extra_usage")), read_object(body.get("spend"))

    def first_value(key: str) -> object:
        return next((found for part in (extra, new) if (found := part.get(key)) is not None), None)

    reason = (read_text(first_value("disabled_reason")) or "").casefold()
    is_reached = first_value("spend_limit_reached") is True
    is_off = spend.enabled is False or (spend.enabled is None and reason)
    if not is_off and not is_reached:
        return None
    if first_value("user_disabled") is True:
        return StoppedBy.USER
    if is_reached or (reason == _UNTIL and _is_used_up(spend)):
        return StoppedBy.CAP
    return _by_reason(reason)


def _by_reason(reason: str) -> StoppedBy | None:
    if "out_of_credits" in reason or "insufficient_credits" in reason:
        return StoppedBy.CREDITS
    if "spend_limit" in reason or "cap_reached" in reason:
        return StoppedBy.CAP
    if reason.startswith(_OF_AN_ORGANIZATION):
        return StoppedBy.ORGANIZATION
    return StoppedBy.USER if reason.startswith("user") else None


def _is_used_up(spend: Spend) -> bool:
    used, cap = spend.used, spend.cap
    if cap is CapState.UNKNOWN:
        return (spend.percent or 0) >= _ALL
    if used is None or not isinstance(cap, Money) or not cap.minor:
        return False
    # In integers: the two may have different exponents.
    spent: int = used.minor * 10**cap.exponent
    allowed: int = cap.minor * 10**used.exponent
    return spent >= allowed


def _in_currency_of(used: Money | None, cap: Money | CapState) -> Money | CapState:
    """Return the cap, unknown if its currency differs from the amount's: the two cannot be compared."""
    if used is None or isinstance(cap, CapState) or cap.currency in (used.currency, UNKNOWN_CURRENCY):
        return cap
    return CapState.UNKNOWN


def _read_flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
