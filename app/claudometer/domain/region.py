"""How the user reads a clock: the time zone, and whether the clock counts to 12 or to 24."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo


@dataclass(frozen=True, slots=True)
class Region:
    """The user's time zone (``None``: the machine's own, daylight saving included) and clock style."""

    zone: tzinfo | None = None
    twelve_hour: bool = field(default=False, kw_only=True)


UTC_REGION = Region(zone=UTC)
