"""The program's messages by error code, so that tests need not repeat their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.present.menu import WIDEST_LINE
from claudometer.present.messages.errors import MESSAGES, message_for_code
from claudometer.present.messages.menu import FIXES
from claudometer.present.messages.terminal import Terminal, for_terminal
from claudometer.present.text import one_line

if TYPE_CHECKING:
    from claudometer.domain.errors import Fact


def title(code: ErrorCode, **facts: Fact) -> str:
    """Return the message's title: what happened."""
    return message_for_code(code, facts).title


def menu_line(code: ErrorCode, **facts: Fact) -> str:
    """Return what the tray's menu says of a problem: what to do about it, or what happened."""
    return FIXES.get(code) or one_line(title(code, **facts), WIDEST_LINE)


def hint(code: ErrorCode, **facts: Fact) -> str:
    """Return the message's hint: what the user can do, in the words of the window and the tray."""
    return message_for_code(code, facts).hint


def hint_once(code: ErrorCode, **facts: Fact) -> str:
    """Return the hint in the words of a command that prints once and exits, such as `status`."""
    return for_terminal(code, message_for_code(code, facts), Terminal.ONCE).hint


def opening(sentence: str) -> str:
    """Return the part of a catalog entry before its first placeholder."""
    return sentence.partition("{")[0]


UPDATES_PAUSED = opening(MESSAGES[ErrorCode.RATE_LIMITED].title)
"""The start of the rate limit message. The placeholder after it is a time that Claude's server sets."""
