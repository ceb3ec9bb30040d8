"""Checks whether the history can be used, and since when it has points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.errors import ErrorCode
from claudometer.store.connecting import FILE_NAME
from claudometer.store.inspecting import inspect
from claudometer.system.anonymous_paths import shell_path, shown_path
from claudometer.system.off_loop import run_abandonable

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.errors import Fact
    from claudometer.domain.snapshot import Problem
    from claudometer.processes.doctor.surroundings import Surroundings

MEGABYTE = 1_000_000
LEAST_MB = 0.1
"""A smaller size would be shown as 0.0."""

COMMANDS = {
    "denied": ("chmod u+rw", "path"),
    "denied_folder": ("chmod u+rwx", "folder"),
}
"""The command that helps, and the fact with its argument, by the reason of the fault. Other faults have a
command among their facts, or none."""


async def check(here: Surroundings) -> Finding:
    """Check whether the history can be read and written."""
    if here.demo:
        return Finding(Part.HISTORY, State.NOT_HERE, "history.demo")
    path = here.places.state_folder / FILE_NAME
    return await run_abandonable(lambda: _check(path), timeout_s=None)


def _check(path: Path) -> Finding:
    try:
        found = inspect(path)
    except ImportError:
        return Finding(Part.HISTORY, State.ATTENTION, ErrorCode.HISTORY_WITHOUT_SQLITE)
    if found.fault is not None:
        return _fault(found.fault)
    if found.since_s is None:
        return Finding(Part.HISTORY, State.NOT_HERE, "history.none")
    size = f"{max(found.size / MEGABYTE, LEAST_MB):.1f}"
    return Finding(Part.HISTORY, State.OK, "history.kept", {"since_day": found.since_s, "size": size})


def _fault(fault: Problem) -> Finding:
    given = dict(fault.facts)
    facts: dict[str, Fact] = dict(given)
    for name in given.keys() & {"path", "folder", "target"}:
        facts[name] = shown_path(given[name])
    command, about = COMMANDS.get(given.get("reason", ""), (None, ""))
    if command is not None:
        facts["command"] = f"{command} {shell_path(given[about])}"
    return Finding(Part.HISTORY, State.ATTENTION, fault.code, facts)
