"""How to type a command that needs root on this computer: not every computer has sudo."""

from __future__ import annotations

import os
import shlex
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Which = Callable[[str], str | None]

PREFIXES = ("sudo", "doas")
SU = "su"


def as_root(command: str, which: Which = shutil.which, *, is_root: bool | None = None) -> str:
    """Return the command line that runs a command as root: with sudo or doas if there is one, else with su.

    Args:
        command: without ``~`` and variables, because root's shell might expand them.
        which: finds programs.
        is_root: whether root types it; by default whether we are root.
    """
    return as_root_from_home(command, shlex.quote(command), which, is_root=is_root)


def as_root_from_home(
    command: str, for_su: str, which: Which = shutil.which, *, is_root: bool | None = None
) -> str:
    """Return the command line that runs, as root, a command that names the user or the user's files.

    The user's own shell has to expand ``~`` and variables. For sudo and doas it does, since they get words.
    su gets one text, which root's shell parses again.

    Args:
        command: as the user's shell parses it.
        for_su: the same as one word for su, quoted so that the user's shell expands ``~`` and variables.
        which: finds programs.
        is_root: whether root types it; by default whether we are root.
    """
    if (os.geteuid() == 0) if is_root is None else is_root:
        return command
    tool = next((program for program in PREFIXES if which(program)), SU)
    # With -l: plain su on Debian keeps the user's PATH, which lacks the folders of root's programs.
    return f"su -lc {for_su}" if tool == SU else f"{tool} {command}"
