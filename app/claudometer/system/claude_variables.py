"""The folders that Claude Code's own variables name. Light: ``status`` and ``statusline`` load this.

Each is read as Claude Code reads it, except that a leading ``~`` is the home folder: files such as Docker's
``.env`` pass it on unchanged.
"""

from __future__ import annotations

import os

from claudometer.system.home import below_home, expanded

CONFIG_VARIABLE = "CLAUDE_CONFIG_DIR"
STORAGE_VARIABLE = "CLAUDE_SECURESTORAGE_CONFIG_DIR"
"""Moves only the login. Set but empty, it means the default folder, whatever the other variable says."""


def default_folder() -> str:
    """Return where Claude Code keeps its files by default."""
    return below_home(".claude")


def named_config() -> str | None:
    """Return the folder of everything except the login, as the variable names it; ``None`` without it."""
    return _with_home(os.environ.get(CONFIG_VARIABLE, "")) or None


def named_login() -> str | None:
    """Return the folder of the login, as a variable names it; ``None`` if none does."""
    storage = os.environ.get(STORAGE_VARIABLE)
    if storage is None:
        return named_config()
    return _with_home(storage) or default_folder()


def login_variable() -> str | None:
    """Return the name of the variable that decides where the login is, if any."""
    if STORAGE_VARIABLE in os.environ:
        return STORAGE_VARIABLE
    return CONFIG_VARIABLE if os.environ.get(CONFIG_VARIABLE) else None


def _with_home(folder: str) -> str:
    return expanded(folder)
