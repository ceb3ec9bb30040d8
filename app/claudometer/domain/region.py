"""How the user reads a clock: the zone and the 12- or 24-hour habit.

Not a dataclass: ``claudometer status`` loads this, and importing ``dataclasses`` alone costs it 12 ms.
"""

from __future__ import annotations

from datetime import UTC, tzinfo


class Region:
    """The user's time zone (``None``: the machine's own, daylight saving included) and clock style."""

    __slots__ = ("twelve_hour", "zone")

    def __init__(self, zone: tzinfo | None = None, *, twelve_hour: bool = False) -> None:
        self.zone = zone
        self.twelve_hour = twelve_hour


UTC_REGION = Region(zone=UTC)
