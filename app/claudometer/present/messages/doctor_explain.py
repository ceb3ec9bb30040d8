"""What ``doctor --explain`` says about the JSON for a status line. Pure."""

from __future__ import annotations

from typing import Final

NO_INPUT: Final = "Nothing arrived on standard input. Pipe in the JSON that Claude Code gives a status line."
NOT_JSON: Final = "The input is not a JSON object."
READ: Final = "The input is the JSON of a status line."
VERSION: Final = "Claude Code {version}"
NO_LIMITS: Final = (
    "It has no “rate_limits”. Claude Code adds them after the first answer, for plans that have limits."
)
UNREADABLE_LIMITS: Final = "It has “rate_limits”, but no limit in a known form."
NAMES: Final = {"five_hour": "Session", "seven_day": "Weekly", "spend_limit": "Spend limit"}
LIMIT: Final = "{label} ({name}): {percent} used, resets {time}"
LIMIT_WITHOUT_RESET: Final = "{label} ({name}): {percent} used, without a reset time"
DOLLARS: Final = "Spent: ${used} of ${limit}"
UNREAD: Final = "Not understood: {names}"
