"""Everything that a recording needs: a private home, the simulated servers, and a clock that stands still."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.clocks import NOON
from tests.desktop.private_home import PrivateHome
from tests.simulator.account import SESSION_KEY, write_login
from tests.simulator.server import Simulator
from tests.warm.process import can_fork, warm_process

if TYPE_CHECKING:
    from types import TracebackType

LAUNCHER = Path(__file__).with_name("fixed_time.py")
TIMEOUT_S = 60


class Stage:
    """Runs the real command, in a process of its own. A context manager, whose time begins at noon.

    Attributes:
        now: the time, for the command and for the servers.
        env: variables in addition to those of the home.
        stdin: the standard input of the command.
    """

    def __init__(self) -> None:
        self.now: datetime = NOON
        self.home = PrivateHome.create()
        self.simulator = Simulator(now=lambda: self.now)
        self.env: dict[str, str] = {"NO_PROXY": "127.0.0.1"}
        self.stdin = b""
        self._copy = Path(tempfile.mkdtemp(prefix="cm-"))

    def __enter__(self) -> Self:
        self.simulator.start()
        self.env |= self.simulator.environment()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.simulator.stop()
        self.home.remove()
        shutil.rmtree(self._copy, ignore_errors=True)

    # What a situation may change.

    def log_in(self, **changes: object) -> None:
        """Log in with Claude Code and choose CLI mode; ``changes`` replace fields of the login."""
        changes.setdefault("expiresAt", int((self.now + timedelta(hours=8)).timestamp() * 1000))
        path = write_login(self.home.path / ".claude", **changes)  # type: ignore[arg-type]
        self._date(path)
        self.env["CLAUDOMETER_MODE"] = "cli"

    def use_session_key(self, key: str = SESSION_KEY) -> None:
        """Choose web mode with this session key."""
        self.env |= {"CLAUDOMETER_MODE": "web", "CLAUDOMETER_SESSION_KEY": key}

    def answer(self, body: object) -> None:
        """Make the servers respond to requests for usage with this body."""
        self.simulator.account.usage = lambda _now: body

    def write(self, name: str, content: object) -> None:
        """Write a file below the home, as JSON unless it is text already."""
        path = self.home.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        self._date(path)

    def wait(self, **times: float) -> None:
        """Advance the time; takes the arguments of ``timedelta``."""
        self.now += timedelta(**times)

    def _date(self, path: Path) -> None:
        os.utime(path, (self.now.timestamp(), self.now.timestamp()))

    # Running the command.

    def run(self, *words: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
        """Run the command until it ends."""
        env, given = self._environment(), self.stdin if stdin is None else stdin
        if can_fork(env):
            forking = warm_process(LAUNCHER)
            at = self.now.timestamp()
            done = forking.run(list(words), env, stdin=given, timeout_s=TIMEOUT_S, at=at)
        else:
            done = subprocess.run(
                self.command(*words),
                env=env,
                input=given,
                capture_output=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())

    def watch(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Start ``watch --json``, wait for the first line that is the result of a poll, and interrupt it."""
        with subprocess.Popen(
            self.command(*words),
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as running:
            try:
                line = _first_result(running)
                running.send_signal(signal.SIGINT)
                _, errors = running.communicate(timeout=TIMEOUT_S)
            finally:
                running.kill()
        return subprocess.CompletedProcess(words, running.returncode, line.decode(), errors.decode())

    def save(self) -> None:
        """Copy the files of the home, with their times, for ``restore``."""
        shutil.copytree(self.home.root, self._copy, symlinks=True, dirs_exist_ok=True)

    def restore(self) -> None:
        """Restore the saved files, so that no command sees what the one before it wrote."""
        shutil.rmtree(self.home.root)
        shutil.copytree(self._copy, self.home.root, symlinks=True)

    def command(self, *words: str) -> list[str]:
        """Return the command line of a process whose clock stands at ``now``."""
        return [sys.executable, str(LAUNCHER), str(self.now.timestamp()), *words]

    def _environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PYTHONDONTWRITEBYTECODE",) if name in os.environ}
        return {**self.home.env, **inherited, "COLUMNS": "80", **self.env}


def _first_result(running: subprocess.Popen[bytes]) -> bytes:
    assert running.stdout is not None
    for line in running.stdout:
        report: dict[str, Any] = json.loads(line)
        if report["status"] != "starting":
            return line
    return b""
