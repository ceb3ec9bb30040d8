"""Decides what `run` starts, and replaces this process by it. Must not install anything."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from devtools.catalog import Purpose

_ONLY_PRINTS = frozenset({"-h", "--help", "--version"})
_NO_SESSION = (
    "No graphical session here (neither DISPLAY nor WAYLAND_DISPLAY is set).\n"
    "Starting `claudometer watch` in this terminal instead. It does not need GTK, so GTK\n"
    "is not installed."
)
_IN_THE_TRAY = "Claudometer starts in the tray. To end it, press Ctrl-C here or choose Quit in its menu."


@dataclass(frozen=True)
class RunPlan:
    """The arguments for `claudometer`, and what they need."""

    arguments: tuple[str, ...]
    purposes: frozenset[Purpose] = frozenset()
    remark: str | None = None


def plan_run(arguments: Sequence[str], *, graphical: bool) -> RunPlan:
    """Choose the tray in a graphical session, else the terminal view. A command that was given is kept."""
    given = tuple(arguments)
    command = next((argument for argument in given if not argument.startswith("-")), None)
    if command not in {None, "settings"} or _ONLY_PRINTS & set(given):
        return RunPlan(given)
    if graphical:
        return RunPlan(given, frozenset({Purpose.APP}), remark=None if command else _IN_THE_TRAY)
    return RunPlan(given) if command else RunPlan((*given, "watch"), remark=_NO_SESSION)


def hand_over(program: Path, *arguments: str, cwd: Path | None = None) -> NoReturn:
    """Replace this process by the program, so that signals, terminal and exit code are the program's own."""
    command = [str(program), *arguments]
    if cwd:
        os.chdir(cwd)
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":  # there exec starts a second process, and both would read the terminal
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(program, command)  # noqa: S606 - no shell is intended
