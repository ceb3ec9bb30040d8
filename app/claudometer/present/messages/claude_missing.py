"""What is said where Claude Code itself was not found, so that nobody can log in with it yet. Pure.

The address is the one that Claude Code's own README names for installing it (anthropics/claude-code, read in
November 2026). Its commands differ by system and change, so none is repeated here.
"""

from __future__ import annotations

from typing import Final

from claudometer.present.messages.message import Message

NOT_LOGGED_IN: Final = Message(
    "Claude Code is not logged in on this computer, and its program was not found.",
    "If you do not have Claude Code, get it from https://code.claude.com/docs/en/setup. Then run “claude” in "
    "a terminal and log in.",
    everywhere=True,
)

CHECKED: Final = Message(
    "Claude Code is not logged in on this computer, and the program “claude” was not found.",
    "If you do not have Claude Code, get it from https://code.claude.com/docs/en/setup. Then log in:",
)
"""In a check of this computer, before the command."""
