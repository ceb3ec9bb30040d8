"""A program that runs beside the test, with its output in files. It must not outlive the test run."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.desktop.waiting import LONGEST_S, wait_for

# The kernel ends the program when the test run dies, even by SIGKILL.
_TIED_TO_US = ("setpriv", "--pdeathsig", "TERM")


class Program:
    """Starts and stops a command, any number of times."""

    def __init__(self, argv: Sequence[str], *, env: Mapping[str, str], logs: Path, name: str = "") -> None:
        self._argv = tuple(argv)
        self._env = dict(env)
        name = name or Path(argv[0]).name
        self.stdout = logs / f"{name}.out"
        self.stderr = logs / f"{name}.err"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, stdin: bytes = b"", pass_fds: Sequence[int] = ()) -> Self:
        """Start it in a session of its own, so that Ctrl+C in the test run's terminal does not reach it."""
        with self.stdout.open("ab") as out, self.stderr.open("ab") as err:
            self._process = subprocess.Popen(
                (*_TIED_TO_US, *self._argv),
                env=self._env,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                pass_fds=tuple(pass_fds),
                start_new_session=True,
            )
        if self._process.stdin:
            with self._process.stdin as pipe:
                pipe.write(stdin)
        return self

    @property
    def pid(self) -> int:
        """The process id of the program, which must have been started."""
        assert self._process is not None, "not started"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Return whether it is running."""
        return self._process is not None and self._process.poll() is None

    @property
    def output(self) -> str:
        """Everything it has written so far, stdout before stderr."""
        return self.stdout.read_text(errors="replace") + self.stderr.read_text(errors="replace")

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone, not to its children."""
        os.kill(self.pid, number)

    def wait_until_ended(self, *, timeout_s: float = LONGEST_S) -> int:
        """Wait for the end of the program; return its exit code, which is negative after a signal."""
        process = self._process
        assert process is not None, "not started"
        wait_for(lambda: process.poll() is not None, what=f"the end of {self._argv}", timeout_s=timeout_s)
        return process.returncode

    def stop(self, *, timeout_s: float = 20.0) -> None:
        """End it with SIGTERM, then kill what is left of its process group. Does nothing if not started."""
        if self._process is None:
            return
        if self.is_running:
            self.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                self.wait_until_ended(timeout_s=timeout_s)
        with suppress(ProcessLookupError):  # the whole group has already ended, which is the normal case
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
