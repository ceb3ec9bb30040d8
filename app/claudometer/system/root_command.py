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


def as_root(command: str, which: Which = shutil.which, *, is_root: bool | None = None) -> str:
    """Return the line that runs a command as root: with sudo or doas if there is one, else with su.

    Args:
        command: a line without ``~`` and variables, which would be root's.
        which: finds programs.
        is_root: whether root types it; by default whether we are root.
    """
    if (os.geteuid() == 0) if is_root is None else is_root:
        return command
    prefix = next((program for program in PREFIXES if which(program)), None)
    if prefix is not None:
        return f"{prefix} {command}"
    # As a login, because Debian's plain su keeps a PATH without the folders of root's programs.
    return f"su -lc {shlex.quote(command)}" if which("su") else f"sudo {command}"
