"""How the user reads a clock: the time zone, and whether the clock counts to 12 or to 24."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo


@dataclass(frozen=True, slots=True)
class Region:
    """The user's time zone (``None``: the machine's own, daylight saving included) and clock style."""

    zone: tzinfo | None = None
    twelve_hour: bool = field(default=False, kw_only=True)

    def midnight(self, day: date) -> datetime:
        """Return when a day begins here, in UTC; if the clock is set forward at midnight, when it is set.

        In UTC, because Python takes the difference of two times of the same zone from their clocks: a day on
        which the clock is changed would have 24 hours.
        """
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)


UTC_REGION = Region(zone=UTC)
