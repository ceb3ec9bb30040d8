"""The answers to what the user did: save settings, remove the key, refresh. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claudometer.domain.errors import ErrorCode
from claudometer.present.formatters import clock
from claudometer.present.messages.message import Message

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.region import Region

SAVED: Final = "Saved."
SAVED_TESTED: Final = "The key works."
"""The line below it in the form says where the key is kept."""
FORGOTTEN: Final = "The key was removed."

NOT_YET: Final = "Claude limits how often usage can be checked. Try again later."
NOT_YET_UNTIL: Final = "Claude limits how often usage can be checked. Try again at {time}."
NOT_YET_BROWSER: Final = "The hidden browser is used at most once every 5 minutes. Try again at {time}."

_NOT_SAVED = "The key could not be checked, so it was not saved. Try again later."
_NO_CONNECTION = "The key could not be checked, so it was not saved. Check your internet connection."

SAVE_HINTS: Final[dict[ErrorCode, str]] = {
    ErrorCode.CHALLENGED: (
        "The key could not be checked, so it was not saved. Try again later, or choose Claude Code."
    ),
    ErrorCode.CAPTIVE_PORTAL: "Open any web page to log in, then save the key again.",
    ErrorCode.KEYRING_LOCKED: "Unlock it, then save the key again.",
    ErrorCode.RATE_LIMITED: _NOT_SAVED,
    ErrorCode.FORBIDDEN: _NOT_SAVED,
    ErrorCode.OVERLOADED: _NOT_SAVED,
    ErrorCode.SERVER_ERROR: _NOT_SAVED,
    ErrorCode.ERROR_ANSWER: _NOT_SAVED,
    ErrorCode.NOT_JSON: _NOT_SAVED,
    ErrorCode.TOO_LARGE: _NOT_SAVED,
    ErrorCode.TIMED_OUT: _NOT_SAVED,
    ErrorCode.CONNECTION_BROKEN: _NOT_SAVED,
    ErrorCode.OFFLINE: _NO_CONNECTION,
    ErrorCode.DNS_FAILED: _NO_CONNECTION,
}
"""Hints for a save that was refused. The usual hints promise another try, but nobody tries a key again."""

SAVE_TITLES: Final[dict[ErrorCode, str]] = {
    ErrorCode.RATE_LIMITED: "Claude limits how often usage can be checked.",
}


def saved_answer(*, tested: bool) -> str:
    """Return the answer to a save. ``tested``: a new key was saved, and works."""
    return SAVED_TESTED if tested else SAVED


def refresh_answer(*, accepted: bool, until: datetime | None, region: Region, browser: bool) -> str | None:
    """Return why a refresh sent nothing, ``None`` if it sent a request.

    Args:
        accepted: whether it sent a request.
        until: when the next one may be sent, ``None`` if that is unknown.
        browser: whether the hidden browser is what has to wait.
    """
    if accepted:
        return None
    if until is None:
        return NOT_YET
    return (NOT_YET_BROWSER if browser else NOT_YET_UNTIL).format(time=clock(until, region))


def for_save(code: ErrorCode, message: Message) -> Message:
    """Return the message for somebody who has just clicked Save."""
    return Message(SAVE_TITLES.get(code, message.title), SAVE_HINTS.get(code, message.hint))
