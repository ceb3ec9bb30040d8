"""Measures the program on a real desktop and prints a table for the README. A missed goal is no error.

Run with ``python3 build/dev.py bench``. ``--quick`` measures one idle minute instead of five, ``--starts``
only the start times. An AppImage in dist/ is measured too.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "build")]

from devtools.environment import USERS  # noqa: E402

from tests.benchmarks import packaged  # noqa: E402
from tests.benchmarks.measuring import context_switches, run_s, time_window  # noqa: E402
from tests.desktop import process_tree  # noqa: E402
from tests.desktop.look import Look  # noqa: E402
from tests.desktop.private_home import PrivateHome  # noqa: E402
from tests.desktop.session import DesktopSession, open_desktop  # noqa: E402
from tests.simulator.account import write_login  # noqa: E402
from tests.simulator.server import Simulator  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.app_process import AppProcess

PROGRAM = str(USERS.program("claudometer"))
STARTS = 7  # runs per median; a start takes about a second
COMMANDS = 40  # runs per median; a command takes tens of milliseconds, so single runs vary more
SETTLED_S = 30  # by then the first poll is over and memory no longer grows
IDLE_S = 300  # several polling intervals


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    what: str
    measured: str
    goal: str


@contextmanager
def running(session: DesktopSession, home: PrivateHome, *arguments: str, **env: str) -> Iterator[AppProcess]:
    """Run the program until the block ends; the block starts when its tray icon is there."""
    program = session.run([PROGRAM, *arguments], home, env=env)
    try:
        session.tray("claudometer").wait_until_shown()
        yield program
    finally:
        program.stop()
        session.tray("claudometer").wait_until_gone()


def starts(session: DesktopSession, home: PrivateHome) -> list[Row]:
    """Measure the time from the start of the process to the icon's registration at the panel."""
    measured = packaged.starts(session, home, PROGRAM, STARTS)
    goals = ["≤ 0.7 s", *("–" for _ in measured[1:])]
    return [Row(what, seconds, goal) for (what, seconds), goal in zip(measured, goals, strict=True)]


def idle(session: DesktopSession, home: PrivateHome, simulator: Simulator, idle_s: int) -> list[Row]:
    """Measure memory, processor time and wake-ups of the tray process in CLI mode, with no window open."""
    write_login(home.path / ".claude")
    with running(session, home, CLAUDOMETER_OAUTH_URL=simulator.oauth_url) as program:
        time.sleep(SETTLED_S)
        cpu, switches = process_tree.cpu_seconds(program.pid), context_switches(program.pid)
        time.sleep(idle_s)
        used_s = process_tree.cpu_seconds(program.pid) - cpu
        woken = context_switches(program.pid) - switches
        memory = process_tree.pss_bytes(program.pid) / 2**20
        return [
            Row("idle memory (PSS), CLI mode", f"{memory:.0f} MB", "≤ 60 MB"),
            Row("child processes, no window open", str(len(program.children)), "0"),
            Row(
                f"processor over {idle_s // 60} idle min",
                f"{100 * used_s / idle_s:.2f} % of a core",
                "≤ 0.1 %",
            ),
            Row("wake-ups, all threads", f"{60 * woken / idle_s:.0f} a minute", "–"),
        ]


def window(session: DesktopSession, home: PrivateHome) -> list[Row]:
    """Measure the time from the menu click to a page with data, and the memory kept afterwards."""
    times: list[float] = []
    log = home.runtime / "claudometer/demo/state/log/window.log"
    with running(session, home, "--demo") as program:
        before = program.family_pss_bytes
        times.extend(time_window(session, program, log) for _ in range(STARTS))
        after = program.family_pss_bytes
    grown = (after - before) / 2**20
    return [
        Row("settings window: request to usable page", f"{statistics.median(times):.2f} s", "≤ 0.8 s"),
        Row(f"memory kept after {STARTS} windows", f"{grown:+.1f} MB", "–"),
    ]


def status(session: DesktopSession, home: PrivateHome) -> Row:
    """Measure `claudometer status` with the app running, and compare it with an empty Python program."""
    env = session.env_for(home)
    with running(session, home, "--demo"):
        bare = statistics.median(run_s([str(USERS.python), "-c", "pass"], env) for _ in range(COMMANDS))
        taken = statistics.median(run_s([PROGRAM, "--demo", "status"], env) for _ in range(COMMANDS))
    text = f"{1000 * taken:.0f} ms, {taken / bare:.1f} × python -c pass ({1000 * bare:.0f} ms)"
    return Row("claudometer status, app running", text, "≤ 2.5 ×")


def status_line(session: DesktopSession, home: PrivateHome) -> Row:
    """Measure `claudometer statusline` with rate limits on standard input, as Claude Code runs it."""
    env = session.env_for(home)
    session_json = home.path / "session.json"
    resets_at = int(time.time()) + 7200
    session_json.write_text(
        f'{{"session_id":"a","rate_limits":{{"five_hour":{{"used_percentage":41,"resets_at":{resets_at}}}}}}}'
    )
    taken = statistics.median(run_s([PROGRAM, "statusline"], env, session_json) for _ in range(COMMANDS))
    return Row("claudometer statusline", f"{1000 * taken:.0f} ms", "≤ 60 ms")


def main(arguments: list[str]) -> None:
    """Measure everything and print the table."""
    idle_s = 60 if "--quick" in arguments else IDLE_S
    with open_desktop(Look(dark=True)) as session, Simulator() as simulator:
        home = PrivateHome.create()
        try:
            rows = starts(session, home)
            if "--starts" not in arguments:
                rows += [
                    *window(session, home),
                    status(session, home),
                    status_line(session, home),
                    *idle(session, home, simulator, idle_s),
                ]
        finally:
            home.remove()
    width = max(len(row.what) for row in rows)
    print(f"| {'what'.ljust(width)} | measured | goal |\n| {'-' * width} | --- | --- |")
    for row in rows:
        print(f"| {row.what.ljust(width)} | {row.measured} | {row.goal} |")


if __name__ == "__main__":
    main(sys.argv[1:])
