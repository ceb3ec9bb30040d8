"""The standard streams of this process: opens missing ones, prints to a waiting terminal. Loads little."""

from __future__ import annotations

import codecs
import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TextIO

_STANDARD_STREAMS = (0, 1, 2)
_REPLACEMENT = "claudometer.replacement"


def fill_standard_streams() -> None:
    """Open the null device for every standard stream that is closed. Call it before opening anything else.

    Otherwise the next files and sockets get those descriptors, and a C library that writes to standard error
    writes into the display's connection or the lock file.
    """
    for number in _STANDARD_STREAMS:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free descriptor, which is this one


def replace_closed_outputs() -> None:
    """Replace a missing standard output or error by the null device, so that ``print`` works.

    Python has ``None`` for a stream that was closed at the start, and for a program without a console.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open until we end; pathlib is slow to load


class _Output(io.FileIO):
    """Standard output, which remembers that a write has failed.

    Args:
        shown: the stream that it takes the place of, which closes the descriptor once nothing refers to it.
    """

    has_failed = False

    def __init__(self, shown: TextIO) -> None:
        super().__init__(shown.fileno(), "w", closefd=False)
        self._shown = shown

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        try:
            return super().write(data)
        except OSError:
            self.has_failed = True
            raise


def watch_output() -> None:
    """Let :func:`can_print` tell whether standard output fails. It gets a buffer, too.

    Python forgets a text that could not be written if it is longer than the buffer, 8 KB, or if
    ``PYTHONUNBUFFERED`` has taken the buffer away. A later ``flush`` then finds nothing wrong.
    """
    shown = sys.stdout
    buffer = getattr(shown, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    if type(raw) is io.FileIO:  # not a console of Windows, nor what a test has put there
        shown.flush()
        output = io.BufferedWriter(_Output(shown))
        sys.stdout = io.TextIOWrapper(
            output, encoding=shown.encoding, errors=shown.errors, line_buffering=shown.isatty()
        )


def can_print() -> bool:
    """Return whether what was printed until now is, or can be, written: a disk may be full, for example."""
    try:
        sys.stdout.flush()
    except OSError:
        return False
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return not (isinstance(raw, _Output) and raw.has_failed)


def tell_terminal(text: str) -> None:
    """Print a line to standard error if that is a terminal, and we are its foreground process.

    A shell that started us in the background shows its prompt, and the line would appear in it.
    """
    try:
        if os.isatty(2) and os.tcgetpgrp(2) == os.getpgrp():
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
    except (
        OSError,
        AttributeError,
    ):  # the terminal is gone, or another session's; Windows has no `tcgetpgrp`
        pass


def soften(stream: TextIO | None, replacement: Callable[[str], str]) -> None:
    """Let a stream write ``replacement`` for characters that its encoding lacks, instead of failing."""
    if stream is None or not hasattr(stream, "reconfigure"):  # started without a console
        return

    def replace(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        return replacement(error.object[error.start : error.end]), error.end

    codecs.register_error(_REPLACEMENT, replace)
    stream.reconfigure(errors=_REPLACEMENT)
