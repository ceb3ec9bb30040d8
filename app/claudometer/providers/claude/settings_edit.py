"""What every edit of Claude Code's settings shares: its outcome, our own commands, and the way back. Pure."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.domain.json_text import (
    BYTE_ORDER_MARK,
    NotAnObjectError,
    is_blank,
    read_object,
    write_object,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Settings = dict[str, object]


class SetupResult(StrEnum):
    """What was changed, or why nothing was changed."""

    INSTALLED = "installed"
    CHAINED = "chained"
    RENEWED = "renewed"
    UNCHANGED = "unchanged"
    CUSTOM = "custom"
    REMOVED = "removed"
    RESTORED = "restored"
    LEFT = "left"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Edit:
    """The new text, which is the old text if nothing was changed.

    Attributes:
        left: commands of the user's own that run us, and that uninstalling leaves.
        was_all_ours: the old text is what installing makes where there is no file.
    """

    result: SetupResult
    text: str
    left: tuple[str, ...] = ()
    was_all_ours: bool = False


def read_settings(text: str) -> Settings:
    """Read the settings; a file that is missing or blank has none.

    Raises:
        NotAnObjectError: the file is not a JSON object.
    """
    return {} if is_blank(text) else read_object(text)


def write_settings(settings: Settings, *, like: str) -> str:
    """Write the settings in the layout of ``like``, which may be blank: then in Claude Code's own."""
    if is_blank(like):
        mark = BYTE_ORDER_MARK if like.startswith(BYTE_ORDER_MARK) else ""
        like = mark + ("\r\n" if "\r\n" in like else "\n")
    return write_object(settings, like=like)


def find_text_before(copies: Iterable[str], text: str, redo: Callable[[Settings], Settings]) -> str | None:
    """Return the newest copy from which ``redo`` makes ``text``: nothing else has changed since.

    Writing JSON cannot restore the user's own layout, a copy can.
    """
    for copy in copies:
        try:
            if write_settings(redo(read_settings(copy)), like=copy) == text:
                return copy
        except NotAnObjectError:
            continue
    return None


def is_all_ours(text: str, redo: Callable[[Settings], Settings]) -> bool:
    """Return whether ``redo`` makes exactly ``text`` where there is no file."""
    return write_settings(redo({}), like="") == text


def join_command(program: list[str], *words: str, windows: bool) -> str:
    """Return the command line for the settings.

    On Windows, Claude Code runs it in Git Bash, which drops backslashes, or in PowerShell, to which it passes
    no quotes.
    """
    first = program[0].replace("\\", "/") if windows else program[0]
    return shlex.join([first, *program[1:], *words])


def split_command(command: str, name: str) -> list[str] | None:
    """Return the words after ``name``, our command, in a command line that begins with our program.

    Any other command line is the user's own, also one that runs us: see :func:`runs_us`.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if name not in words:
        return None
    place = words.index(name)
    return words[place + 1 :] if _is_our_program(words[:place]) else None


def runs_us(command: str, name: str) -> bool:
    """Return whether a command line of the user's own seems to run our command ``name``."""
    return "claudometer" in command.lower() and name in command


def _is_our_program(words: list[str]) -> bool:
    # An AppImage without FUSE needs that word to start.
    if len(words) == 1 or words[1:] == ["--appimage-extract-and-run"]:
        return words[0].replace("\\", "/").rpartition("/")[2].lower().startswith("claudometer")
    # Python, of a checkout or a virtual environment, with the module.
    return len(words) == 3 and words[1:] == ["-m", "claudometer"]
