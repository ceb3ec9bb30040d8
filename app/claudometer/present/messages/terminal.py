"""Hints that fit a terminal: nothing there can be clicked, and not everything tries again. Pure."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.wording import WAIT

if TYPE_CHECKING:
    from claudometer.present.messages.wording import Message


class Terminal(Enum):
    """Who asks for the numbers that a terminal shows."""

    APP = "the running app; the terminal reads along"
    WATCH = "the program in the terminal, which stays"
    ONCE = "the program in the terminal, for a single answer"


_AGAIN = "Claudometer keeps the numbers it has; ask again in a while."
_CHOOSE = "Choose one in Settings (claudometer settings)"
_LOG_IN = "Open a web page to log in to this network"
_UNLOCK = "Unlock it (your password manager asks for it)"

_KEY = (
    "Paste the sessionKey cookie of claude.ai in Settings (claudometer settings), "
    "or switch to Claude Code there."
)
_REFUSED = "If the next answer refuses the key, paste a new one in Settings."

_HINTS: dict[Terminal, dict[ErrorCode, str]] = {
    Terminal.APP: {
        ErrorCode.SESSION_KEY_MISSING: _KEY,
        ErrorCode.ORGANIZATION_NEEDED: f"{_CHOOSE}.",
        ErrorCode.CAPTIVE_PORTAL: f"{_LOG_IN}, then run “claudometer refresh”.",
        ErrorCode.KEYRING_LOCKED: f"{_UNLOCK}, then run “claudometer refresh”.",
        ErrorCode.SESSION_KEY_UNSAVED: f"Unlock the keyring, then run “claudometer refresh”. {_REFUSED}",
    },
    Terminal.WATCH: {
        ErrorCode.SESSION_KEY_MISSING: _KEY,
        ErrorCode.ORGANIZATION_NEEDED: f"{_CHOOSE}.",
        ErrorCode.CAPTIVE_PORTAL: f"{_LOG_IN}; the numbers follow by themselves.",
        ErrorCode.KEYRING_LOCKED: f"{_UNLOCK}, then start “claudometer watch” again.",
        ErrorCode.SESSION_KEY_UNSAVED: f"Unlock the keyring, then start this again. {_REFUSED}",
    },
    Terminal.ONCE: {
        ErrorCode.LOGIN_MISSING: "Run “claude” in a terminal and log in, then ask again.",
        ErrorCode.LOGIN_UNREADABLE: (
            "It may be half written; ask again. If it stays so, log in with “claude” once more."
        ),
        ErrorCode.LOGIN_RESTING: "Open Claude Code once; it renews the token. Then ask again.",
        ErrorCode.SESSION_KEY_MISSING: _KEY,
        ErrorCode.ORGANIZATION_NEEDED: f"{_CHOOSE}, then ask again.",
        ErrorCode.RATE_LIMITED: "That is about questions for the numbers, not your plan. Ask again then.",
        ErrorCode.CAPTIVE_PORTAL: f"{_LOG_IN}, then ask again.",
        ErrorCode.KEYRING_LOCKED: f"{_UNLOCK}, then ask again.",
        ErrorCode.SESSION_KEY_UNSAVED: f"Unlock the keyring and ask again. {_REFUSED}",
    },
}


def for_terminal(code: ErrorCode, message: Message, terminal: Terminal) -> Message:
    """Return the message with a hint that can be followed there, and that promises what will be kept."""
    hint = _HINTS[terminal].get(code, message.hint)
    return replace(message, hint=hint.replace(WAIT, _AGAIN) if terminal is Terminal.ONCE else hint)
