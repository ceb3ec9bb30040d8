"""Exchanges lines with a child process over pipes, and kills the child and its descendants at the end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from claudometer.system.off_loop import off_loop_at
from claudometer.system.processes import clean_environment, open_for_errors

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

END_TIMEOUT_S = 2.0
"""A killed process ends within milliseconds, unless the kernel waits for a disk that does not respond."""


class ChildProtocol:
    """Writes lines to a child's standard input, and reads lines from its standard output."""

    def __init__(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("the process was started without pipes")
        self._stdin, self._stdout = process.stdin, process.stdout

    async def write(self, line: bytes) -> None:
        """Write a line to the child.

        Raises:
            OSError: the child has ended.
        """
        self._stdin.write(line)
        await self._stdin.drain()

    async def read(self) -> bytes:
        """Read the child's next line.

        Raises:
            ValueError: the line is longer than ``max_line_bytes``.
            EOFError: the child has ended.
        """
        line = await self._stdout.readline()
        # A child that dies while it writes leaves half a line.
        if not line.endswith(b"\n"):
            raise EOFError
        return line


@asynccontextmanager
async def run_child(
    command: Sequence[str], *, stderr_file: Path, max_line_bytes: int
) -> AsyncIterator[ChildProtocol]:
    """Start a child with a clean environment in its own process group; kill the group at the end.

    Args:
        stderr_file: for what it writes to standard error, emptied first.
        max_line_bytes: of a line that it writes.

    Raises:
        OSError: the child could not be started.
    """
    try:
        errors = await off_loop_at(stderr_file, lambda: open_for_errors(stderr_file))
    except TimeoutError:
        # The log's disk does not respond. Run the child all the same, and drop its errors.
        errors = open_for_errors(None)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            env=clean_environment(),
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
            limit=max_line_bytes,
            # A group of its own, so that one signal reaches the web engine's processes as well.
            start_new_session=True,
        )
    finally:
        # The child has a copy of the descriptor.
        os.close(errors)
    try:
        yield ChildProtocol(process)
    finally:
        _kill_group(process)
        with suppress(TimeoutError):
            async with asyncio.timeout(END_TIMEOUT_S):
                await process.wait()


def _kill_group(process: Process) -> None:
    """Kill the child and its descendants: a web engine runs as several processes."""
    with suppress(ProcessLookupError):  # the child has ended already
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
