"""The list of requests: a table in the terminal, a panel in the window. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.ledger import UNFINISHED
from claudometer.domain.next_poll import Cause, Reason
from claudometer.domain.outcome import Status

NOTHING_RECORDED: Final = "No requests in the last 7 days."
NOTHING_SAVED: Final = "No requests are listed, and new ones cannot be saved now."
ONLY_THE_NAMED_ACCOUNT: Final = "Only requests for the account that {variable} names are listed."
DEMO_SENDS_NOTHING: Final = "The demo sends no requests."

# One sentence on how many and to whom, and one on how often a server asked to wait.
NONE_TODAY: Final = "No requests today."
ONE_TODAY: Final = "1 request today, to {host}."
ALL_TO_ONE_HOST: Final = "{count} requests today, all to {host}."
TO_SEVERAL_HOSTS: Final = "{count} requests today: {shares}."
SHARE: Final = "{count} to {host}"
SHARE_ELSEWHERE: Final = "{count} elsewhere"
BETWEEN_SHARES: Final = ", "

ONE_WAIT: Final = "At {time} the server asked Claudometer to wait."
ONE_WAIT_FOR: Final = "At {time} the server asked Claudometer to wait {span}."
WAITS: Final = "The server asked Claudometer to wait {count} times, most recently at {time}."
WAITS_FOR: Final = "The server asked Claudometer to wait {count} times, most recently at {time} for {span}."

SHARED: Final = (
    "Claude refused a request although Claudometer had sent few: other programs use the same limit. "
    "Claudometer now sends at most {count} an hour, and a few more after each day without a refusal."
)

HEADINGS: Final = ("Time", "Request", "Outcome", "Took", "Why")
THROUGH_BROWSER: Final = "{via}: {address}"
# A no-break space keeps number and unit on one line of the page; a column needs none.
TOOK: Final = "{seconds}\u00a0s"
TOOK_IN_TABLE: Final = "{seconds} s"

OUTCOMES_IN_TABLE: Final[dict[str, str]] = {
    Status.OK: "answered",
    Status.MISSING_CREDENTIALS: "not logged in",
    Status.UNAUTHORIZED: "login refused",
    Status.RATE_LIMITED: "asked to wait",
    Status.CHALLENGED: "browser check",
    Status.OFFLINE: "no connection",
    Status.SERVER_ERROR: "server error",
    Status.UNREADABLE: "unreadable",
    UNFINISHED: "not finished",
}
"""At most 13 characters, the width of the column."""

# Shorter than `WHYS`: beside a host and a path, 80 columns leave little for the reason.
WHYS_IN_TABLE: Final[dict[str, str]] = {
    Reason.INTERVAL: "scheduled",
    Reason.QUIET: "scheduled, idle",
    Reason.BUDGET: "when allowed",
    Reason.RESET_DUE: "a limit reset",
    Reason.COVERED: "missing numbers",
    Reason.RATE_LIMITED: "wait was over",
    Reason.RETRY: "trying again",
    Reason.REFUSED: "after a refusal",
    Reason.BROWSER: "hidden browser",
    Reason.NO_LIMITS: "no plan limits",
    Reason.NEAR_LIMIT: "near a limit",
    Reason.SHARED: "limit is shared",
    Cause.START: "app started",
    Cause.CLICK: "you refreshed",
    Cause.SAVING: "setting changed",
    Cause.CREDENTIALS: "new login",
    Cause.WAKE: "woke from sleep",
    Cause.CLOCK: "clock was set",
    Cause.ONE_SHOT: "from a terminal",
    Cause.UPDATE: "update check",
    Cause.LIMIT_HIT: "a limit was hit",
    Cause.DOCTOR: "you ran doctor",
}
"""Why a request was sent. At most 15 characters, the width of the column."""

OUTCOMES: Final[dict[str, str]] = {
    Status.OK: "Answered",
    Status.MISSING_CREDENTIALS: "Not logged in",
    Status.UNAUTHORIZED: "Login refused",
    Status.RATE_LIMITED: "Asked to wait",
    Status.CHALLENGED: "Browser check",
    Status.OFFLINE: "No connection",
    Status.SERVER_ERROR: "Server error",
    Status.UNREADABLE: "Unreadable answer",
    UNFINISHED: "Not finished",
}
ASKED_TO_WAIT_FOR: Final = "Asked to wait {span}"
SERVER_ERROR_HTTP: Final = "Server error (HTTP {status})"

WHYS: Final[dict[str, str]] = {
    Reason.INTERVAL: "scheduled",
    Reason.QUIET: "scheduled, less often while idle",
    Reason.BUDGET: "scheduled, within Claude's limit",
    Reason.RESET_DUE: "a limit had reset",
    Reason.RATE_LIMITED: "the wait was over",
    Reason.RETRY: "retry",
    Reason.REFUSED: "retry after a refusal",
    Reason.NO_LIMITS: "scheduled, less often without limits",
    Reason.BROWSER: "scheduled, through the hidden browser",
    Reason.NEAR_LIMIT: "scheduled, more often near a limit",
    Reason.SHARED: "scheduled, less often: other programs use the same limit",
    Reason.COVERED: "numbers Claude Code did not have",
    Cause.START: "Claudometer started",
    Cause.CLICK: "you refreshed",
    Cause.SAVING: "you changed a setting",
    Cause.CREDENTIALS: "new login",
    Cause.WAKE: "the computer woke up",
    Cause.CLOCK: "the clock was set",
    Cause.ONE_SHOT: "from the terminal",
    Cause.UPDATE: "check for a newer version",
    Cause.LIMIT_HIT: "Claude Code hit a limit",
    Cause.DOCTOR: "you checked this computer",
}
