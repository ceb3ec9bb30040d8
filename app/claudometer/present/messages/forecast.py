"""What is likely to come of a limit. One wording for every surface. Pure, and cheap to import."""

from __future__ import annotations

from typing import Final

FULL: Final = "Full about {time}"
FULL_SOON: Final = "Full before it resets"
"""When no rounded time fits between now and the reset, or that time is over and no newer number is known."""

LASTS: Final = "Lasts, about {percent} by then"
LASTS_LEFT: Final = "Lasts, about {percent} left by then"
"""\"Then\" is the reset, whose time is beside it."""

# The same in the middle of a line, behind a name.
THEN_FULL: Final = "full about {time}"
THEN_FULL_SOON: Final = "full before it resets"
THEN_LASTS: Final = "lasts, about {percent} by then"
THEN_LASTS_LEFT: Final = "lasts, about {percent} left by then"

# Half days, since a week's forecast is no more precise.
NOON_OF: Final = "{day} noon"
NIGHT_OF: Final = "{day} night"
TODAY_NOON: Final = "noon"
TONIGHT: Final = "midnight"
TOMORROW_NOON: Final = "tomorrow noon"
TOMORROW_NIGHT: Final = "tomorrow night"

# How often earlier forecasts were right, beside the present one or in its place.
RECORD: Final = "{right} of the last {of} forecasts were right"
RECORD_ONE: Final = "1 of the last {of} forecasts was right"
RECORD_BAD: Final = "No forecast: only {right} of the last {of} forecasts were right"
RECORD_BAD_ONE: Final = "No forecast: only 1 of the last {of} forecasts was right"
LAST_WAS_RIGHT: Final = "The last forecast was right"
LAST_WAS_WRONG: Final = "The last forecast was wrong"
"""While only one was graded."""

RIGHT_OF_A_SESSION: Final = (
    "Right: full within 30 minutes of the forecast, or within 10 percentage points at the reset."
)
RIGHT_OF_A_WEEK: Final = (
    "Right: full within half a day of the forecast, or within 10 percentage points at the reset."
)

# Above the limits, about the one that will be full first.
PACE_OF_SESSION: Final = "At this pace your session is {then}"
PACE_OF_WEEK: Final = "At this pace your week is {then}"
PACE_OF_LIMIT: Final = "At this pace {name} is {then}"
BEFORE_RESET: Final = "That is {span} before it resets."
