"""The tray: its menu, and the icon's tooltip. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.errors import ErrorCode

OPEN: Final = "Open Claudometer"
REFRESH: Final = "Refresh now"
REFRESH_AGE: Final = "Refresh now · {age}"
REFRESH_LAST: Final = "Refresh now · last {time}"
REFRESHING: Final = "Refreshing…"
ORGANIZATION: Final = "Organization"
CHOOSE_ORGANIZATION: Final = "Choose an organization"
OPEN_SETTINGS: Final = "Open Settings…"
QUIT: Final = "Quit"

DEMO_NUMBERS: Final = "Demo · these numbers are made up"
LOADING: Final = "Loading…"
PAUSED: Final = "Refreshing is paused · Claude limits how often we ask"
# Fixed by the interface, although numbers are "refreshed" everywhere else.
PAUSED_UNTIL: Final = "Next update {time} · Claude limits how often we ask"

MORE: Final = "{count} more…"
"""Also for one: "1 more…"."""

# Lines of a limit. `percent` is padded on the left, so that the numbers of all lines form a column.
LIMIT: Final = "{percent}  {name}"
LIMIT_OLD: Final = "{percent}  {name} · {age}"
LIMIT_RESETS: Final = "{percent}  {name} · resets {time}"
LIMIT_FULL: Final = "{percent}  {name} · {then}, resets {time}"
WEEK_FULL: Final = "{percent}  {name} · {then}"
"""Of a week, half a day tells enough, and the line stays short."""

LIMIT_HAS_RESET: Final = "{percent}  {name} · reset {time}"
LIMIT_NOT_STARTED: Final = "{percent}  {name} · not started"

EXTRA_USAGE: Final = "{percent}  Extra usage · {amount}"
EXTRA_USAGE_STOPPED: Final = "{percent}  Extra usage · {amount} · {state}"
EXTRA_USAGE_OLD: Final = "{percent}  Extra usage · {amount} · {age}"
STOPPED: Final = {
    "off": "turned off",
    "user": "turned off by you",
    "cap": "monthly limit reached",
    "credits": "out of credits",
    "organization": "turned off by organization",
}
"""Why extra usage does not pay, by the value of ``present.view.SpendState``."""

CREDIT: Final = "{percent}  {name} · {text}"

FIXES: Final[dict[ErrorCode, str]] = {
    ErrorCode.SESSION_KEY_MISSING: "Set up Claudometer…",
    ErrorCode.SESSION_KEY_REJECTED: "Paste a new session key…",
    ErrorCode.SESSION_KEY_REFUSED: "Paste the session key again…",
    ErrorCode.LOGIN_MISSING: "Log in to Claude Code…",
    ErrorCode.LOGIN_REJECTED: "Log in to Claude Code again…",
    ErrorCode.LOGIN_REVOKED: "Log in to Claude Code again…",
    ErrorCode.LOGIN_SCOPE_MISSING: "Log in to Claude Code with “claude”…",
    ErrorCode.LOGIN_MAY_LACK_SCOPE: "Log in to Claude Code with “claude”…",
    ErrorCode.LOGIN_RESTING: "Start Claude Code once to resume…",
    ErrorCode.ORGANIZATION_NEEDED: "Choose an organization…",
}
"""What the user can do about a problem: the entry that opens the window. Others show their sentence."""

OF_A_MODEL: Final = "{name} (weekly)"

LABEL: Final = "{percent} {name}"
LABEL_LEFT: Final = "{name} {percent}"
LABEL_AND_TIME: Final = "{label} · {left}"
"""Beside the icon, on desktops that show text there."""

# The tooltip, which panels show and screen readers read.
DEMO: Final = "{name} (demo)"
TOOLTIP: Final = "{name}: {text}"
BETWEEN: Final = " · "
NUMBER: Final = "{name} {percent}"
NUMBER_RESETS: Final = "{name} {percent}, resets {time}"
NUMBER_RESETS_IN: Final = "{name} {percent}, resets {time}, in {left}"
NUMBER_FULL_IN: Final = "{name} {percent}, {then}, resets {time}, in {left}"
NUMBER_FULL: Final = "{name} {percent}, {then}, resets {time}"
LAST_REFRESH: Final = "last refresh {time}"
NO_NUMBER: Final = "no number, checked {time}"
