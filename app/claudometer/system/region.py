"""Reads how the user's system writes times, from the locale and the current time zone."""

from __future__ import annotations

import locale
import os
import time
from dataclasses import replace
from datetime import UTC, tzinfo

from claudometer.domain.region import Region

DAY_S = 24 * 3600
_SYSTEM_ZONE = "/etc/localtime"


def read_region() -> Region:
    """Return the user's region. Sets the process's LC_TIME to the user's, and nothing else of the locale.

    If the locale is not installed, times are written in 24 hours. The region's zone is ``None``, which means
    the machine's own; :class:`RegionReader` follows a change of it. One that Python refuses counts as UTC.
    """
    try:
        # Only LC_TIME: with LC_NUMERIC, C libraries of toolkits would read and write decimal commas.
        locale.setlocale(locale.LC_TIME, "")
    except locale.Error:
        return Region(zone=_zone())
    return Region(zone=_zone(), twelve_hour=_counts_to_twelve())


def _zone() -> tzinfo | None:
    """Return UTC in place of a zone that Python refuses: ``TZ=UTC+25`` is a day or more off."""
    return None if abs(utc_offset_at(time.time())) < DAY_S else UTC


class RegionReader:
    """Reads the region repeatedly, for a program that runs while its user travels to another time zone.

    The C library reads the zone once and keeps it, so call :meth:`read` before times are formatted. The
    locale is read once, because it comes from the environment, which does not change in a running process.
    """

    def __init__(self) -> None:
        self._zone_file = _identify_zone_file()
        self._region = read_region()

    def read(self) -> Region:
        """Return the region as it is now. Takes microseconds unless the zone has changed."""
        zone_file = _identify_zone_file()
        if zone_file != self._zone_file:
            self._zone_file = zone_file
            _read_zone_again()
            self._region = replace(self._region, zone=_zone())
        return self._region


def utc_offset_at(at_s: float) -> float:
    """Return local time minus UTC, in seconds, at a time in seconds since 1970. Includes daylight saving."""
    try:
        return float(time.localtime(at_s).tm_gmtoff)
    except (OSError, OverflowError, ValueError):  # a time that the C library does not know
        return 0.0


def _identify_zone_file() -> tuple[int, int, int] | None:
    """Return device, inode and time of the zone's file, whose path stays the same; ``None`` without one."""
    zone = os.environ.get("TZ", "").removeprefix(":")
    try:
        file = os.stat(zone if zone.startswith("/") else _SYSTEM_ZONE)  # noqa: PTH116 - follows the link
    except OSError:
        return None
    return file.st_dev, file.st_ino, file.st_mtime_ns


def _read_zone_again() -> None:
    """Make the C library read the zone again: with an unchanged TZ, glibc keeps what it has read."""
    if not hasattr(time, "tzset"):  # Windows follows its own setting
        return
    zone = os.environ.pop("TZ", None)
    time.tzset()
    if zone is not None:
        os.environ["TZ"] = zone
        time.tzset()


def _counts_to_twelve() -> bool:
    """Return whether the locale's time format has 12 hours; false on Windows, which has no such function."""
    if not hasattr(locale, "nl_langinfo"):
        return False
    pattern = locale.nl_langinfo(locale.T_FMT)
    return "%r" in pattern or "%I" in pattern or "%p" in pattern
