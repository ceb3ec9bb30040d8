"""How a line that needs root is typed on this computer: not every one has sudo."""

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
    """Return the line that runs a command as root: with sudo or doas if there is one, else with su.

    Args:
        command: a line without ``~`` and variables, which would be root's.
        which: finds programs.
        is_root: whether root types it; by default whether we are root.
    """
    return as_root_from_home(command, shlex.quote(command), which, is_root=is_root)


def as_root_from_home(
    command: str, for_su: str, which: Which = shutil.which, *, is_root: bool | None = None
) -> str:
    """Return the line that runs a command as root which names the user, or the user's files.

    The user's own shell has to expand ``~`` and variables. It does for sudo and doas, which get words; su
    gets a text, which root's shell reads.

    Args:
        command: the command as the user's shell reads it.
        for_su: the one word that su gets, quoted so that the user's shell expands what is the user's.
        which: finds programs.
        is_root: whether root types it; by default whether we are root.
    """
    if (os.geteuid() == 0) if is_root is None else is_root:
        return command
    tool = next((program for program in PREFIXES if which(program)), SU)
    # As a login, because Debian's plain su keeps a PATH without the folders of root's programs.
    return f"su -lc {for_su}" if tool == SU else f"{tool} {command}"
