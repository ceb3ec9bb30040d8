"""What the kernel reports about a process and its descendants: memory, arguments, environment."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_LOOK_AGAIN_S = 0.02
_GONE = (FileNotFoundError, ProcessLookupError)  # a process may end while it is being read


def family_of(pid: int) -> list[int]:
    """Return the process and all its descendants, parents before children."""
    family = [pid]
    for member in family:
        family.extend(children_of(member))
    return family


def children_of(pid: int) -> list[int]:
    """Return the running children of a process."""
    return [child for child in _read_children(pid) if not is_zombie(child)]


def is_zombie(pid: int) -> bool:
    """Return whether a process has ended, even if its exit code has not been collected yet."""
    with suppress(*_GONE):
        return _stat_after_name(pid)[0] == "Z"
    return True


def command_line(pid: int) -> list[str]:
    """Return the arguments of a process, which every user of the machine can read."""
    return _read_words(pid, "cmdline")


def environment(pid: int) -> list[str]:
    """Return the environment that a process was started with, as NAME=value."""
    return _read_words(pid, "environ")


def pss_bytes(pid: int) -> int:
    """Return the proportional memory of a process: roughly what would become free if it ended."""
    return _rollup(pid, "Pss:")


def anonymous_bytes(pid: int) -> int:
    """Return the memory that belongs to no file: what it alone has written to, whatever else runs."""
    return _rollup(pid, "Anonymous:")


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used so far, in user mode and in the kernel."""
    user, system = _stat_after_name(pid)[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def is_waiting(pid: int) -> bool:
    """Return whether a process has done all that it can do until something happens."""
    before = _wake_ups(pid)
    time.sleep(_LOOK_AGAIN_S)
    return before is not None and _wake_ups(pid) == before


def _wake_ups(pid: int) -> list[int] | None:
    """Return how often each thread of a process has been woken; ``None`` if one runs, or waits for a disk."""
    counts: list[int] = []
    for task in (_PROC / str(pid) / "task").iterdir():
        with suppress(*_GONE):
            lines = dict(line.split(":", 1) for line in (task / "status").read_text().splitlines())
            if not lines["State"].strip().startswith("S"):
                return None
            counts.append(int(lines["voluntary_ctxt_switches"]))
    return counts


def _rollup(pid: int, name: str) -> int:
    """Return one of the kernel's sums in bytes, 0 when the process has ended."""
    with suppress(*_GONE):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0


def _read_children(pid: int) -> Iterator[int]:
    for task in (_PROC / str(pid) / "task").glob("*/children"):
        with suppress(*_GONE):
            yield from map(int, task.read_text().split())


def _read_words(pid: int, file: str) -> list[str]:
    with suppress(*_GONE):
        return (_PROC / str(pid) / file).read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    return []


def _stat_after_name(pid: int) -> list[str]:
    # The name is in parentheses, and may itself contain spaces and parentheses.
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
