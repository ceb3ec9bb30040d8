"""``claudometer guard``: may a job start now? One sentence. Pure."""

from __future__ import annotations

from typing import Final

# The limit that the answer is about, its percent and age; then how long it lasts; then the tightest of all.
YES: Final = "Yes: {name} {percent} ({age})."
YES_PACE: Final = "Yes: {name} {percent} ({age}), about {span} at your pace."
YES_LASTS: Final = "Yes: {name} {percent} ({age}), lasts until its reset {time}."
YES_TIGHT: Final = "Yes: {name} {percent} ({age}); {tight} is the tight one, at {tight_percent}."
YES_PACE_TIGHT: Final = (
    "Yes: {name} {percent} ({age}), about {span} at your pace; {tight} is the tight one, at {tight_percent}."
)
YES_LASTS_TIGHT: Final = (
    "Yes: {name} {percent} ({age}), lasts until its reset {time}; {tight} is the tight one, at "
    "{tight_percent}."
)
YES_NO_LIMITS: Final = "Yes: your plan reports no limit."

NO_REACHED: Final = "No: {name} is at {percent} ({age}) and resets {time}."
NO_MODEL_REACHED: Final = "No: {name} is at {percent} ({age}) and resets {time}; other models still work."
NO_REACHED_PAYING: Final = (
    "No: {name} is at {percent} ({age}) and resets {time}; extra usage is paying now: {amount}."
)
NO_REACHED_OPEN: Final = "No: {name} is at {percent} ({age})."
NO_NEED: Final = "No: {name} {percent} ({age}) leaves {left}, and {need} is needed."
NO_NEED_LEFT: Final = "No: {name} has {left} left ({age}), and {need} is needed."
NO_VERY_SOON: Final = "No: {name} {percent} ({age}) will be full within 10 min at your pace."
NO_SOON: Final = "No: {name} {percent} ({age}) will be full in about {span} at your pace."

UNKNOWN: Final = "Unknown: there is no number for {name} now."
UNKNOWN_OLD: Final = "Unknown: {name} was {percent}, but that was {age}."
UNKNOWN_ALL: Final = "Unknown: {message}"
NO_NUMBERS: Final = "there are no numbers yet."
