"""Measures the program on a real desktop and prints a table. A missed goal is no error.

Run with ``python3 build/dev.py bench``; ``dev.py bench --help`` has the options. An AppImage in dist/ is
measured too. What is compared runs in turns, so that a machine that gets busy slows down all of it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "build")]

from devtools.environment import USERS  # noqa: E402

from tests.benchmarks import packaged  # noqa: E402
from tests.benchmarks.measuring import run_s, time_window  # noqa: E402
from tests.benchmarks.past import YEAR, leave_days  # noqa: E402
from tests.benchmarks.subject import Subject, Usage, medians, open_window_s, running, start_s  # noqa: E402
from tests.desktop.look import Look  # noqa: E402
from tests.desktop.private_home import PrivateHome  # noqa: E402
from tests.desktop.session import DesktopSession, open_desktop  # noqa: E402
from tests.desktop.waiting import wait_for  # noqa: E402
from tests.simulator.account import write_login  # noqa: E402
from tests.simulator.server import Simulator  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.desktop.windows import Window

PROGRAM = str(USERS.program("claudometer"))
LAUNCH = str(Path(__file__).with_name("launch.py"))
OURS = "Claudometer"
OLD = "with a year of history"
STARTS = 7  # runs per median; a start takes about a second
COMMANDS = 40  # runs per median; a command takes tens of milliseconds, so single runs vary more
SETTLED_S = 30  # by then the first poll is over and memory no longer grows
IDLE_S = 300  # several polling intervals


@dataclass(frozen=True)
class Row:
    """A row of the table: the text for each program, and what is aimed at."""

    what: str
    goal: str
    measured: Mapping[str, str]


def row(what: str, goal: str, text: str) -> Row:
    """Return a row for what only our own program has."""
    return Row(what, goal, {OURS: text})


def starts(session: DesktopSession, subjects: Sequence[Subject]) -> Row:
    """Measure the time from the start of the process to the icon's registration at the panel."""
    samples: dict[str, list[float]] = {subject.name: [] for subject in subjects}
    for run in range(STARTS + 1):
        for subject in subjects:
            taken_s = start_s(session, subject)
            if run:  # the first finds some files in the cache and others not
                samples[subject.name].append(taken_s)
    texts = {name: f"{taken_s:.2f} s" for name, taken_s in medians(samples).items()}
    return Row("start to icon, warm", "≤ 0.7 s", texts)


def idle(session: DesktopSession, subjects: Sequence[Subject], idle_s: int) -> list[Row]:
    """Measure what the programs use with no window open, all of them in the same minutes."""
    with ExitStack() as stack:
        programs = {subject.name: stack.enter_context(running(session, subject)) for subject in subjects}
        time.sleep(SETTLED_S)
        before = {name: Usage.of(program) for name, program in programs.items()}
        time.sleep(idle_s)
        used = {name: (before[name], Usage.of(program)) for name, program in programs.items()}
    return [
        Row(
            "idle memory: anonymous",
            "≤ 25 MB",
            {name: f"{after.anonymous:.1f} MB" for name, (_, after) in used.items()},
        ),
        Row("idle memory: PSS", "–", {name: f"{after.pss:.1f} MB" for name, (_, after) in used.items()}),
        Row("processes, no window open", "1", {name: f"{now.processes}" for name, (_, now) in used.items()}),
        Row(
            f"processor over {idle_s // 60} idle min",
            "≤ 0.1 %",
            {
                name: f"{100 * (now.cpu_s - then.cpu_s) / idle_s:.3f} % of a core"
                for name, (then, now) in used.items()
            },
        ),
        Row(
            "wake-ups, all threads",
            "≤ 60 a minute",
            {
                name: f"{60 * (now.switches - then.switches) / idle_s:.0f} a minute"
                for name, (then, now) in used.items()
            },
        ),
    ]


def windows(session: DesktopSession, subjects: Sequence[Subject], count: int) -> list[Row]:
    """Measure a click on the icon until a window is there, and the memory that it leaves."""
    samples: dict[str, list[float]] = {subject.name: [] for subject in subjects}
    grown: dict[str, str] = {}
    with ExitStack() as stack:
        programs = {subject.name: stack.enter_context(running(session, subject)) for subject in subjects}
        time.sleep(SETTLED_S)
        before = {name: Usage.of(program) for name, program in programs.items()}
        for _ in range(count):
            for name, program in programs.items():
                opened = open_window_s(session, program)
                if opened is None:
                    continue
                taken_s, window = opened
                samples[name].append(taken_s)
                time.sleep(2)  # a window that is closed half made leaves less
                window.close()
                wait_for(partial(_is_gone, session, window), what="the window's end")
        time.sleep(SETTLED_S)
        for name, program in programs.items():
            kept = Usage.of(program).anonymous - before[name].anonymous
            grown[name] = f"{kept:+.1f} MB" if samples[name] else "–"
    opened_s = medians(samples)
    shown = {name: f"{opened_s[name]:.2f} s" if name in opened_s else "–" for name in samples}
    return [
        Row("click on the icon to a window", "≤ 0.15 s", shown),
        Row(f"anonymous memory kept after {count} windows", "–", grown),
    ]


def _is_gone(session: DesktopSession, window: Window) -> bool:
    return all(each.number != window.number for each in session.windows.all())


