"""Finds out whether Claude Code is installed here. Runs nothing."""

from __future__ import annotations

import os
from pathlib import Path

from claudometer.system.home import below_home

PROGRAM = "claude"

_FOLDERS = (
    ".local/bin",  # its own installer
    ".claude/local",  # its own older one
    ".npm-global/bin",
    ".bun/bin",
    ".volta/bin",
    ".nvm/versions/node/*/bin",
)
"""Where it may be, below the home folder."""

_USED = ".claude.json"
"""What Claude Code writes into the home folder when it is first started (seen in 2.1.332)."""


def has_claude_code() -> bool:
    """Return whether Claude Code's program is found, or has been started here. Blocks.

    A program started at login may have a shorter PATH than the user's shell, so its usual folders are
    searched too. ``False`` may be wrong: it may be anywhere.
    """
    import shutil  # noqa: PLC0415 - only who is not logged in pays for it

    home = Path(below_home())
    try:
        places = [str(found) for pattern in _FOLDERS for found in home.glob(pattern)]
        is_found = any(shutil.which(PROGRAM, path=path) for path in (None, *places))
    except OSError:
        return True  # unknown: nobody is told to get what may be here
    return is_found or os.path.lexists(home / _USED)
