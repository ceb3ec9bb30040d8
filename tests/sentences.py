"""The program's sentences, for tests that look for them on a surface without pinning their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import MESSAGES, message_for_code
from claudometer.present.messages.terminal import Terminal, for_terminal

if TYPE_CHECKING:
    from claudometer.domain.errors import Fact


def title(code: ErrorCode, **facts: Fact) -> str:
    """Return what happened."""
    return message_for_code(code, facts).title


def hint(code: ErrorCode, **facts: Fact) -> str:
    """Return the step that helps, as window and tray show it."""
    return message_for_code(code, facts).hint


def hint_once(code: ErrorCode, **facts: Fact) -> str:
    """Return the step that helps, as a command shows it that gives a single answer."""
    return for_terminal(code, message_for_code(code, facts), Terminal.ONCE).hint


def opening(sentence: str) -> str:
    """Return what a catalog entry begins with, up to its first hole."""
    return sentence.partition("{")[0]


UPDATES_PAUSED = opening(MESSAGES[ErrorCode.RATE_LIMITED].title)
"""What the message for a rate limit begins with; its time is Claude's."""
