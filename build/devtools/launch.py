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
_WITH_VALUE = frozenset({"--plan"})
"""The options that may stand before a command and take the next word as their value."""
_NO_SESSION = (
    "No graphical session here (neither DISPLAY nor WAYLAND_DISPLAY is set), so this is "
    "`claudometer watch`, which needs neither a desktop nor GTK."
)


@dataclass(frozen=True)
class RunPlan:
    """The arguments for `claudometer`, what they need, and what to say when it is about to start."""

    arguments: tuple[str, ...]
    purposes: frozenset[Purpose] = frozenset()
    remark: str | None = None


def plan_run(arguments: Sequence[str], *, graphical: bool) -> RunPlan:
    """Choose the tray in a graphical session, else the terminal view. A command that was given is kept."""
    given = tuple(arguments)
    command = next(iter(_without_options(given)), None)
    if command not in {None, "settings"} or _ONLY_PRINTS & set(given):
        return RunPlan(given)
    if graphical:
        return RunPlan(given, frozenset({Purpose.APP}))
    return RunPlan(given) if command else RunPlan((*given, "watch"), remark=_NO_SESSION)


def fallback(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the arguments of the terminal view, with the options of ``arguments``, such as --demo."""
    words = _without_options(arguments)
    return (*(argument for argument in arguments if argument not in words), "watch")


def _without_options(arguments: Sequence[str]) -> list[str]:
    """Return the words that are neither options nor the value of one."""
    following = zip(("", *arguments), arguments, strict=False)
    return [word for before, word in following if not word.startswith("-") and before not in _WITH_VALUE]


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
