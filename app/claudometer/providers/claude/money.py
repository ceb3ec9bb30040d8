"""Reads amounts of money from untrusted JSON. Pure: accepts anything, never raises."""

from __future__ import annotations

import re

from claudometer.domain.usage import Money
from claudometer.providers.claude.values import read_number, read_object

DEFAULT_EXPONENT = 2
MAX_EXPONENT = 6
MAX_MINOR = 10**15
UNKNOWN_CURRENCY = ""
"""Older bodies name no currency. The amount is then shown without a guess at the currency."""

DOLLARS = "USD"

_CURRENCY = re.compile(r"[A-Z]{3}")

_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Decimals of the currencies of ISO 4217 that do not have two."""


def read_money(value: object) -> Money | None:
    """Read ``{amount_minor, currency, exponent}``, the form of ``spend``."""
    money = read_object(value)
    return build_money(money.get("amount_minor"), money.get("currency"), money.get("exponent"))


def build_money(minor: object, currency: object, exponent: object) -> Money | None:
    """Build an amount, ``None`` if it or its unit cannot be read.

    Without an exponent, the currency's own number of decimals counts, and two if there is no currency.
    """
    code = read_currency(currency)
    places = _EXPONENTS.get(code, DEFAULT_EXPONENT) if exponent is None else read_number(exponent)
    amount = read_number(minor)
    if amount is None or amount > MAX_MINOR or places is None:
        return None
    # An amount in a unit that cannot be real would be off by powers of ten.
    if places > MAX_EXPONENT or places != int(places):
        return None
    return Money(round(amount), int(places), code)


def read_currency(value: object) -> str:
    """Return a code of ISO 4217, ``UNKNOWN_CURRENCY`` for anything else."""
    known = isinstance(value, str) and _CURRENCY.fullmatch(value.strip().upper())
    return known.group() if known else UNKNOWN_CURRENCY


def dollars_of(value: object) -> Money | None:
    """Read US dollars in major units: 51.5 is $51.50."""
    amount = read_number(value)
    return None if amount is None else build_money(amount * 100, DOLLARS, 2)
