"""The measurements of the benchmark."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.desktop.app_process import AppProcess
    from tests.desktop.session import DesktopSession

TITLE = "Claudometer"
USABLE = "the page shows its data"
"""The window logs this when its page has data. Reading the page through accessibility would slow it down."""


def run_s(command: Sequence[str], env: Mapping[str, str], stdin: Path = Path(os.devnull)) -> float:
    """Return how long a command took, in seconds; ``stdin`` is the file for its standard input."""
    with stdin.open("rb") as file:
        started = time.perf_counter()
        subprocess.run(command, env=env, stdin=file, stdout=subprocess.DEVNULL, check=False)
        return time.perf_counter() - started


def context_switches(pid: int) -> int:
    """Return the voluntary context switches of all threads of a process: each is a sleep and a wake-up."""
    count = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                count += int(line.split()[1])
    return count


def time_window(session: DesktopSession, program: AppProcess, log: Path) -> float:
    """Open the settings window from the menu, time it until its page shows its data, and close it again."""
    seen = _count_usable(log)
    started = time.perf_counter()
    session.tray("claudometer").click("Open Settings")
    wait_for(lambda: _count_usable(log) > seen, what="the page")
    taken_s = time.perf_counter() - started
    session.windows.wait_for(TITLE).close()
    wait_for(lambda: not program.children, what="the window's process to end")
    return taken_s


def _count_usable(log: Path) -> int:
    return log.read_text(encoding="utf-8").count(USABLE) if log.is_file() else 0
