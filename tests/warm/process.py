"""The side of the tests: starts the process that forks, and runs commands through it."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tests.warm.server import NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN = Path(__file__).with_name("plain.py")
MODULES = (
    "claudometer.cli.status",
    "claudometer.cli.live",
    "claudometer.processes.headless",
    "claudometer.settings.store",
    "claudometer.settings.variables",
    "claudometer.providers.transport",
    "claudometer.present.terminal",
    "claudometer.system.autostart.linux",
    "claudometer.providers.direct_transport",
)
"""Imported once for all children. `status` without an app spends most of its CPU time on these."""


def can_fork(env: Mapping[str, str]) -> bool:
    """Return whether a fork is what a new process would be: some variables are read only at a start."""
    read_at_start = {name for name in env if name.startswith(("PYTHON", "LD_"))} - {"PYTHONDONTWRITEBYTECODE"}
    return sys.platform == "linux" and not read_at_start


@cache
def warm_process(launcher: Path) -> WarmProcess:
    """Return the process that runs this launcher, which lives as long as the tests do."""
    return WarmProcess(launcher)


class WarmProcess:
    """A process that forks. Several threads may run commands at once."""

    def __init__(self, launcher: Path) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, str(launcher), "--fork", str(theirs.fileno()), *MODULES]
            env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC"}
            self._process = subprocess.Popen(command, env=env, pass_fds=[theirs.fileno()])
        atexit.register(self.close)

    def close(self) -> None:
        """End the process. It has no child left, since ``run`` waits for each."""
        self._channel.close()
        self._process.wait(10)

    def run(
        self,
        arguments: list[str],
        env: Mapping[str, str],
        *,
        stdin: bytes = b"",
        timeout_s: float,
        at: float | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command until it ends, as ``subprocess.run`` with ``capture_output`` does.

        Args:
            stdin: its standard input, at most 64 KiB: what a pipe holds.
            at: the time at which its clocks stand, if the launcher replaces them.

        Raises:
            subprocess.TimeoutExpired: it ran longer than ``timeout_s`` and was killed.
        """
        request = {"arguments": arguments, "env": dict(env), "folder": str(Path.cwd()), "at": at}
        given, to_give = _pipe()
        to_give.write(stdin)
        to_give.close()
        pipes = [_pipe() for _ in range(3)]
        theirs = [given, *(written for _, written in pipes)]
        socket.send_fds(self._channel, [json.dumps(request).encode()], [each.fileno() for each in theirs])
        for each in theirs:
            each.close()
        out, errors, numbers = (read for read, _ in pipes)
        (pid,) = NUMBER.unpack(numbers.read(NUMBER.size))  # here it waits for the imports, if it is the first
        printed, explained, ending = _read_all([out, errors, numbers], pid, timeout_s)
        return subprocess.CompletedProcess(arguments, NUMBER.unpack(ending)[0], printed, explained)


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    reading, writing = os.pipe()
    return open(reading, "rb", buffering=0), open(writing, "wb", buffering=0)  # noqa: PTH123 - descriptors


def _read_all(pipes: list[IO[bytes]], pid: int, timeout_s: float) -> list[bytes]:
    """Read every pipe to its end, and close it. After ``timeout_s``, kill the process and raise."""
    deadline = time.monotonic() + timeout_s
    read = {pipe: bytearray() for pipe in pipes}
    left = list(pipes)
    while left:
        ready, _, _ = select.select(left, [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            os.kill(pid, signal.SIGKILL)
            for pipe in left:
                pipe.close()
            raise subprocess.TimeoutExpired("claudometer", timeout_s)
        for pipe in ready:
            if chunk := pipe.read(65536):
                read[pipe] += chunk
            else:
                left.remove(pipe)
                pipe.close()
    return [bytes(read[pipe]) for pipe in pipes]
