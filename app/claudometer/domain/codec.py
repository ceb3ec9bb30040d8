"""Readings as plain JSON values and back, for the state file. Pure."""

from __future__ import annotations

import math
from typing import Any

from claudometer.domain.plan import StoppedBy
from claudometer.domain.times import read_time
from claudometer.domain.usage import (
    Account,
    AccountId,
    CapState,
    Credit,
    Limit,
    LimitKind,
    Mode,
    Money,
    Origin,
    ProviderId,
    Reading,
    Source,
    Spend,
)

Wire = dict[str, Any]

MAX_NUMBER = 10**15  # below 2**53, up to which a float represents every whole number exactly
MAX_WINDOW_S = 10**9
MAX_EXPONENT = 6
MAX_TEXT = 1000
MAX_LIMITS = 100
"""A file may be damaged or written by somebody else. Values above these bounds are refused."""


def reading_to_wire(reading: Reading) -> Wire:
    """Return a reading as JSON values."""
    account = reading.account
    return {
        "provider": reading.provider,
        "account": {
            "id": account.id,
            "mode": account.mode.value,
            "organization_id": account.organization_id,
            "organization": account.organization,
            "plan": account.plan,
            "tier": account.tier,
        },
        "source": reading.source.value,
        "fetched_at": reading.fetched_at.isoformat(),
        "limits": [_limit_out(limit) for limit in reading.limits],
        "spend": _spend_out(reading.spend) if reading.spend else None,
        "left_out": reading.left_out,
        "credits": [_credit_out(credit) for credit in reading.credits],
    }


def reading_from_wire(wire: Wire) -> Reading:
    """Rebuild a reading.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is damaged, or from another version.
    """
    account = wire["account"]
    return Reading(
        provider=ProviderId(_text(wire["provider"])),
        account=Account(
            id=AccountId(_text(account["id"])),
            mode=Mode(account["mode"]),
            organization_id=_text_or_none(account["organization_id"]),
            organization=_text_or_none(account["organization"]),
            plan=_text_or_none(account["plan"]),
            tier=_text_or_none(account.get("tier")),  # version 0.1.0 did not write it
        ),
        source=Source(wire["source"]),
        fetched_at=read_time(wire["fetched_at"]),
        limits=tuple(_limit_in(limit) for limit in _list(wire["limits"])),
        spend=_spend_in(wire["spend"]) if wire["spend"] else None,
        left_out=_whole(wire.get("left_out", 0)),  # version 0.1.0 wrote neither of these
        credits=tuple(_credit_in(credit) for credit in _list(wire.get("credits", []))),
    )


def _limit_out(limit: Limit) -> Wire:
    return {
        "id": limit.id,
        "kind": limit.kind.value,
        "label": limit.label,
        "percent": limit.percent,
        "resets_at": limit.resets_at.isoformat() if limit.resets_at else None,
        "window_s": limit.window_s,
        "binding": limit.binding,
        "origin": _origin_out(limit.origin) if limit.origin else None,
    }


def _limit_in(wire: Wire) -> Limit:
    return Limit(
        id=_text(wire["id"]),
        kind=LimitKind(wire["kind"]),
        label=_text(wire["label"]),
        percent=_number_or_none(wire["percent"]),
        resets_at=read_time(wire["resets_at"]) if wire["resets_at"] else None,
        window_s=None if wire["window_s"] is None else _whole(wire["window_s"], MAX_WINDOW_S),
        binding=wire["binding"] is True,
        origin=_origin_in(wire["origin"]) if wire.get("origin") else None,  # version 0.1.0 did not write it
    )


def _origin_out(origin: Origin) -> Wire:
    return {"source": origin.source.value, "fetched_at": origin.fetched_at.isoformat()}


def _origin_in(wire: Wire) -> Origin:
    return Origin(Source(wire["source"]), read_time(wire["fetched_at"]))


def _spend_out(spend: Spend) -> Wire:
    cap = spend.cap
    return {
        "enabled": spend.enabled,
        "used": _money_out(spend.used) if spend.used else None,
        "cap": _money_out(cap) if isinstance(cap, Money) else cap.value,
        "origin": _origin_out(spend.origin) if spend.origin else None,
        "percent": spend.percent,
        "stopped_by": spend.stopped_by.value if spend.stopped_by else None,
    }


def _spend_in(wire: Wire) -> Spend:
    cap = wire["cap"]
    return Spend(
        enabled=_flag_or_none(wire["enabled"]),
        used=_money_in(wire["used"]) if wire["used"] else None,
        cap=CapState(cap) if isinstance(cap, str) else _money_in(cap),
        origin=_origin_in(wire["origin"]) if wire.get("origin") else None,
        percent=_number_or_none(wire.get("percent")),  # version 0.1.0 wrote neither of these
        stopped_by=StoppedBy(wire["stopped_by"]) if wire.get("stopped_by") else None,
    )


def _credit_out(credit: Credit) -> Wire:
    return {
        "id": credit.id,
        "label": credit.label,
        "used": _money_out(credit.used) if credit.used else None,
        "limit": _money_out(credit.limit),
        "percent": credit.percent,
        "expires_at": credit.expires_at.isoformat() if credit.expires_at else None,
        "origin": _origin_out(credit.origin) if credit.origin else None,
    }


def _credit_in(wire: Wire) -> Credit:
    return Credit(
        id=_text(wire["id"]),
        label=_text(wire["label"]),
        used=_money_in(wire["used"]) if wire["used"] else None,
        limit=_money_in(wire["limit"]),
        percent=_number_or_none(wire["percent"]),
        expires_at=read_time(wire["expires_at"]) if wire["expires_at"] else None,
        origin=_origin_in(wire["origin"]) if wire["origin"] else None,
    )


def _money_out(amount: Money) -> Wire:
    return {"minor": amount.minor, "exponent": amount.exponent, "currency": amount.currency}


def _money_in(wire: Wire) -> Money:
    return Money(_whole(wire["minor"]), _whole(wire["exponent"], MAX_EXPONENT), _text(wire["currency"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    if len(value) > MAX_TEXT:
        raise ValueError("too long")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    if len(value) > MAX_LIMITS:
        raise ValueError("too many")
    return value


def _flag_or_none(value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise TypeError("not a flag")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object, most: int = MAX_NUMBER) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):  # to Python, a bool is an int
        raise TypeError("not a number")
    if not 0 <= value <= most or not math.isfinite(value):
        raise ValueError("out of bounds")
    return value


def _number_or_none(value: object) -> float | None:
    return None if value is None else _number(value)


def _whole(value: object, most: int = MAX_NUMBER) -> int:
    number = _number(value, most)
    if not isinstance(number, int):
        raise TypeError("not a whole number")
    return number
