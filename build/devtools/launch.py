"""Decides what `run` starts, and hands the process over. Must not install anything."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from devtools.catalogue import Purpose

_ASKS_ONLY = frozenset({"-h", "--help", "--version"})
_NO_SESSION = (
    "No graphical session here (neither DISPLAY nor WAYLAND_DISPLAY is set):\n"
    "starting `claudometer watch` in this terminal instead. It needs no GTK, so none\n"
    "is installed."
)
_IN_THE_TRAY = "Claudometer starts in the tray. Ctrl-C here, or Quit in its menu, ends it."


@dataclass(frozen=True)
class RunPlan:
    """The arguments for `claudometer`, and what they need."""

    arguments: tuple[str, ...]
    purposes: frozenset[Purpose] = frozenset()
    remark: str | None = None


def plan_run(arguments: Sequence[str], *, graphical: bool) -> RunPlan:
    """Start the tray where it can be seen, else the terminal view; a command that is named stays."""
    given = tuple(arguments)
    command = next((argument for argument in given if not argument.startswith("-")), None)
    if command not in {None, "settings"} or _ASKS_ONLY & set(given):
        return RunPlan(given)
    if graphical:
        return RunPlan(given, frozenset({Purpose.APP}), remark=None if command else _IN_THE_TRAY)
    return RunPlan(given) if command else RunPlan((*given, "watch"), remark=_NO_SESSION)


def hand_over(program: Path, *arguments: str, cwd: Path | None = None) -> NoReturn:
    """Become the program, so that signals, terminal and exit code are its own."""
    command = [str(program), *arguments]
    if cwd:
        os.chdir(cwd)
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":  # exec there starts a second process and leaves the terminal to both
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(program, command)  # noqa: S606 - no shell is what we want
