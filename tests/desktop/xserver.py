"""A headless X server, on a display number that it chooses."""

import os
from collections.abc import Mapping
from pathlib import Path

from tests.desktop.program import Program

WIDTH, HEIGHT = 1280, 800


class XServer:
    """Xvfb; ``display`` is known once it has started."""

    def __init__(self, *, env: Mapping[str, str], logs: Path, scale: int = 1) -> None:
        self._env = env
        self._logs = logs
        self._screen = f"{WIDTH * scale}x{HEIGHT * scale}x24"
        self._program: Program | None = None
        self.display = ""

    def start(self) -> None:
        """Start it and wait for its display number, which it prints once it accepts connections."""
        reading, writing = os.pipe()
        argv = (
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            self._screen,
            "-nolisten",
            "tcp",
            "-noreset",
        )
        self._program = Program(argv, env=self._env, logs=self._logs)
        self._program.start(pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, f"Xvfb did not start: {self._program.output}"
        self.display = f":{number}"

    def stop(self) -> None:
        """Stop it, which ends every window."""
        if self._program:
            self._program.stop()
