"""The command line as users run it: a process of its own, in a private home.

That process is a fork, which saves the time of the imports. A test that starts ``command`` itself starts
Python as users do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from claudometer.domain.region import UTC_REGION
from tests.control.running_server import RunningServer
from tests.warm.process import PLAIN, can_fork, warm_process

if TYPE_CHECKING:
    from claudometer.control.wire.report import Watched
    from claudometer.domain.clock import Clock
    from claudometer.domain.region import Region
    from tests.control.small_engine import SmallEngine
    from tests.desktop.private_home import PrivateHome

TIMEOUT_S = 60


@dataclass
class Answer:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - whatever came
        return json.loads(self.out)


@dataclass
class Program:
    """Runs ``claudometer``. ``env`` adds variables to those of the home."""

    home: PrivateHome
    env: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PYTHONDONTWRITEBYTECODE",) if name in os.environ}
        return {**self.home.env, **inherited, **self.env}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "claudometer", *words]

    def run(self, *words: str) -> Answer:
        env = self.environment
        if can_fork(env):
            done = warm_process(PLAIN).run(list(words), env, timeout_s=TIMEOUT_S)
        else:
            done = subprocess.run(
                self.command(*words), env=env, capture_output=True, timeout=TIMEOUT_S, check=False
            )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def serve(
        self,
        engine: SmallEngine,
        *,
        demo: bool = False,
        clock: Clock | None = None,
        region: Region = UTC_REGION,
        watched: Watched | None = None,
    ) -> RunningServer:
        """Return a control server at the socket where the program expects its app."""
        path = self.make_socket_path(demo=demo)
        return RunningServer(engine, path, clock=clock, region=region, watched=watched)

    def make_socket_path(self, *, demo: bool = False) -> str:
        """Create the runtime folder; return the path of the socket where the program expects its app."""
        folder = self.home.runtime / "claudometer"
        folder.mkdir(mode=0o700, exist_ok=True)
        return str(folder / ("demo.sock" if demo else "control.sock"))
