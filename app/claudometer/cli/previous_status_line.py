"""Runs the status line that the user had before ours, with the same input, so that both are shown.

It may be slow, fail or not exist. Then less of it is shown, or nothing, but ours always is.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from claudometer.system.environment import users_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType

TIMEOUT_S = 5.0
"""How long our own line, which comes second, waits for the user's."""

MAX_BYTES = 256 * 1024  # far more than a status line can show


class Chained:
    """The user's own shell command, run as Claude Code would run it. The ``with`` block ends it."""

    def __init__(self, command: str, standard_input: bytes) -> None:
        self._deadline = time.monotonic() + TIMEOUT_S
        self._process: subprocess.Popen[bytes] | None = None
        self._is_starting, self._is_end_due = True, False
        if sys.platform != "win32":
            # Claude Code kills us when it has new numbers. The command must not outlive us.
            signal.signal(signal.SIGTERM, self._on_terminate)
        self._process = _start(command)
        self._is_starting = False
        if self._is_end_due:
            self._on_terminate(signal.SIGTERM, None)
        if self._process is not None:
            # On a thread, since the command may never read its input.
            threading.Thread(target=_write, args=(self._process, standard_input), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            _end(self._process)

    def _on_terminate(self, number: int, _frame: FrameType | None) -> None:
        if self._is_starting:  # the command may run already, although we cannot end it yet
            self._is_end_due = True
            return
        if self._process is not None:
            _end(self._process)
        sys.exit(128 + number)

    def output(self) -> bytes:
        """Return what the command printed before its deadline; empty if that is blank."""
        if self._process is None or self._process.stdout is None:
            return b""
        if sys.platform == "win32":
            printed = read_in_thread(self._process, self._deadline)
        else:
            printed = _read_until(self._process.stdout.fileno(), self._deadline)
        return printed if printed.strip() else b""


def _start(command: str) -> subprocess.Popen[bytes] | None:
    # The environment that Claude Code gave us, without our own key: the user's command may need a key in it.
    try:
        return subprocess.Popen(  # noqa: S602 - a shell command from the user's own settings
            command,
            shell=True,
            env=users_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a process group of its own, which `_end` can kill as a whole
        )
    except (OSError, ValueError):
        return None


def _write(process: subprocess.Popen[bytes], standard_input: bytes) -> None:
    stream = process.stdin
    if stream is not None:
        with suppress(OSError):  # a command may close its input unread
            stream.write(standard_input)
            stream.close()


def _read_until(handle: int, deadline: float) -> bytes:
    """Read until the end of the output, the deadline, or ``MAX_BYTES``."""
    pieces: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(handle, selectors.EVENT_READ)
        while sum(map(len, pieces)) < MAX_BYTES and selector.select(max(0.0, deadline - time.monotonic())):
            piece = os.read(handle, 65536)
            if not piece:
                break
            pieces.append(piece)
    return b"".join(pieces)


def read_in_thread(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """Do the same for Windows, where ``select`` takes no pipes: a thread reads until it is abandoned."""
    pieces: list[bytes] = []
    if process.stdout is not None:
        handle = process.stdout.fileno()
        # `extend` adds each piece as it comes, so those before the deadline are there.
        reader = threading.Thread(target=lambda: pieces.extend(_pieces_from(handle)), daemon=True)
        reader.start()
        reader.join(max(0.0, deadline - time.monotonic()))
    return b"".join(pieces)


def _pieces_from(handle: int) -> Iterator[bytes]:
    """Yield the output, at most ``MAX_BYTES`` and one piece. Blocks."""
    read_bytes = 0
    while read_bytes < MAX_BYTES and (piece := os.read(handle, 65536)):
        read_bytes += len(piece)
        yield piece


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the command and the processes that it started, if they still run."""
    with suppress(OSError):  # it has already ended
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
