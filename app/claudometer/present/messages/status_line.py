"""The line that Claude Code shows below its prompt. Pure, and cheap to import."""

from __future__ import annotations

WINDOW_NAMES = {"five_hour": "5h", "seven_day": "week", "spend_limit": "spend"}
SPEND_OF = "{spent} ({used} of {cap})"
SPEND_REACHED = "{spent}, limit reached"
SPEND_REACHED_OF = "{spent}, limit reached ({used} of {cap})"
LIMIT_REACHED = "{name} limit reached"
FORECAST = "{name} {then}"
OVER_PACE = "{name} over pace"
ON_PACE = "on pace"
UNDER_PACE = "under pace"
WINDOW_HAS_RESET = "has reset"
UNCHANGED_FOR = "unchanged for {span}"
