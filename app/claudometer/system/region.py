"""Reads from the locale how the user's system writes the time.

``claudometer status`` loads this module: no logging, no dataclass.
"""

from __future__ import annotations

import locale

from claudometer.domain.region import Region


def read_region() -> Region:
    """Return the user's region. Sets the process's LC_TIME to the user's, and nothing else of the locale.

    With a locale that is not installed, the clock has 24 hours.
    """
    try:
        locale.setlocale(locale.LC_TIME, "")
    except locale.Error:
        return Region()
    return Region(twelve_hour=_counts_to_twelve())


def _counts_to_twelve() -> bool:
    """Return whether the locale's format of the time has 12 hours. Works alike on every system."""
    if not hasattr(locale, "nl_langinfo"):
        return False
    pattern = locale.nl_langinfo(locale.T_FMT)
    return "%r" in pattern or "%I" in pattern or "%p" in pattern
