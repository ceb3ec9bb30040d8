"""Hints for a save that was refused: a key is tried out once, and nothing tries it again by itself. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.wording import WAIT, Message

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNTESTED = "The key could not be tested, so it is not saved."
_LATER = f"{_UNTESTED} Save again in a while."

_WORDS: Mapping[ErrorCode, Message] = {
    ErrorCode.RATE_LIMITED: Message("Claude asked us to wait.", _LATER),
    ErrorCode.CHALLENGED: Message(
        "claude.ai wants to see a browser (Cloudflare check).",
        f"{_LATER} Or choose Claude Code: it is not checked this way.",
    ),
    ErrorCode.CAPTIVE_PORTAL: Message(
        "Something on the network answered instead of Claude.",
        f"{_UNTESTED} Open a web page to log in to this network, then save again.",
    ),
    ErrorCode.KEYRING_LOCKED: Message(
        "The system keyring is locked.", "Unlock it (your password manager asks for it), then save again."
    ),
}


def for_save(code: ErrorCode, message: Message) -> Message:
    """Return the message with a hint for whoever has just saved."""
    return _WORDS.get(code) or replace(message, hint=message.hint.replace(WAIT, _LATER))
