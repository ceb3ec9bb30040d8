"""Numbers, times and amounts for people. Pure; an unknown value is a dash, never 0."""

from __future__ import annotations

from claudometer.present.messages import phrases

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from claudometer.domain.region import Region
    from claudometer.domain.usage import Money

UNKNOWN = "—"

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "BRL": "R$", "AUD": "A$", "CAD": "C$", "INR": "₹"}


def percent(value: float | None) -> str:
    """Return a used share as :func:`whole_percent` rounds it, "81 %"; "<1 %" below 1, and "—" for ``None``.

    So 74.6 does not look as if 75 % were reached, nor 99.6 like a full limit, nor 0.4 like an unused one.
    """
    return UNKNOWN if value is None else f"{short_percent(value)}\u00a0%"


def percent_left(used: float | None) -> str:
    """Return the remaining share, such that both shares add up to 100: "19 %" where 81 % are used.

    "99 %" once anything is used, "1 %" until the limit is reached, "0 %" there and beyond.
    """
    return UNKNOWN if used is None else f"{short_left(used)}\u00a0%"


def short_percent(used: float) -> str:
    """Return the number of :func:`percent`, "81" or "<1"."""
    return "<1" if 0 < used < 1 else str(whole_percent(used))


def short_left(used: float) -> str:
    """Return the number of :func:`percent_left`, "19"."""
    return str(99 if 0 < used < 1 else max(0, 100 - whole_percent(used)))


def share(used: float | None, *, remaining: bool) -> str:
    """Return "81 %", or "19 % left" if people read the remaining share, which never goes without its word."""
    if used is None or not remaining:
        return percent(used)
    return phrases.LEFT.format(percent=percent_left(used))


def said_share(used: float | None, *, remaining: bool) -> str:
    """Return "81 % used" or "19 % left"."""
    if used is None or remaining:
        return share(used, remaining=remaining)
    return phrases.USED.format(percent=percent(used))


def whole_percent(used: float) -> int:
    """Return a used share, 0 and up, in whole percents: those that are reached.

    Rounded down, it is at or above a threshold exactly if the share itself is. It is also the number that
    Claude Code shows: its usage panel rounds limits down, too (seen in 2.1.332).
    """
    return int(used)


def money_share(used: float | None) -> float | None:
    """Return a used share of money as it is shown: to the nearest whole percent, from 1 on.

    The amounts beside it are exact: €12.34 of €40.00 are 31 %. 100 only if all is used.
    """
    return used if used is None or used < 1 else float(rounded(used))


def rounded(value: float) -> int:
    """Round a share that is not of a limit, such as elapsed time: half up, but to 99 at most below 100."""
    nearest = int(value + 0.5)  # not `round`, which takes 80.5 to 80: it rounds halves to even
    return 99 if value < 100 <= nearest else nearest


def format_percent(value: float, spec: str) -> str:
    """Format a percentage by ``spec``, but never round it up to a whole number, nor one above 0 to 0.

    74.97 becomes "74.9" with ".1f" and "74" with ".0f"; 0.04 becomes "0.1" and "1".

    Raises:
        ValueError: ``spec`` is not a format for numbers.
    """
    text = format(value, spec)
    reached = float(whole_percent(value))
    if 0 < value < 100 and text == format(100.0, spec):  # a coarse format may round 97.0 to 100
        text = _nearest_other(text, spec, lambda step: 100.0 - step)
    elif text == format(reached + 1, spec) != format(reached, spec):
        text = _nearest_other(text, spec, lambda step: reached + 1 - step)
    if value > 0 and text == format(0.0, spec):
        text = _nearest_other(text, spec, lambda step: step)
    return text


def share_of(minor: int, exponent: int, cap_minor: int, cap_exponent: int) -> float:
    """Return an amount as a percentage of a cap above 0, both as ``minor / 10**exponent``.

    Calculated with whole numbers, because with floats 0.17 is not quite 100 % of 0.17.
    """
    used: int = minor * 10**cap_exponent
    cap: int = cap_minor * 10**exponent
    return 100 * used / cap


def _nearest_other(text: str, spec: str, candidate: Callable[[float], float]) -> str:
    """Return the text of the candidate with the smallest step that is not rounded to ``text``."""
    # A format may have any number of digits, so the step that shows cannot be computed: try them.
    steps = (10.0**exponent for exponent in range(-12, 2))
    return next((other for step in steps if (other := format(candidate(step), spec)) != text), text)