def with_a_year(session: DesktopSession, simulator: Simulator, idle_s: int) -> list[Row]:
    """Measure what the app uses with no window open: without a history, and with one of a year."""
    with ExitStack() as stack:
        subjects = []
        for name, days in ((OURS, 0), (OLD, YEAR)):
            home = PrivateHome.create()
            stack.callback(home.remove)
            write_login(home.path / ".claude")
            leave_days(home, days)
            subjects.append(Subject(name, [str(USERS.python), LAUNCH, simulator.oauth_url], home))
        rows = idle(session, subjects, idle_s)
    goals = {"idle memory: anonymous": "within 2 MB", "wake-ups, all threads": "within 5 %"}
    return [Row(each.what, goals.get(each.what, "–"), each.measured) for each in rows]


def page(session: DesktopSession, home: PrivateHome) -> Row:
    """Measure the time from the menu click to a page with data."""
    log = home.runtime / "claudometer/demo/state/log/window.log"
    with running(session, Subject(OURS, [PROGRAM, "--demo"], home)) as program:
        taken_s = statistics.median(time_window(session, program, log) for _ in range(STARTS))
    return row("click in the menu to a usable page", "≤ 0.8 s", f"{taken_s:.2f} s")


def commands(session: DesktopSession, home: PrivateHome) -> list[Row]:
    """Measure ``status`` with the app running, ``statusline`` as Claude Code runs it, and Python alone."""
    env = session.env_for(home)
    limits = home.path / "session.json"
    resets_at = int(time.time()) + 7200
    limits.write_text(
        f'{{"session_id":"a","rate_limits":{{"five_hour":{{"used_percentage":41,"resets_at":{resets_at}}}}}}}'
    )
    tried = {
        "python": ([str(USERS.python), "-c", "pass"], Path(os.devnull)),
        "status": ([PROGRAM, "--demo", "status"], Path(os.devnull)),
        "statusline": ([PROGRAM, "statusline"], limits),
    }
    samples: dict[str, list[float]] = {name: [] for name in tried}
    with running(session, Subject(OURS, [PROGRAM, "--demo"], home)):
        for _ in range(COMMANDS):
            for name, (command, stdin) in tried.items():
                samples[name].append(run_s(command, env, stdin))
    found = medians(samples)

    def text(name: str) -> str:
        return f"{1000 * found[name]:.1f} ms, {found[name] / found['python']:.2f} × Python alone"

    return [
        row("python -c pass", "–", f"{1000 * found['python']:.1f} ms"),
        row("claudometer status, app running", "≤ 1.4 ×", text("status")),
        row("claudometer statusline", "≤ 1.7 ×", text("statusline")),
    ]


def main(arguments: list[str]) -> None:
    """Measure everything and print the table."""
    idle_s = 60 if "--quick" in arguments else IDLE_S
    count = int(_value(arguments, "--windows") or STARTS)
    load, other = os.getloadavg()[0], beside(arguments)
    with open_desktop(Look(dark=True)) as session, Simulator() as simulator, ExitStack() as stack:
        if "--year" in arguments:
            print_table(with_a_year(session, simulator, idle_s), [OURS, OLD])
            return
        home, other_home = PrivateHome.create(), PrivateHome.create()
        stack.callback(home.remove)
        stack.callback(other_home.remove)
        write_login(home.path / ".claude")
        write_login(other_home.path / ".claude")
        launched = [str(USERS.python), LAUNCH, simulator.oauth_url]
        subjects = [Subject(OURS, launched, home)]
        if other:
            subjects.append(Subject(Path(other[0]).name, other, other_home))
        rows = [starts(session, subjects)]
        rows += [
            row(what, "–", taken)
            for what, taken in packaged.starts(session, home, PROGRAM, STARTS)
            if "warm" not in what or "checkout" not in what  # the row above has that
        ]
        if "--starts" not in arguments:
            rows += [page(session, home), *windows(session, subjects, count), *commands(session, home)]
            rows += idle(session, subjects, idle_s)
    print(f"{os.cpu_count()} cores, load {load:.1f} before and {os.getloadavg()[0]:.1f} after\n")
    print_table(rows, [subject.name for subject in subjects])


def beside(arguments: Sequence[str]) -> Sequence[str]:
    """Return the command of the other program, empty if none is to be measured.

    Raises:
        SystemExit: no command follows ``--beside``, or its program is not there.
    """
    if "--beside" not in arguments:
        return ()
    command = shlex.split(_value(arguments, "--beside") or "")
    if not command:
        raise SystemExit("bench: --beside needs the command of another tray program, such as --beside copyq.")
    if shutil.which(command[0]) is None:
        raise SystemExit(f"bench: {command[0]} is not there. Install it, or give its path.")
    return command


def print_table(rows: Sequence[Row], names: Sequence[str]) -> None:
    """Print a Markdown table with a column for each program."""
    width = max(len(each.what) for each in rows)
    print(f"| {'what'.ljust(width)} | {' | '.join(names)} | goal |")
    print(f"| {'-' * width} |{' --- |' * (len(names) + 1)}")
    for each in rows:
        texts = " | ".join(each.measured.get(name, "–") for name in names)
        print(f"| {each.what.ljust(width)} | {texts} | {each.goal} |")


def _value(arguments: Sequence[str], option: str) -> str | None:
    """Return what follows an option, ``None`` without it."""
    return arguments[arguments.index(option) + 1] if option in arguments[:-1] else None


if __name__ == "__main__":
    main(sys.argv[1:])
