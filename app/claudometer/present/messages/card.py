"""The usage card of the window. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.next_poll import Reason
from claudometer.domain.usage import LimitKind
from claudometer.present.view import ResetState

CLAUDE: Final = "Claude"
CLAUDE_PLAN: Final = "Claude {plan}"

WINDOWS: Final = {
    LimitKind.SESSION: "5 hours",
    LimitKind.WEEKLY: "all models",
    LimitKind.WEEKLY_MODEL: "weekly",
}
THIS_MONTH: Final = "this month"

ELAPSED: Final = "{percent} of the time has passed"
RESETS_SOON: Final = "Resets {time}, in {span}"
RESETS_AT: Final = "Resets {time}"
RESETS: Final = {
    ResetState.AHEAD: "Reset time unknown",
    ResetState.OVER: "Just reset, waiting for the new number",
    ResetState.UNSTARTED: "Not started",
    ResetState.UNKNOWN: "Reset time unknown",
}
"""By what is known of the reset, where it has no time."""

# What a screen reader says of a limit: one sentence.
SAID_LIMIT: Final = "{name}: {used}, {reset}"
SAID_LIMIT_AND_REMARK: Final = "{name}: {used}, {reset}, {remark}"
SAID_LIMIT_REACHED: Final = "{name}: {used}, {reset}. {reached}"
NAME_AND_WINDOW: Final = "{name}, {window}"
UNKNOWN_USE: Final = "unknown"
SAID_RESET: Final = "resets {time}"
SAID: Final = {
    ResetState.AHEAD: "reset time unknown",
    ResetState.OVER: "just reset",
    ResetState.UNSTARTED: "not started",
    ResetState.UNKNOWN: "reset time unknown",
}
SAID_LEVELS: Final = {"warning": "near the limit", "critical": "almost or fully used"}
SAID_OLD: Final = "out of date"

SPENT_OF_CAP: Final = "{used} of {cap}"
SPENT_WITHOUT_CAP: Final = "{used}, no limit"
SPENT_CAP_UNKNOWN: Final = "{used}, limit unknown"

REFRESHED: Final = "Refreshed {age}\u00a0· {source}"
LAST_REFRESH: Final = "Last refresh {time}, from {source}"
ORIGIN: Final = "From {source}, {age}"
AS_OF: Final = "As of {time}, {age}"

CHECKING: Final = "Checking now…"
PAUSED: Final = "Refreshing is paused until this is fixed."
PAUSED_UNTIL: Final = "Refreshing is paused until this is fixed. Next try {time}."
PAUSED_FOR_LOGIN: Final = "Refreshing resumes when you next use Claude Code."
NEXT_REFRESH: Final[dict[Reason, str]] = {
    Reason.INTERVAL: "Next refresh {time}",
    Reason.QUIET: "Next refresh {time}, less often while idle",
    Reason.BUDGET: "Next refresh {time}",
    Reason.RESET_DUE: "Next refresh {time}, when a limit resets",
    Reason.COVERED: "Next refresh {time}",
    Reason.RATE_LIMITED: "Next refresh {time}",
    Reason.RETRY: "Next refresh {time}",
    Reason.REFUSED: "Next refresh {time}",
    Reason.NO_LIMITS: "Next refresh {time}",
    Reason.NEAR_LIMIT: "Next refresh {time}, more often near a limit",
    Reason.SHARED: "Next refresh {time}, less often: other programs use the same limit",
    Reason.BROWSER: "Next refresh {time}; the hidden browser is used at most once every 5 min",
}
"""By the reason for the time of the next refresh. Only the reasons that help the user are said."""
