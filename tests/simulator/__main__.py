"""Runs the simulator: prints the environment variables to export, then serves until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from tests.simulator.account import SESSION_KEY, write_login
from tests.simulator.scenarios import SCENARIOS
from tests.simulator.server import Simulator


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="default: an unused port")
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), default="normal")
    parser.add_argument("--login-folder", type=Path, help="write a login for CLI mode into this folder")
    options = parser.parse_args()
    interrupted = _catch_signals()  # before the first line is printed, since a caller may then send a signal
    with Simulator(port=options.port) as simulator:
        simulator.play(options.scenario)
        lines = [f"export {name}={value}" for name, value in simulator.environment().items()]
        if options.login_folder:
            lines.append(f"export CLAUDE_CONFIG_DIR={write_login(options.login_folder.resolve()).parent}")
        lines.append(f"# session key for web mode: {SESSION_KEY}")
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        interrupted.wait()
    return 0


def _catch_signals() -> threading.Event:
    caught = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: caught.set())
    return caught


if __name__ == "__main__":
    sys.exit(main())
