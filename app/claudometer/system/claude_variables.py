"""The folders that Claude Code's own variables name. Loads little: ``status`` and ``statusline`` use it.

They are read as Claude Code reads them, with two additions. A leading ``~`` is the home folder, because
files such as Docker's ``.env`` pass it on unchanged. And a variable may list several folders, separated by
commas, as other usage meters allow: the first with a login is used. An existing folder with a comma in its
name is no list.
"""

# ruff: noqa: PTH112, PTH113, PTH118 - importing pathlib takes longer than all this

from __future__ import annotations

import os

from claudometer.system.home import below_home, expanded

CONFIG_VARIABLE = "CLAUDE_CONFIG_DIR"
STORAGE_VARIABLE = "CLAUDE_SECURESTORAGE_CONFIG_DIR"
"""Moves only the login. Set but empty, it means the default folder, whatever the other variable says."""

LOGIN_NAME = ".credentials.json"

_chosen: dict[str, str] = {}
"""The folder in use, by list. It is chosen once, so that the account does not change during a run."""


def default_folder() -> str:
    """Return where Claude Code keeps its files by default."""
    return below_home(".claude")


def named_config() -> str | None:
    """Return the folder of everything except the login, as the variable names it; ``None`` without it.

    May block, once, if the variable names several.
    """
    return _in_use(os.environ.get(CONFIG_VARIABLE, "")) or None


def named_login() -> str | None:
    """Return the folder of the login, as a variable names it; ``None`` if none does. May block as well."""
    storage = os.environ.get(STORAGE_VARIABLE)
    if storage is None:
        return named_config()
    return _in_use(storage) or default_folder()


def login_variable() -> str | None:
    """Return the name of the variable that decides where the login is, if any."""
    if STORAGE_VARIABLE in os.environ:
        return STORAGE_VARIABLE
    return CONFIG_VARIABLE if os.environ.get(CONFIG_VARIABLE) else None


def named_list(variable: str | None = None) -> list[str]:
    """Return the folders that a variable names, as spelled, if there is a comma; by default the login's."""
    variable = variable or login_variable()
    return [] if variable is None else _split(os.environ.get(variable, ""))


def take_first() -> None:
    """Use the first folder of each list, for when the disk does not respond."""
    for variable in (CONFIG_VARIABLE, STORAGE_VARIABLE):
        value = os.environ.get(variable, "")
        _chosen[value] = expanded(next(iter(_split(value)), value))


def _in_use(value: str) -> str:
    if "," not in value:
        return expanded(value)
    if value not in _chosen:
        _chosen[value] = expanded(_choose(value))
    return _chosen[value]


def _choose(value: str) -> str:
    folders = _split(value)
    if os.path.isdir(expanded(value)) or not folders:
        return value
    with_login = (each for each in folders if os.path.isfile(os.path.join(expanded(each), LOGIN_NAME)))
    present = (each for each in folders if os.path.isdir(expanded(each)))
    return next(with_login, None) or next(present, value)


def _split(value: str) -> list[str]:
    """Return the folders of a list; none if it is a single folder."""
    folders = [folder.strip() for folder in value.split(",") if folder.strip()]
    return folders if "," in value else []
