"""The days of a limit's present window, and what a day may use from now on. Pure."""

from __future__ import annotations

from typing import Final

TITLE: Final = "{name}, day by day"
TODAY: Final = "Today"

LASTS_UNTIL: Final = "{percent} a day lasts until {day}"
LESS_LASTS_UNTIL: Final = "Less than 1\u00a0% a day lasts until {day}"
LEFT_UNTIL: Final = "{percent} left until {time}"
"""On the last day. ``day`` is "tomorrow", "Tuesday" or "1 September"; ``time`` the same with the time."""

DAY: Final = "{day}: {used}"
FROM: Final = "{day} from {time}"
UNKNOWN: Final = "unknown"
UNKNOWN_BEFORE: Final = "unknown before {time}"
SINCE: Final = "{percent} used since {time}, unknown before"
EXACTLY: Final = "{percent} used"
OR_MORE: Final = "{percent} or more used"
OR_MORE_SHORT: Final = "≥\u00a0{percent}"
BETWEEN: Final = "between {low} and {high} used"
BETWEEN_SHORT: Final = "{low}–{high}"
"""What a day used. ``low`` in short is a bare number."""
