"""Text that several places share, so that it is the same everywhere. Pure, and cheap to import."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE_NAMES = {
    "web": "claude.ai",
    "browser": "claude.ai (hidden browser)",
    "oauth": "Claude Code",
    "status_line": "Claude Code's status line",
    "claude_code": "Claude Code (cached)",
    "demo": "demo data",
}
"""By the value of ``domain.usage.Source``."""

ACCOUNT_NAMES = {"cli": "Claude Code", "local": "Claude Code", "web": "claude.ai"}
"""What an account is called that has no name of its own, by the value of ``domain.usage.Mode``."""

EXTRA_USAGE = "Extra usage"
NO_NUMBERS = "No data yet."
NO_LIMITS = "Your plan reports no session or weekly limit."
NO_SESSION = "Your plan has no session limit."

STOPPED = {
    "off": "Turned off",
    "user": "You turned it off",
    "cap": "Monthly limit reached",
    "credits": "Out of credits",
    "organization": "Turned off by your organization",
}
"""Why extra usage does not pay, by the value of ``present.view.SpendState``."""

IN_CREDITS = "{amount} credits"
CREDIT = "{name} credit"
CREDIT_OF = "{used} of {limit}"
CREDIT_UNUSED = "{limit} granted"
CREDIT_ENDS = "{amounts}, expires {day}"
CREDIT_ENDED = "{amounts}, expired {day}"
"""Money that was granted once, and the day after which it is gone."""

MOST_LIMITS = 12
"""Window and terminal show at most this many limits, the fullest: nobody reads a list of a thousand lines."""

ONE_MORE_LIMIT = "1 more limit"
MORE_LIMITS = "{count} more limits"

FROM_SOURCE = "{names}: {age}, from {source}"
TWO_NAMES = "{first} and {last}"
BETWEEN_NAMES = ", "

USED = "{percent} used"
LEFT = "{percent} left"

JUST_NOW = "just now"
AGO = "{span} ago"
UNDER_A_MINUTE = "under a minute"
DAYS_AND_HOURS, DAYS = "{days} d {hours} h", "{days} d"
HOURS_AND_MINUTES, HOURS = "{hours} h {minutes} min", "{hours} h"
MINUTES = "{minutes} min"

DAY, DAY_AND_YEAR = "{day} {month}", "{day} {year}"
# Not from `strftime`, which would put names of the user's locale into English sentences.
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS_IN_FULL = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_IN_FULL = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NEAR_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}
NEAR_DAY_HEADINGS = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
"""By the number of days from today."""


def more_limits(count: int) -> str:
    """Return the line for ``count`` limits that are not shown, "" for 0."""
    return (ONE_MORE_LIMIT if count == 1 else MORE_LIMITS).format(count=count) if count else ""


def source_line(names: Sequence[str], age: str, source: str) -> str:
    """Return "Session and Weekly: 2 min ago, from Claude Code's status line"."""
    return FROM_SOURCE.format(names=_listed(names), age=age, source=SOURCE_NAMES.get(source, source))


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return TWO_NAMES.format(first=BETWEEN_NAMES.join(first), last=last) if first else last
