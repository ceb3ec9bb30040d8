"""How the user's system writes a clock, read from the locale and the time zone as they are now."""

from __future__ import annotations

import locale
import os
import time

from claudometer.domain.region import Region

_SYSTEM_ZONE = "/etc/localtime"


def read_region() -> Region:
    """Return the user's region. Sets the process's LC_TIME to the user's, and nothing else of the locale.

    A locale that is not installed has no habit to ask for: times are then written in 24 hours.
    The region's zone is ``None``, the machine's own: see :class:`RegionReader` for one that changes.
    """
    try:
        # LC_TIME alone: with LC_NUMERIC, C libraries of toolkits would write and read decimal commas.
        locale.setlocale(locale.LC_TIME, "")
    except locale.Error:
        return Region()
    return Region(twelve_hour=_counts_to_twelve())


class RegionReader:
    """Reads the region again and again, for a program that outlives a journey to another time zone.

    The C library reads the zone once and keeps it. Call :meth:`read` before times are put into words. The
    clock's habit is read once: it comes from the environment, which nobody changes in a running process.
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
        return self._region


def utc_offset_at(at_s: float) -> float:
    """Return the machine's local time minus UTC at a time, both in seconds. Knows daylight saving."""
    try:
        return float(time.localtime(at_s).tm_gmtoff)
    except (OSError, OverflowError, ValueError):  # a time that the C library does not know
        return 0.0


def _identify_zone_file() -> tuple[int, int, int] | None:
    """Return what tells one zone file from another behind the same path, ``None`` where there is no file."""
    zone = os.environ.get("TZ", "").removeprefix(":")
    try:
        file = os.stat(zone if zone.startswith("/") else _SYSTEM_ZONE)  # noqa: PTH116 - follows the link
    except OSError:
        return None
    return file.st_dev, file.st_ino, file.st_mtime_ns


def _read_zone_again() -> None:
    """Have the C library forget the zone: with the same TZ as before, glibc keeps what it has read."""
    if not hasattr(time, "tzset"):  # Windows follows its own setting
        return
    zone = os.environ.pop("TZ", None)
    time.tzset()
    if zone is not None:
        os.environ["TZ"] = zone
        time.tzset()


def _counts_to_twelve() -> bool:
    """Return whether the locale's format of the time has 12 hours. Works alike on every system."""
    if not hasattr(locale, "nl_langinfo"):
        return False
    pattern = locale.nl_langinfo(locale.T_FMT)
    return "%r" in pattern or "%I" in pattern or "%p" in pattern
