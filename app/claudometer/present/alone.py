"""Hints for a single answer without an app behind it: nobody stays to try again or to be clicked. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.present.wording import WAIT

if TYPE_CHECKING:
    from claudometer.present.wording import Message

_AGAIN = "Claudometer keeps the numbers it has; ask again in a while."

_HINTS = {
    ErrorCode.LOGIN_MISSING: "Run “claude” in a terminal and log in, then ask again.",
    ErrorCode.LOGIN_UNREADABLE: (
        "It may be half written; ask again. If it stays so, log in with “claude” once more."
    ),
    ErrorCode.LOGIN_RESTING: "Open Claude Code once; it renews the token. Then ask again.",
    ErrorCode.ORGANIZATION_NEEDED: "Choose one in Settings (claudometer settings), then ask again.",
    ErrorCode.RATE_LIMITED: "That is about questions for the numbers, not your plan. Ask again then.",
    ErrorCode.CAPTIVE_PORTAL: "Open a web page to log in to this network, then ask again.",
    ErrorCode.KEYRING_LOCKED: "Unlock it (your password manager asks for it), then ask again.",
    ErrorCode.SESSION_KEY_UNSAVED: (
        "Unlock the keyring and ask again. If the next answer refuses the key, paste a new one in Settings."
    ),
}


def without_promises(code: ErrorCode, message: Message) -> Message:
    """Return the message with a hint that the user can follow alone."""
    return replace(message, hint=_HINTS.get(code) or message.hint.replace(WAIT, _AGAIN))
