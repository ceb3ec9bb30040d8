"""Finds out what the user's terminal can show, from the terminal and the environment. Writes nothing."""

from __future__ import annotations

import os
import sys

from claudometer.present.typesetting import TerminalStyle, fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

DEFAULT_WIDTH = 80
CLAUDE_CODE_MARGIN = 4  # columns left free, so that the line does not touch the edge
_NEEDED = "━╾─╋┼·"  # what bars and separators are drawn with


def find_style(stream: TextIO) -> TerminalStyle:
    """Return how to write to ``stream``: in color only to a terminal, and not if ``NO_COLOR`` is set."""
    return TerminalStyle(
        width=find_size(stream)[0],
        color=is_screen(stream) and not os.environ.get("NO_COLOR"),
        unicode=_can_encode(stream),
    )


def find_size(stream: TextIO) -> tuple[int, int]:
    """Return columns and lines; without a terminal, 80 columns and any number of lines."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return DEFAULT_WIDTH, sys.maxsize
    return size.columns or DEFAULT_WIDTH, size.lines or sys.maxsize  # 0: the terminal does not know


def is_screen(stream: TextIO) -> bool:
    """Return whether it is a terminal that understands escape sequences."""
    return stream.isatty() and os.environ.get("TERM") not in {None, "", "dumb"}


def fitted(text: str, stream: TextIO) -> str:
    """Return a text as a person can read it: broken between words at a terminal, on one line for a script."""
    return fill(text, find_size(stream)[0]) if stream.isatty() else text


def _can_encode(stream: TextIO) -> bool:
    try:
        _NEEDED.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def find_claude_code_style(stream: TextIO) -> TerminalStyle:
    """Return how to write for Claude Code: it is not a terminal, but shows colors and says how wide it is."""
    columns = os.environ.get("COLUMNS", "")
    is_number = columns.isascii() and columns.isdigit() and len(columns) < 6
    return TerminalStyle(
        width=(int(columns) if is_number else DEFAULT_WIDTH) - CLAUDE_CODE_MARGIN,
        color=not os.environ.get("NO_COLOR"),
        unicode=_can_encode(stream),
    )
