"""Prepares the three standard streams of this process. Writes and reads nothing. Loads little."""

from __future__ import annotations

import codecs
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

_STANDARD_STREAMS = (0, 1, 2)
_REPLACEMENT = "claudometer.replacement"


def fill_standard_streams() -> None:
    """Open the null device for every standard stream that is closed. Call it before anything else is opened.

    Otherwise the next files and sockets get those numbers, and a C library that writes to standard error
    writes into the display's connection or the lock file.
    """
    for number in _STANDARD_STREAMS:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one


def replace_closed_outputs() -> None:
    """Let what is printed go nowhere where there is no standard output or error.

    Python has ``None`` for a stream that was closed before it started, and for a program without a console.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open until we end; pathlib is slow to load


def tell_terminal(text: str) -> None:
    """Print a line if somebody waits at a terminal for this process to say or do something.

    Not if the shell started it in the background: it has its prompt back, and the line would land in it.
    """
    try:
        if os.isatty(2) and os.tcgetpgrp(2) == os.getpgrp():
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
    except (OSError, AttributeError):  # a terminal that has gone, or one of another session; Windows has none
        pass


def soften(stream: TextIO | None, replacement: Callable[[str], str]) -> None:
    """Replace characters that the stream's encoding lacks by ASCII, instead of failing or escaping them."""
    if stream is None or not hasattr(stream, "reconfigure"):  # started without a console
        return

    def replace(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        return replacement(error.object[error.start : error.end]), error.end

    codecs.register_error(_REPLACEMENT, replace)
    stream.reconfigure(errors=_REPLACEMENT)
