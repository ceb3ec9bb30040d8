"""The three standard streams of this process. Says and reads nothing on them."""

from __future__ import annotations

import os

_STANDARD_STREAMS = (0, 1, 2)


def fill_standard_streams() -> None:
    """Open the null device where a standard stream is closed; call it before anything else is opened.

    Else the next files and sockets take those numbers, and what a C library says to standard error goes into
    the display's connection or the lock file.
    """
    for number in _STANDARD_STREAMS:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
