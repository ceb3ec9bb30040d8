"""``status`` and ``watch``, and the hints that fit a terminal. Pure, and cheap to import.

In a terminal nothing can be clicked, and not every command keeps running to try again. The keys of the hints
are the values of error codes, because the quick commands must not import the codes.
"""

from __future__ import annotations

from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.present.messages.message import Message

DEMO = "demo"

RESETS = "resets {time}, in {span}"
RESETS_FULL = "{then}, resets {time}"
RESETS_AT = "resets {time}"
HAS_RESET = "has reset, new number pending"
NOT_STARTED = "not started"
RESET_UNKNOWN = "reset time unknown"
AS_OF = "as of {time}, {age}"

SPENT = "{used} used"
SPENT_OF_CAP = "{used} of {cap}"
SPENT_OFF = "turned off, {used} used"
SPENT_OF_CAP_OFF = "turned off, {used} of {cap}"
STOPPED = {
    "user": "Extra usage: you turned it off.",
    "cap": "Extra usage: monthly limit reached.",
    "credits": "Extra usage: out of credits.",
    "organization": "Extra usage: turned off by your organization.",
}
"""Why extra usage does not pay, by the value of ``present.view.SpendState``."""

SPENT_AS_OF = "{spent}, as of {time}, {age}"

REFRESHED = "Refreshed {time}, {age}"
REFRESHED_OLD = "Out of date: last refreshed {time}, {age}"
FROM_SOURCE = "from {source}"
NEXT_REFRESH = "next refresh {time}"
HELD_UNTIL = "no refresh before {time}"

LEAVE = "Press Ctrl-C to leave."

# On standard error, where a variable names another account than the one in the tray.
ASKS_ITSELF = (
    "{variable} names a different account or source from the one in the tray, so this command reads the "
    "numbers itself."
)
SHOWS_ANOTHER = (
    "The window shows the account in the tray; {variable} names another. “claudometer status” checks that "
    "one."
)


class Terminal(Enum):
    """Which program sends the requests for the numbers that a terminal shows."""

    APP = "the running app; the terminal only reads"
    WATCH = "the program in the terminal, which stays"
    ONCE = "the program in the terminal, for a single answer"


_LATER = "Claudometer keeps the last numbers. Try again later."
_CHOOSE_ONE = (
    "Choose one with “claudometer accounts organization ID ORGANIZATION”; “claudometer accounts” lists them."
)
_CHOOSE_ANOTHER = (
    "Choose another with “claudometer accounts organization ID ORGANIZATION”; “claudometer accounts” lists "
    "them."
)
BELOW_THE_LIST = {
    _CHOOSE_ONE: "Choose one with “claudometer accounts organization ID ORGANIZATION”.",
    _CHOOSE_ANOTHER: "Choose another with “claudometer accounts organization ID ORGANIZATION”.",
}
"""The same hints for ``claudometer accounts`` itself, which has just listed them."""

_NEW_KEY = "Log in to claude.ai in your browser and paste the new session key into CLAUDOMETER_SESSION_KEY."

_OTHER_KEY = (
    "Run this with the session key of another account in CLAUDOMETER_SESSION_KEY, or with "
    "CLAUDOMETER_MODE=cli to use Claude Code's login."
)

_WITHOUT_APP: dict[str, str] = {
    "local_only": "For model limits and extra usage, connect: set CLAUDOMETER_MODE=cli.",
    "local_numbers_missing": (
        "Run “claudometer statusline --install” and use Claude Code, or connect with its login: set "
        "CLAUDOMETER_MODE=cli."
    ),
    "session_key_missing": (
        "Log in with “claude”, or run this with a claude.ai session key in CLAUDOMETER_SESSION_KEY. If you "
        "do not have Claude Code, get it from https://code.claude.com/docs/en/setup."
    ),
    "organization_needed": _CHOOSE_ONE,
    "organization_refused": _CHOOSE_ANOTHER,
    "organization_unknown": _CHOOSE_ANOTHER,
    "organizations_none": _NEW_KEY,
    "organizations_refused": (
        "Log in to claude.ai again and paste the new session key into CLAUDOMETER_SESSION_KEY, or run this "
        "with CLAUDOMETER_MODE=cli to use Claude Code's login."
    ),
    "only_organization_refused": _OTHER_KEY,
    "organizations_without_chat": _OTHER_KEY,
    "account_gone": _OTHER_KEY,
    "session_key_rejected": _NEW_KEY,
    "session_key_refused": _NEW_KEY,
    "organization_gone": _CHOOSE_ANOTHER,
    "login_scope_missing": (
        "Log in with “claude” (“claude setup-token” is not enough), or switch to claude.ai with "
        "CLAUDOMETER_SESSION_KEY."
    ),
    "login_may_lack_scope": (
        "Log in with “claude” (“claude setup-token” is not enough), or switch to claude.ai with "
        "CLAUDOMETER_SESSION_KEY."
    ),
    "login_not_allowed": (
        "Ask its administrator to allow it, then run “claudometer accounts” to check again; or switch to "
        "claude.ai with CLAUDOMETER_SESSION_KEY."
    ),
    "login_organization_refused": (
        "Run “claude” and log in to another organization, or, once you have access to this one again, "
        "run “claudometer accounts” to check."
    ),
    "organization_disabled": (
        "Ask its administrator or Anthropic's support, then run “claudometer accounts” to check again; or "
        "use another account."
    ),
    "account_billing": (
        "Check the subscription and its payments on claude.ai, then run “claudometer accounts” to check "
        "again."
    ),
    "challenged": (
        "Your key is fine. Wait a while, or run this with CLAUDOMETER_MODE=cli to use Claude Code's login."
    ),
    "browser_off": "Run this with CLAUDOMETER_MODE=cli to use Claude Code's login, which is not affected.",
    "browser_no_display": (
        "Your key is fine. Run this in a graphical session, or with CLAUDOMETER_MODE=cli to use Claude "
        "Code's login."
    ),
    "browser_missing": (
        "Install it (Debian, Ubuntu: gir1.2-webkit2-4.1), or run this with CLAUDOMETER_MODE=cli to use "
        "Claude Code's login."
    ),
    "browser_failed": (
        "If it happens again, see browser-errors.log in Claudometer's log folder, or run this with "
        "CLAUDOMETER_MODE=cli to use Claude Code's login."
    ),
    "browser_challenged": (
        "Your key is fine. Wait a while, turn off your VPN, or run this with CLAUDOMETER_MODE=cli to use "
        "Claude Code's login."
    ),
    "browser_resting": (
        "Wait a few minutes, or run this with CLAUDOMETER_MODE=cli to use Claude Code's login."
    ),
    "keyring_missing": (
        "Install gnome-keyring or KWallet, or run this with the session key in CLAUDOMETER_SESSION_KEY."
    ),
    "keyring_failed": "Log out and back in, or run this with the session key in CLAUDOMETER_SESSION_KEY.",
    "session_key_unsaved": (
        "Unlock the keyring and run this again. If Claude then refuses the key, use a new one in "
        "CLAUDOMETER_SESSION_KEY."
    ),
    "claude_folder_refused": "Set CLAUDE_CONFIG_DIR to Claude Code's folder.",
}
"""For a command that sends the requests itself. There may be no desktop, so no window to send people to."""