def span(seconds: float) -> str:
    """Return a duration in its two largest units: "2 h 56 min", "4 d 3 h", "12 min", "under a minute"."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return phrases.UNDER_A_MINUTE
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return (phrases.DAYS_AND_HOURS if hours else phrases.DAYS).format(days=days, hours=hours)
    if hours:
        return (phrases.HOURS_AND_MINUTES if minutes else phrases.HOURS).format(hours=hours, minutes=minutes)
    return phrases.MINUTES.format(minutes=minutes)


def clock(at: datetime, region: Region) -> str:
    """Return the time of day: "14:10", or "2:10 PM" in a region with a 12-hour clock."""
    local = at.astimezone(region.zone)
    # Not `strftime`: its "AM" follows the locale, and an hour without a leading zero has no portable code.
    if region.twelve_hour:
        return f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"
    return f"{local.hour:02d}:{local.minute:02d}"


def moment(at: datetime, now: datetime, region: Region) -> str:
    """Return a time with as much of its date as is necessary: "14:10", "Tue 19:00", "3 Sep 19:00"."""
    day = _day(at, now, region)
    return f"{day} {clock(at, region)}" if day else clock(at, region)


def date_of(at: datetime, region: Region) -> str:
    """Return the day: "Thu 20 Aug"."""
    local = at.astimezone(region.zone)
    return f"{phrases.WEEKDAYS[local.weekday()]} {local.day} {phrases.MONTHS[local.month - 1]}"


def day_and_year(at: datetime, now: datetime, region: Region) -> str:
    """Return the day, "5 Feb"; with the year, "5 Feb 2030", if it is more than eleven months away."""
    local = at.astimezone(region.zone)
    day = phrases.DAY.format(day=local.day, month=phrases.MONTHS[local.month - 1])
    is_near = abs(at - now).days < 330
    return day if is_near else phrases.DAY_AND_YEAR.format(day=day, year=local.year)


def spoken_moment(at: datetime, now: datetime, region: Region) -> str:
    """Return a time with its day in words: "today 19:00", "tomorrow 09:00", "Tue 19:00"."""
    word = phrases.NEAR_DAYS.get(_days_ahead(at, now, region)) or _day(at, now, region)
    return f"{word} {clock(at, region)}"


def said_moment(at: datetime, now: datetime, region: Region) -> str:
    """Return the same with nothing abbreviated: "tomorrow 09:00", "Monday 07:00", "1 September 07:00"."""
    return f"{said_day(at, now, region)} {clock(at, region)}"


def said_day(at: datetime, now: datetime, region: Region) -> str:
    """Return the day with nothing abbreviated: "tomorrow", "Monday", "1 September"."""
    days, local = _days_ahead(at, now, region), at.astimezone(region.zone)
    word = phrases.NEAR_DAYS.get(days)
    if word is None and 0 < days < 7:
        word = phrases.WEEKDAYS_IN_FULL[local.weekday()]
    return word or phrases.DAY.format(day=local.day, month=phrases.MONTHS_IN_FULL[local.month - 1])


def day_heading(at: datetime, now: datetime, region: Region) -> str:
    """Return the day as a heading: "Today", "Yesterday", "Thu 20 Aug"."""
    return phrases.NEAR_DAY_HEADINGS.get(_days_ahead(at, now, region)) or date_of(at, region)


def age(at: datetime, now: datetime) -> str:
    """Return how long ago: "just now", "2 min ago", "3 h 5 min ago". A future time is "just now"."""
    seconds = (now - at).total_seconds()
    return phrases.AGO.format(span=span(seconds)) if seconds >= 60 else phrases.JUST_NOW


def money(amount: Money) -> str:
    """Return an amount as :func:`money_of` writes it."""
    return money_of(amount.minor, amount.exponent, amount.currency)


def whole_money(amount: Money) -> str:
    """Return an amount without decimals, "$250"; "" if there are cents."""
    whole, rest = divmod(amount.minor, 10**amount.exponent)
    return "" if rest else money_of(whole, 0, amount.currency)


def money_of(minor: int, exponent: int, currency: str) -> str:
    """Return "€12.34", or "12.34 SEK" for a currency without a well-known symbol.

    Args:
        minor: the amount in units of ``10**-exponent``, negative for a refund.
        currency: its ISO 4217 code; "" for an amount without one.
    """
    whole, fraction = divmod(abs(minor), 10**exponent)  # of -150, `divmod` would make -2 and 50
    digits = f"{whole:,}" + (f".{fraction:0{exponent}d}" if exponent else "")
    sign = "-" if minor < 0 else ""
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{digits}" if symbol else f"{sign}{digits} {currency}".rstrip()


def _days_ahead(at: datetime, now: datetime, region: Region) -> int:
    return (at.astimezone(region.zone).date() - now.astimezone(region.zone).date()).days


def _day(at: datetime, now: datetime, region: Region) -> str:
    """Return "" for today, "Tue" within the next six days, else "3 Sep"."""
    days = _days_ahead(at, now, region)
    local = at.astimezone(region.zone)
    if days == 0:
        return ""
    if 0 < days < 7:  # a week from today, or in the past, the weekday alone would be ambiguous
        return phrases.WEEKDAYS[local.weekday()]
    return f"{local.day} {phrases.MONTHS[local.month - 1]}"


def nearest_minute(at: datetime) -> datetime:
    """Round to the minute, because reset times jitter by up to 2 s around it."""
    from datetime import timedelta  # noqa: PLC0415 - the status line, which loads this, does not need it

    return (at + timedelta(seconds=30)).replace(second=0, microsecond=0)


def whole_second(at: datetime) -> datetime:
    """Round to the second, half up."""
    from datetime import timedelta  # noqa: PLC0415 - as above

    return (at + timedelta(milliseconds=500)).replace(microsecond=0)
