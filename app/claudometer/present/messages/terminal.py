"""``status``, ``watch`` and the status line, and the hints that fit a terminal. Pure, and cheap to import.

In a terminal nothing can be clicked, and not every command keeps running to try again. The keys of the hints
are the values of error codes, because the quick commands must not import the codes.
"""

from __future__ import annotations

from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.present.messages.message import Message

CLAUDE = "Claude"
CLAUDE_PLAN = "Claude {plan}"
DEMO = "demo"
BETWEEN = " · "

RESETS = "resets {time}, in {span}"
HAS_RESET = "has reset, new number pending"
NOT_STARTED = "not started"
RESET_UNKNOWN = "reset time unknown"
AS_OF = "as of {time}, {age}"

SPENT = "{used} used"
SPENT_OF_CAP = "{used} of {cap}"
SPENT_OFF = "turned off, {used} used"
SPENT_OF_CAP_OFF = "turned off, {used} of {cap}"
SPENT_AS_OF = "{spent}, as of {time}, {age}"

UPDATED = "Updated {time}, {age}"
UPDATED_OLD = "Out of date: updated {time}, {age}"
FROM_SOURCE = "from {source}"
NEXT_UPDATE = "next update {time}"

# On standard error, where a variable names another account than the one in the tray.
ASKS_ITSELF = (
    "claudometer: {variable} names another account than the running app watches, "
    "so this command asks Claude directly."
)
SHOWS_ANOTHER = (
    "claudometer: The window shows the account in the tray; {variable} names another. "
    "“claudometer status” checks that one."
)

# The line for Claude Code.
WINDOW_NAMES = {"five_hour": "5h", "seven_day": "week"}
LIMIT_REACHED = "{name} limit reached"
OVER_PACE = "{name} over pace"
ON_PACE = "on pace"
UNDER_PACE = "under pace"
WINDOW_HAS_RESET = "has reset"
UNCHANGED_FOR = "unchanged for {span}"


class Terminal(Enum):
    """Which program sends the requests for the numbers that a terminal shows."""

    APP = "the running app; the terminal only reads"
    WATCH = "the program in the terminal, which stays"
    ONCE = "the program in the terminal, for a single answer"


_SET_UP = "Log in with “claude”, or choose a source in Settings (claudometer settings)."
_LATER = "Claudometer keeps the last numbers. Try again later."

HINTS: dict[Terminal, dict[str, str]] = {
    Terminal.APP: {
        "session_key_missing": _SET_UP,
        "organization_needed": "Choose one in Settings (claudometer settings).",
        "session_key_refused": "Log in to claude.ai in your browser and paste the new key in Settings.",
        "captive_portal": "Open any web page to log in, then run “claudometer refresh”.",
        "keyring_locked": "Unlock it, then run “claudometer refresh”.",
        "session_key_unsaved": (
            "The key works until you quit. Unlock the keyring, then run “claudometer refresh” to save it."
        ),
        "claude_folder_refused": "Choose Claude Code's folder in Settings (claudometer settings).",
    },
    Terminal.WATCH: {
        "session_key_missing": _SET_UP,
        "organization_needed": "Choose one in Settings (claudometer settings).",
        "session_key_refused": "Log in to claude.ai in your browser and paste the new key in Settings.",
        "captive_portal": "Open any web page to log in. Your numbers then appear automatically.",
        "keyring_locked": "Unlock it, then start “claudometer watch” again.",
        "session_key_unsaved": (
            "Unlock the keyring, then start this again. If Claude then refuses the key, paste a new one in "
            "Settings."
        ),
        "claude_folder_refused": "Choose Claude Code's folder in Settings (claudometer settings).",
    },
    Terminal.ONCE: {
        "login_missing": "Run “claude” in a terminal and log in, then try again.",
        "login_unreadable": "Try again. If this persists, log in again with “claude”.",
        "login_resting": "Open Claude Code once, which renews its login, then try again.",
        "login_challenged": "Your login is fine. Claudometer keeps the last numbers. Try again later.",
        "session_key_missing": _SET_UP,
        "organization_needed": "Choose one in Settings (claudometer settings), then try again.",
        "session_key_refused": "Log in to claude.ai in your browser and paste the new key in Settings.",
        "rate_limited": (
            "Claude limits how often usage can be checked. Your plan is not affected. Try again later."
        ),
        "captive_portal": "Open any web page to log in, then try again.",
        "offline": "Check your internet connection, then try again.",
        "forbidden": _LATER,
        "overloaded": _LATER,
        "server_error": _LATER,
        "error_answer": _LATER,
        "not_json": _LATER,
        "too_large": _LATER,
        "timed_out": _LATER,
        "connection_broken": _LATER,
        "keyring_locked": "Unlock it, then try again.",
        "session_key_unsaved": (
            "Unlock the keyring and try again. If Claude then refuses the key, paste a new one in Settings."
        ),
        "claude_folder_refused": "Choose Claude Code's folder in Settings (claudometer settings).",
    },
}
"""Replaces hints for window and tray that cannot be followed here, or promise what will not happen."""


def for_terminal(code: str, message: Message, terminal: Terminal) -> Message:
    """Return the message with a hint that is true, and can be followed, in this terminal.

    Args:
        code: the value of an ``ErrorCode``.
    """
    hint = HINTS[terminal].get(code)
    return message if hint is None else type(message)(message.title, hint)
