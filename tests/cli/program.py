"""The command line as its users meet it: a process of its own, in the home of nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from claudometer.domain.region import UTC_REGION
from tests.control.running_server import RunningServer

if TYPE_CHECKING:
    from claudometer.domain.clock import Clock
    from claudometer.domain.region import Region
    from tests.control.small_engine import SmallEngine
    from tests.desktop.private_home import PrivateHome

TIMEOUT_S = 60


@dataclass
class Answer:
    """What a command printed and ended with."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - whatever came
        return json.loads(self.out)


@dataclass
class Program:
    """Runs ``claudometer``. ``env`` holds more variables for it."""

    home: PrivateHome
    env: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PYTHONDONTWRITEBYTECODE",) if name in os.environ}
        return {**self.home.env, **inherited, **self.env}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "claudometer", *words]

    def run(self, *words: str) -> Answer:
        done = subprocess.run(
            self.command(*words),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def serve(
        self,
        engine: SmallEngine,
        *,
        demo: bool = False,
        clock: Clock | None = None,
        region: Region = UTC_REGION,
    ) -> RunningServer:
        """Return a control server at the place where the program looks for its app."""
        folder = self.home.runtime / "claudometer"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / ("demo.sock" if demo else "control.sock")
        return RunningServer(engine, str(path), clock=clock, region=region)