HINTS: dict[Terminal, dict[str, str]] = {
    Terminal.APP: {
        "local_only": (
            "For model limits and extra usage, choose “Claude Code” in Settings (claudometer settings)."
        ),
        "session_key_missing": (
            "Log in with “claude”, or choose a source in Settings (claudometer settings). If you do not "
            "have Claude Code, get it from https://code.claude.com/docs/en/setup."
        ),
        "organization_needed": _CHOOSE_ONE,
        "organization_refused": _CHOOSE_ANOTHER,
        "organization_unknown": _CHOOSE_ANOTHER,
        "organization_gone": _CHOOSE_ANOTHER,
        "session_key_refused": "Log in to claude.ai in your browser and paste the new key in Settings.",
        "captive_portal": "Open any web page to log in, then run “claudometer refresh”.",
        "keyring_locked": "Run “claudometer refresh”, and type its password when your desktop asks for it.",
        "login_not_allowed": (
            "Ask its administrator to allow it, then run “claudometer refresh”; or switch to claude.ai in "
            "Settings (claudometer settings)."
        ),
        "login_organization_refused": (
            "Run “claude” and log in to another organization, or, once you have access to this one again, "
            "run “claudometer refresh”."
        ),
        "organization_disabled": (
            "Ask its administrator or Anthropic's support, then run “claudometer refresh”; or use another "
            "account."
        ),
        "account_billing": (
            "Check the subscription and its payments on claude.ai, then run “claudometer refresh”."
        ),
        "session_key_unsaved": (
            "The key works until you quit. Unlock the keyring, then run “claudometer refresh” to save it."
        ),
        "claude_folder_refused": "Choose Claude Code's folder in Settings (claudometer settings).",
    },
    Terminal.WATCH: _WITHOUT_APP
    | {
        "captive_portal": "Open any web page to log in. Your numbers then appear automatically.",
        "keyring_locked": "Run “claudometer doctor --unlock”, then start “claudometer watch” again.",
        "login_not_allowed": (
            "Ask its administrator to allow it, run “claudometer accounts” to check again, then start "
            "“claudometer watch” again; or switch to claude.ai with CLAUDOMETER_SESSION_KEY."
        ),
        "login_organization_refused": (
            "Run “claude” and log in to another organization, or, once you have access to this one again, "
            "run “claudometer accounts” to check, then start “claudometer watch” again."
        ),
        "organization_disabled": (
            "Ask its administrator or Anthropic's support, run “claudometer accounts” to check again, then "
            "start “claudometer watch” again; or use another account."
        ),
        "account_billing": (
            "Check the subscription and its payments on claude.ai, run “claudometer accounts” to check "
            "again, then start “claudometer watch” again."
        ),
    },
    Terminal.ONCE: _WITHOUT_APP
    | {
        "login_missing": "Run “claude” in a terminal and log in, then try again.",
        "login_unreadable": "Try again. If this persists, log in again with “claude”.",
        "login_resting": "Open Claude Code once, which renews its login, then try again.",
        "login_challenged": "Your login is fine. Claudometer keeps the last numbers. Try again later.",
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
        "keyring_locked": "Run “claudometer doctor --unlock”, then try again.",
    },
}
"""In place of hints that nobody can follow in a terminal, or that promise what will not happen there."""


def for_terminal(code: str, message: Message, terminal: Terminal) -> Message:
    """Return the message with a hint that is true, and can be followed, in this terminal.

    Args:
        code: the value of an ``ErrorCode``.
    """
    hint = None if message.everywhere else HINTS[terminal].get(code)
    return message if hint is None else type(message)(message.title, hint)
