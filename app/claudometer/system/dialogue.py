"""Exchanges lines with a child process, and kills it and its descendants at the end."""

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


class Dialogue:
    """The child's standard input and output."""

    def __init__(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("started with both pipes")
        self._listener, self._speaker = process.stdin, process.stdout

    async def say(self, line: bytes) -> None:
        """Write a line.

        Raises:
            OSError: the child has ended.
        """
        self._listener.write(line)
        await self._listener.drain()

    async def hear(self) -> bytes:
        """Read the next line.

        Raises:
            ValueError: it is too long.
            EOFError: the child has ended.
        """
        line = await self._speaker.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        return line


@asynccontextmanager
async def talk_to(command: Sequence[str], *, errors_to: Path, longest_line: int) -> AsyncIterator[Dialogue]:
    """Start a child with a clean environment in its own process group; kill the group at the end.

    Raises:
        OSError: it could not be started.
    """
    try:
        errors = await off_loop_at(errors_to, lambda: open_for_errors(errors_to))
    except TimeoutError:
        errors = open_for_errors(None)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            env=clean_environment(),
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
            limit=longest_line,
            start_new_session=True,
        )
    finally:
        os.close(errors)
    try:
        yield Dialogue(process)
    finally:
        _kill_group(process)
        with suppress(TimeoutError):
            async with asyncio.timeout(END_TIMEOUT_S):
                await process.wait()


def _kill_group(process: Process) -> None:
    """Kill the child and its children: a web engine runs as several processes."""
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
