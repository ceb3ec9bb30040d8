"""Numbers, times and amounts as people read them. Pure; unknown is a dash, never a 0."""

from __future__ import annotations

from datetime import datetime, timedelta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.region import Region
    from claudometer.domain.usage import Money

UNKNOWN = "—"

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "BRL": "R$", "AUD": "A$", "CAD": "C$", "INR": "₹"}


def percent(value: float | None) -> str:
    """Return "81 %", "<1 %" for a little, "99 %" for anything under 100, "—" for unknown.

    A limit is called full only when it is: 99.6 reads "99 %", and 0.4 does not read as nothing.
    """
    if value is None:
        return UNKNOWN
    if 0 < value < 1:
        return "<1\u00a0%"
    return f"{rounded(value)}\u00a0%"


def rounded(value: float) -> int:
    """Round half up, but never to 100 what is below it."""
    nearest = int(value + 0.5)
    return 99 if value < 100 <= nearest else nearest


def format_percent(value: float, spec: str) -> str:
    """Format a percentage by ``spec``, but never round what is below 100 to 100, nor what is above 0 to 0.

    99.97 reads "99.9" with ".1f" and "99" with ".0f"; 0.04 reads "0.1" and "1".

    Raises:
        ValueError: ``spec`` is no format for a number.
    """
    text = format(value, spec)
    if 0 < value < 100:
        if text == format(100.0, spec):
            return _nearest_other(text, spec, lambda step: 100.0 - step)
        if text == format(0.0, spec):
            return _nearest_other(text, spec, lambda step: step)
    return text


def share_of(minor: int, exponent: int, cap_minor: int, cap_exponent: int) -> float:
    """Return an amount as a percentage of a cap above 0, both as ``minor / 10**exponent``.

    Calculated in whole numbers: with floats 0.17 is not quite 100 % of 0.17.
    """
    used: int = minor * 10**cap_exponent
    cap: int = cap_minor * 10**exponent
    return 100 * used / cap


def _nearest_other(text: str, spec: str, candidate: Callable[[float], float]) -> str:
    """Return the text of the candidate with the smallest step that is not rounded to ``text``."""
    steps = (10.0**exponent for exponent in range(-12, 2))
    return next((other for step in steps if (other := format(candidate(step), spec)) != text), text)


def span(seconds: float) -> str:
    """Return a duration in its two largest units: "2 h 56 min", "4 d 3 h", "12 min", "under a minute"."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return "under a minute"
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def clock(at: datetime, region: Region) -> str:
    """Return the time of day: "14:10", or "2:10 PM" where the region counts to twelve."""
    local = at.astimezone(region.zone)
    if region.twelve_hour:
        return f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"
    return f"{local.hour:02d}:{local.minute:02d}"


def moment(at: datetime, now: datetime, region: Region) -> str:
    """Return a time with as much date as it needs: "14:10", "Tue 19:00", "3 Sep 19:00"."""
    day = _day(at, now, region)
    return f"{day} {clock(at, region)}" if day else clock(at, region)


def date_of(at: datetime, region: Region) -> str:
    """Return the day: "Thu 20 Aug"."""
    local = at.astimezone(region.zone)
    return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


def spoken_moment(at: datetime, now: datetime, region: Region) -> str:
    """Return a time with its day in words: "today 19:00", "tomorrow 09:00", "Tue 19:00"."""
    word = _NEAR_DAYS.get(_days_ahead(at, now, region)) or _day(at, now, region)
    return f"{word} {clock(at, region)}"


def spoken_day(at: datetime, now: datetime, region: Region) -> str:
    """Return the day in words: "today", "yesterday", "Thu 20 Aug"."""
    return _NEAR_DAYS.get(_days_ahead(at, now, region)) or date_of(at, region)


def age(at: datetime, now: datetime) -> str:
    """Return how long ago: "just now", "2 min ago", "3 h 5 min ago". A clock set back reads "just now"."""
    seconds = (now - at).total_seconds()
    return f"{span(seconds)} ago" if seconds >= 60 else "just now"


def money(amount: Money) -> str:
    """Return an amount as :func:`money_of` writes it."""
    return money_of(amount.minor, amount.exponent, amount.currency)


def money_of(minor: int, exponent: int, currency: str) -> str:
    """Return "€12.34"; currencies without a well-known sign follow the number: "12.34 SEK"."""
    whole, fraction = divmod(abs(minor), 10**exponent)
    digits = f"{whole:,}" + (f".{fraction:0{exponent}d}" if exponent else "")
    sign = "-" if minor < 0 else ""
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{digits}" if symbol else f"{sign}{digits} {currency}".rstrip()


def _days_ahead(at: datetime, now: datetime, region: Region) -> int:
    return (at.astimezone(region.zone).date() - now.astimezone(region.zone).date()).days


def _day(at: datetime, now: datetime, region: Region) -> str:
    days = _days_ahead(at, now, region)
    local = at.astimezone(region.zone)
    if days == 0:
        return ""
    if 0 < days < 7:
        return _WEEKDAYS[local.weekday()]
    return f"{local.day} {_MONTHS[local.month - 1]}"


def nearest_minute(at: datetime) -> datetime:
    """Round to the minute: reset times jitter by up to 2 s around a full one."""
    return (at + timedelta(seconds=30)).replace(second=0, microsecond=0)


def whole_second(at: datetime) -> datetime:
    """Round to the second, half up."""
    return (at + timedelta(milliseconds=500)).replace(microsecond=0)
