"""Notifications. Pure. First the number, then what helps; no exclamation marks, no "Warning"."""

from __future__ import annotations

from typing import Final

# A limit gets close. `time` is "14:10" today and "Tue 17:00" on another day.
LIMIT_AT: Final = "{name}: {percent}"
"""`percent` is "76 % used", or "24 % left", here and below."""
RESETS_AT: Final = "Resets at {time}, in {left}."
RESETS_ON: Final = "Resets {time}, in {left}."
RESET_UNKNOWN: Final = "Its reset time is not known."

# It is reached.
SESSION_REACHED: Final = "Session limit reached"
WEEKLY_REACHED: Final = "Weekly limit reached"
MODEL_REACHED: Final = "{name}: weekly limit reached"
OTHER_REACHED: Final = "{name}: limit reached"
GO_ON_AT: Final = "You can go on at {time}."
GO_ON_ON: Final = "You can go on {time}."
OTHER_MODELS: Final = "Other models still work. Resets {time}."
OTHER_MODELS_WORK: Final = "Other models still work."
RESETS: Final = "Resets {time}."
EXTRA_USAGE_PAYS: Final = "Extra usage is paying now: {amount}."

# It is about to run out.
FULL_THEN: Final = "{name} {forecast} at this pace"
"""``forecast`` is "full about 13:00", as everywhere."""
FULL_BEFORE: Final = "{span} before it resets. {percent} now."
FULL_NOW: Final = "{percent} now."

# It has reset.
SESSION_HAS_RESET: Final = "Your session has reset"
WEEK_HAS_RESET: Final = "Your week has reset"
LIMIT_HAS_RESET: Final = "{name} has reset"
NEXT_STARTS: Final = "A new one starts with your next message."
USED_NOW: Final = "{percent}. The next reset is {time}."

# The login needs the user.
LOGIN_NEEDED: Final = "Claude Code needs you to log in again"
KEY_NEEDED: Final = "claude.ai needs a new session key"
LOGIN_STOPPED: Final = "No new numbers since {time}. Run “claude” in a terminal."
KEY_STOPPED: Final = "No new numbers since {time}. Paste a new key in the settings."

# Something ends.
CREDIT_ENDS: Final = {
    0: "{name} credit ends today",
    1: "{name} credit ends tomorrow",
    2: "{name} credit ends in 2 days",
    3: "{name} credit ends in 3 days",
}
"""By the number of days from today."""
CREDIT_ENDS_BODY: Final = "{amounts} used. It ends {time}."

KEY_ENDS: Final = {
    0: "Your claude.ai key ends today",
    1: "Your claude.ai key ends tomorrow",
    2: "Your claude.ai key ends in 2 days",
    3: "Your claude.ai key ends in 3 days",
}
"""By the number of days from today."""
KEY_ENDS_BODY: Final = "It ends {time}. Paste a new one in the settings when it suits you."

# After quiet hours.
HELD_ONE: Final = "1 alert from your quiet hours"
HELD: Final = "{count} alerts from your quiet hours"
HELD_LINE: Final = "{time} {title}"
HELD_EARLIER: Final = "{count} earlier in Claudometer, under Past alerts."

TEST: Final = "Alerts work"
TEST_BODY: Final = "This is a test from Claudometer. Nothing needs you."

OPEN: Final = "Open"
MUTE: Final = "Mute until reset"
