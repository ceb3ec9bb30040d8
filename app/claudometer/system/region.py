"""How the user's system writes a clock: read from the locale and the time zone.

``claudometer status`` loads this: no logging, no dataclass.
"""

from __future__ import annotations

import locale

from claudometer.domain.region import Region


def read_region() -> Region:
    """Return the user's region. Sets the process's LC_TIME to the user's; nothing else of the locale.

    A locale that is not installed has no habit to ask for: times are then written in 24 hours.
    """
    try:
        locale.setlocale(locale.LC_TIME, "")
    except locale.Error:
        return Region()
    return Region(twelve_hour=_counts_to_twelve())


def _counts_to_twelve() -> bool:
    """Tell the clock's habit from how the locale writes the time, on every system the same way."""
    if not hasattr(locale, "nl_langinfo"):
        return False
    pattern = locale.nl_langinfo(locale.T_FMT)
    return "%r" in pattern or "%I" in pattern or "%p" in pattern
