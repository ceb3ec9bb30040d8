"""Replaces ``statusLine`` in the text of Claude Code's settings by ours, and restores it. Pure."""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.domain.json_text import NotAnObjectError, is_blank, read_object, write_object

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY = "statusLine"
COMMAND = "statusline"
CHAIN = "--chain"
ENCODED = "base64:"
REFRESH_S = 60
"""Claude Code runs the command at least this often, so that the time until the reset counts down."""


class SetupResult(StrEnum):
    """What was changed, or why nothing was changed."""

    INSTALLED = "installed"
    CHAINED = "chained"
    RENEWED = "renewed"
    UNCHANGED = "unchanged"
    CUSTOM = "custom"
    REMOVED = "removed"
    RESTORED = "restored"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Edit:
    """The new text, which is the old text if nothing was changed."""

    result: SetupResult
    text: str


class UnknownStatusLineError(ValueError):
    """The present status line is of an unknown kind, so we cannot run it."""


def install(text: str, program: list[str], *, windows: bool = False) -> Edit:
    """Replace the status line by ours, which then runs the previous one.

    Args:
        text: the content of the settings file; empty if the file does not exist.
        program: the words that start our program; the first is an absolute path.
        windows: whether to quote for the shells that Claude Code uses on Windows.

    Raises:
        NotAnObjectError: the file is not a JSON object.
        UnknownStatusLineError: the present status line is not a command.
    """
    settings = {} if is_blank(text) else read_object(text)
    present = settings.get(KEY)
    if present is None:
        command = command_of(program, windows=windows)
        ours = {"type": "command", "command": command, "refreshInterval": REFRESH_S}
        like = "\n" if is_blank(text) else text
        return Edit(SetupResult.INSTALLED, write_object(settings | {KEY: ours}, like=like))
    status_line, command = _read_status_line(present)
    parsed = _parse(command)
    if parsed is None and "claudometer" in command.lower() and COMMAND in command:
        return Edit(SetupResult.CUSTOM, text)
    chained = command if parsed is None else parsed.chained
    new = _with_type(status_line) | {"command": command_of(program, chained, windows=windows)}
    if new == status_line:
        return Edit(SetupResult.UNCHANGED, text)
    result = SetupResult.CHAINED if parsed is None else SetupResult.RENEWED
    return Edit(result, write_object(settings | {KEY: new}, like=text))


def uninstall(text: str, copies: Iterable[str] = ()) -> Edit:
    """Restore the status line that was there before ours, or remove the setting.

    Args:
        text: the content of the settings file; empty if the file does not exist.
        copies: earlier contents of the file, newest first. If only the status line has changed since a copy,
            that copy is returned, because writing JSON cannot restore the user's own layout.

    Raises:
        NotAnObjectError: the file is not a JSON object.
    """
    settings = {} if is_blank(text) else read_object(text)
    status_line = settings.get(KEY)
    command = status_line.get("command") if isinstance(status_line, dict) else None
    ours = _parse(command) if isinstance(command, str) else None
    if ours is None or not isinstance(status_line, dict):
        return Edit(SetupResult.ABSENT, text)
    result = SetupResult.REMOVED if ours.chained is None else SetupResult.RESTORED
    for copy in copies:
        if _is_text_before(copy, text, status_line, ours):
            return Edit(result, copy)
    if ours.chained is None:
        del settings[KEY]
    else:
        settings[KEY] = status_line | {"command": ours.chained}
    return Edit(result, write_object(settings, like=text))


def _is_text_before(copy: str, text: str, status_line: object, ours: _Ours) -> bool:
    """Return whether ``text`` is ``copy`` with its status line replaced by ours."""
    try:
        settings = read_object(copy)
        before = settings.get(KEY)
        command = before.get("command") if isinstance(before, dict) else None
        return command == ours.chained and write_object(settings | {KEY: status_line}, like=copy) == text
    except NotAnObjectError:
        return False


def command_of(program: list[str], chained: str | None = None, *, windows: bool = False) -> str:
    """Return the command line for the settings.

    On Windows, Claude Code runs it in Git Bash, which drops backslashes, or in PowerShell, to which it passes
    no quotes. Therefore the chained command is encoded there.
    """
    words = [*program, COMMAND]
    if windows:
        words[0] = words[0].replace("\\", "/")
    if chained is not None:
        words += [CHAIN, encode(chained) if windows or chained.startswith(ENCODED) else chained]
    return shlex.join(words)


def encode(command: str) -> str:
    """Write a command in characters that no shell treats specially."""
    return ENCODED + base64.urlsafe_b64encode(command.encode()).decode("ascii").rstrip("=")


def decode(word: str) -> str:
    """Return the command of a ``--chain`` argument, which may be encoded."""
    if not word.startswith(ENCODED):
        return word
    encoded = word.removeprefix(ENCODED)
    try:
        padded = encoded + "=" * (-len(encoded) % 4)  # `encode` drops the padding
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError:
        return word


@dataclass(frozen=True, slots=True)
class _Ours:
    """A command of ours. ``chained`` is the user's command that it also runs, if any."""

    chained: str | None


def _parse(command: str) -> _Ours | None:
    """Parse a command in exactly the form of `command_of`. Any other command is the user's own."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if COMMAND not in words:
        return None
    place = words.index(COMMAND)
    program, rest = words[:place], words[place + 1 :]
    if not _is_our_program(program):
        return None
    if not rest:
        return _Ours(None)
    return _Ours(decode(rest[1])) if len(rest) == 2 and rest[0] == CHAIN else None


def _is_our_program(words: list[str]) -> bool:
    if len(words) == 1 or words[1:] == ["--appimage-extract-and-run"]:
        return words[0].replace("\\", "/").rpartition("/")[2].lower().startswith("claudometer")
    return len(words) == 3 and words[1:] == ["-m", "claudometer"]


def _read_status_line(present: object) -> tuple[dict[str, object], str]:
    command = present.get("command") if isinstance(present, dict) else None
    if not isinstance(present, dict) or present.get("type", "command") != "command":
        raise UnknownStatusLineError
    if not isinstance(command, str) or not command.strip():
        raise UnknownStatusLineError
    return present, command


def _with_type(status_line: dict[str, object]) -> dict[str, object]:
    """Add the type if it is missing, because Claude Code ignores a status line without a type."""
    return status_line if "type" in status_line else {"type": "command"} | status_line
