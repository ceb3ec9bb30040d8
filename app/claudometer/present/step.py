"""The step that helps, apart from the line to type for it, which a window offers to copy. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from claudometer.domain.errors import ErrorCode

CLAUDE: Final = "claude"

_IN_CLAUDE_CODE: Final = frozenset(
    {
        ErrorCode.LOGIN_MISSING,
        ErrorCode.LOGIN_REJECTED,
        ErrorCode.LOGIN_REVOKED,
        ErrorCode.LOGIN_RESTING,
        ErrorCode.LOGIN_SCOPE_MISSING,
        ErrorCode.LOGIN_MAY_LACK_SCOPE,
        ErrorCode.LOGIN_ORGANIZATION_REFUSED,
        ErrorCode.LOGIN_ORGANIZATION_GONE,
    }
)
"""Errors whose step is taken in Claude Code."""


class Step(NamedTuple):
    """A step in words, and the line to type for it, if it has one."""

    words: str
    command: str | None


def step_of(code: ErrorCode, hint: str) -> Step:
    """Return the hint of an error and its line to type.

    A hint with a line ends with it, after a colon and without a period; every other one ends with a period.
    """
    words, colon, line = hint.partition(": ")
    if colon and not hint.endswith((".", "…")):
        return Step(f"{words}:", line)
    return Step(hint, CLAUDE if code in _IN_CLAUDE_CODE else None)
