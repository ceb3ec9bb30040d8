"""What the user's terminal can show. Asks the terminal and the environment; writes nothing."""

from __future__ import annotations

import os
import sys

from claudometer.present.typesetting import TerminalStyle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

DEFAULT_WIDTH = 80
CLAUDE_CODE_MARGIN = 4
_NEEDED = "━╾─╋┼·"


def find_style(stream: TextIO) -> TerminalStyle:
    """Return how to write to ``stream``: in color only to a terminal, and not where ``NO_COLOR`` is set."""
    return TerminalStyle(
        width=find_size(stream)[0],
        color=is_screen(stream) and not os.environ.get("NO_COLOR"),
        unicode=_can_encode(stream),
    )


def find_size(stream: TextIO) -> tuple[int, int]:
    """Return columns and lines; 80 and a great many where there is no terminal."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return DEFAULT_WIDTH, sys.maxsize
    return size.columns or DEFAULT_WIDTH, size.lines or sys.maxsize


def is_screen(stream: TextIO) -> bool:
    """Tell whether it is a terminal that obeys escape sequences."""
    return stream.isatty() and os.environ.get("TERM") not in {None, "", "dumb"}


def _can_encode(stream: TextIO) -> bool:
    try:
        _NEEDED.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def find_claude_code_style(stream: TextIO) -> TerminalStyle:
    """Return how to write for Claude Code: no terminal, but it shows colors and says how wide it is."""
    columns = os.environ.get("COLUMNS", "")
    is_number = columns.isascii() and columns.isdigit() and len(columns) < 6
    return TerminalStyle(
        width=(int(columns) if is_number else DEFAULT_WIDTH) - CLAUDE_CODE_MARGIN,
        color=not os.environ.get("NO_COLOR"),
        unicode=_can_encode(stream),
    )
