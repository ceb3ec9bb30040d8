"""The usage card of the window. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.policy import Reason
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

OVER_THE_LIMIT: Final = "Over the limit"

# What a screen reader says of a limit: one sentence.
SAID_LIMIT: Final = "{name}: {used}, {reset}"
SAID_LIMIT_AND_REMARK: Final = "{name}: {used}, {reset}, {remark}"
NAME_AND_WINDOW: Final = "{name}, {window}"
USED: Final = "{percent} used"
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

UPDATED: Final = "Updated {age} · {source}"
LAST_UPDATE: Final = "Last update {time}, from {source}"
ORIGIN: Final = "From {source}, {age}"
AS_OF: Final = "As of {time}, {age}"

CHECKING: Final = "Checking now…"
PAUSED: Final = "Updates are paused until this is fixed."
PAUSED_UNTIL: Final = "Updates are paused until this is fixed. Next check {time}."
PAUSED_FOR_LOGIN: Final = "Updates resume when you next use Claude Code."
NEXT_UPDATE: Final[dict[Reason, str]] = {
    Reason.INTERVAL: "Next update {time}",
    Reason.QUIET: "Next update {time}, less often while idle",
    Reason.BUDGET: "Next update {time}",
    Reason.RESET_DUE: "Next update {time}, when a limit resets",
    Reason.COVERED: "Next update {time}",
    Reason.RATE_LIMITED: "Next update {time}",
    Reason.RETRY: "Next update {time}",
    Reason.REFUSED: "Next update {time}",
    Reason.NO_LIMITS: "Next update {time}",
    Reason.NEAR_LIMIT: "Next update {time}, more often near a limit",
    Reason.SHARED: "Next update {time}, less often: other programs use the same limit",
    Reason.BROWSER: "Next update {time}; the hidden browser is used at most once every 5 min",
}
"""By the reason for the time of the next update. Only the reasons that help the user are said."""
