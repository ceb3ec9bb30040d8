"""Reads the JSON that Claude Code passes on standard input. Loads little, and never waits for long."""

from __future__ import annotations

import os
import sys
import time

from claudometer.domain.quick_json import loads

MAX_INPUT_BYTES = 1024 * 1024  # Claude Code sends a few kilobytes
INPUT_TIMEOUT_S = 2.0
"""Claude Code writes at once. A pipe that nobody closes must not hold up its status line for long."""


def read_input() -> bytes:
    """Read standard input to its end, or for ``INPUT_TIMEOUT_S``; empty if it is closed or a terminal."""
    if sys.stdin is None or sys.stdin.isatty():
        return b""
    deadline = time.monotonic() + INPUT_TIMEOUT_S
    pieces: list[bytes] = []
    while sum(map(len, pieces)) < MAX_INPUT_BYTES and _has_input(deadline - time.monotonic()):
        try:
            # Not `sys.stdin.read`, which would wait until all of it has come.
            piece = os.read(0, 65536)
        except OSError:
            break
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


def decode_input(standard_input: bytes) -> dict[str, object]:
    """Return the JSON object, an empty one for any other input."""
    try:
        outer = loads(standard_input)
    except (ValueError, RecursionError):
        return {}
    return outer if isinstance(outer, dict) else {}


def _has_input(timeout_s: float) -> bool:
    if sys.platform == "win32":  # `select` does not take pipes there
        return True
    import select

    return bool(select.select([0], [], [], max(0.0, timeout_s))[0])
