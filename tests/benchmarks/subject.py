"""Measures any tray program from outside: by the session bus, the X server and the kernel's figures."""

from __future__ import annotations

import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jeepney import DBusAddress, DBusErrorResponse

from tests.benchmarks.measuring import context_switches
from tests.desktop import process_tree
from tests.desktop.panel import WATCHER
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.desktop.app_process import AppProcess
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.desktop.windows import Window

START_TIMEOUT_S = 60.0
_ITEM = "org.kde.StatusNotifierItem"


@dataclass(frozen=True)
class Subject:
    """A tray program.

    Attributes:
        name: the head of its column.
        env: added to the environment of its home.
    """

    name: str
    command: Sequence[str]
    home: PrivateHome
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Usage:
    """What a program with all its children uses at one moment.

    Attributes:
        anonymous: MB that it alone has written to; does not depend on what else runs.
        pss: MB, with its share of what it shares with others.
        cpu_s: processor time so far.
        switches: voluntary context switches so far.
    """

    anonymous: float
    pss: float
    processes: int
    cpu_s: float
    switches: int

    @classmethod
    def of(cls, program: AppProcess) -> Usage:
        family = process_tree.family_of(program.pid)
        return cls(
            sum(map(process_tree.anonymous_bytes, family)) / 2**20,
            sum(map(process_tree.pss_bytes, family)) / 2**20,
            len(family),
            sum(map(process_tree.cpu_seconds, family)),
            sum(map(context_switches, family)),
        )


@contextmanager
def running(session: DesktopSession, subject: Subject) -> Iterator[AppProcess]:
    """Run the program until the block ends; the block starts when its icon is registered at the panel."""
    program = session.run(subject.command, subject.home, env=subject.env)
    pid, icon = program.pid, f"the icon of {subject.name}"
    try:
        if not _is_shown(session, program):
            raise SystemExit(f"bench: {subject.name} showed no icon. It said: {program.output or 'nothing'}")
        yield program
    finally:
        program.stop()
        wait_for(lambda: not find_item(session, pid), what=f"{icon} to go")


def _is_shown(session: DesktopSession, program: AppProcess) -> bool:
    """Wait until its icon is there, and return false if it ended or took too long."""
    try:
        wait_for(
            lambda: find_item(session, program.pid) or not program.is_running,
            what="an icon",
            timeout_s=START_TIMEOUT_S,
        )
    except TimeoutError:
        return False
    return program.is_running


def start_s(session: DesktopSession, subject: Subject) -> float:
    """Return the seconds from the start of the process to the icon's registration."""
    started = time.perf_counter()
    with running(session, subject):
        return time.perf_counter() - started


def find_item(session: DesktopSession, pid: int) -> str | None:
    """Return where the program's item is: bus name and path in one, as the watcher lists it."""
    names = session.bus.properties(WATCHER)["RegisteredStatusNotifierItems"]
    family = set(process_tree.family_of(pid))
    return next((name for name in names if _owner(session, name.partition("/")[0]) in family), None)


def open_window_s(session: DesktopSession, program: AppProcess) -> tuple[float, Window] | None:
    """Click on the icon, and return the seconds until a window is there, and the window.

    ``None`` for a program that shows none on a click.
    """
    item = find_item(session, program.pid)
    if item is None:
        return None
    bus_name, slash, path = item.partition("/")
    before = {window.number for window in session.windows.all()}
    started = time.perf_counter()
    try:
        session.bus.call(DBusAddress(slash + path, bus_name, _ITEM), "Activate", "ii", 0, 0)
        window = wait_for(
            lambda: next((each for each in session.windows.all() if each.number not in before), None),
            what="a window",
        )
    except (DBusErrorResponse, TimeoutError):
        return None
    return time.perf_counter() - started, window


def medians(samples: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the median of each subject's samples; those without any are left out."""
    return {name: statistics.median(found) for name, found in samples.items() if found}


def _owner(session: DesktopSession, bus_name: str) -> int:
    try:
        return session.bus.process_of(bus_name)
    except DBusErrorResponse:  # it has just left
        return 0
