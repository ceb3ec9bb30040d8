"""The status line that was there before ours: run with the same input, and shown with ours.

It may be slow, fail or be gone: then there is less of it to show, and ours is shown all the same.
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

from claudometer.system.processes import users_environment

if TYPE_CHECKING:
    from types import FrameType, TracebackType

PATIENCE_S = 5.0
MAX_BYTES = 256 * 1024


class Chained:
    """A shell command of the user's own, as Claude Code would run it. Ends with the ``with`` block."""

    def __init__(self, command: str, said: bytes) -> None:
        self._deadline = time.monotonic() + PATIENCE_S
        self._process: subprocess.Popen[bytes] | None = None
        if sys.platform != "win32":
            # Claude Code ends us when it has news. What we started must not stay.
            signal.signal(signal.SIGTERM, self._leave)
        self._process = _start(command)
        if self._process is not None:
            # A thread: it may never read what it is told.
            threading.Thread(target=_tell, args=(self._process, said), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            _end(self._process)

    def _leave(self, number: int, _frame: FrameType | None) -> None:
        if self._process is not None:
            _end(self._process)
        sys.exit(128 + number)

    def output(self) -> bytes:
        """Return what it printed, as far as it did in time. Blank output is none."""
        if self._process is None or self._process.stdout is None:
            return b""
        if sys.platform == "win32":
            printed = _read_within(self._process, self._deadline)
        else:
            printed = _read_until(self._process.stdout.fileno(), self._deadline)
        return printed if printed.strip() else b""


def _start(command: str) -> subprocess.Popen[bytes] | None:
    # The user's own environment, as Claude Code gave it to us: their command may need a key that is in it.
    try:
        return subprocess.Popen(  # noqa: S602 - it is a line for the shell, from the user's own settings
            command,
            shell=True,
            env=users_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError):
        return None


def _tell(process: subprocess.Popen[bytes], said: bytes) -> None:
    stream = process.stdin
    if stream is not None:
        with suppress(OSError):  # it may not want to know
            stream.write(said)
            stream.close()


def _read_until(handle: int, deadline: float) -> bytes:
    """Read to the end, the deadline, or as much as anybody would show."""
    pieces: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(handle, selectors.EVENT_READ)
        while sum(map(len, pieces)) < MAX_BYTES and selector.select(max(0.0, deadline - time.monotonic())):
            piece = os.read(handle, 65536)
            if not piece:
                break
            pieces.append(piece)
    return b"".join(pieces)


def _read_within(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    pieces: list[bytes] = []
    if process.stdout is not None:
        reader = threading.Thread(target=lambda: pieces.extend(process.stdout or ()), daemon=True)
        reader.start()
        reader.join(max(0.0, deadline - time.monotonic()))
    return b"".join(pieces)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and all that it started, if anything of it still runs."""
    with suppress(OSError):  # it may have ended by itself
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
