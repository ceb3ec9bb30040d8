"""Finds out whether Claude Code is installed here. Runs nothing."""

from __future__ import annotations

import os
from pathlib import Path

from claudometer.system.home import below_home

PROGRAM = "claude"

_FOLDERS = (
    ".local/bin",  # Claude Code's own installer
    ".claude/local",  # its older installer
    ".npm-global/bin",
    ".bun/bin",
    ".volta/bin",
    ".nvm/versions/node/*/bin",
)
"""Where installers and package managers put programs, below the home folder."""

_USED = ".claude.json"
"""A file that Claude Code writes into the home folder at its first start (seen in 2.1.332)."""


def has_claude_code() -> bool:
    """Return whether Claude Code's program is found, or has been started here. Blocks.

    We may have been started with a shorter PATH than the user's shell, so the usual folders are searched as
    well. ``False`` may be wrong, because the program may be anywhere.
    """
    import shutil  # noqa: PLC0415 - only needed without a login

    home = Path(below_home())
    try:
        places = [str(found) for pattern in _FOLDERS for found in home.glob(pattern)]
        is_found = any(shutil.which(PROGRAM, path=path) for path in (None, *places))
    except OSError:
        return True  # unknown: nobody should be told to install a program that may be there
    return is_found or os.path.lexists(home / _USED)
