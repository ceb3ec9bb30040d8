"""Removes the names of people from texts, for a report that users may send to others."""

from __future__ import annotations

import os
import re
import shlex
from functools import cache

from claudometer.system.home import home_folder, on_one_line

SHORTEST_NAME = 3
"""A shorter user name would also match folders that have nothing to do with the user."""


def without_names(text: str) -> str:
    """Return a text with ``~`` for the home folder, and ``$USER`` for a folder with the user's name."""
    for home in _homes():
        text = re.sub(rf"{re.escape(home)}(?=$|[/\s'\":,;.)])", "~", text)
    name = _user_name()
    return re.sub(rf"(?<=/){re.escape(name)}(?=$|[/\s'\":,;.)])", "$USER", text) if name else text


def shown_path(path: str | os.PathLike[str]) -> str:
    """Return a path for a sentence, on one line and without a name."""
    return on_one_line(without_names(os.fspath(path)))


def shell_path(path: str | os.PathLike[str]) -> str:
    """Return a path as a word for a shell, without names: the shell expands ``~`` and ``$USER``."""
    text = without_names(os.fspath(path))
    if text == "~" or text.startswith("~/"):
        rest = text[2:]
        return f"~/{shlex.quote(rest)}" if rest else "~"
    if "$USER" in text:
        escaped = re.sub(r'(["`\\]|\$(?!USER\b))', r"\\\1", text)
        return f'"{escaped}"'
    return shlex.quote(text)


def _homes() -> list[str]:
    """Return the home folder as it is spelled. Links are not followed: on a dead drive that never returns."""
    named = (home_folder() or "").rstrip("/")
    return [named] if named else []


@cache
def _user_name() -> str:
    from getpass import getuser  # noqa: PLC0415 - only messages need it

    try:
        name = getuser()
    except (KeyError, OSError, ImportError):
        return ""
    return name if len(name) >= SHORTEST_NAME else ""
