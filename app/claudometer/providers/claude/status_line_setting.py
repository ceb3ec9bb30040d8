"""How ``statusLine`` of Claude Code's settings is changed to ours and back. Pure: text in, text out."""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass
from enum import StrEnum

from claudometer.domain import json_text
from claudometer.domain.json_text import NotAnObjectError, read_object

KEY = "statusLine"
COMMAND = "statusline"
CHAIN = "--chain"
ENCODED = "base64:"
REFRESH_S = 60
"""Claude Code runs it at least this often, so that the time to the reset does not stand still."""


class Change(StrEnum):
    """What was done, or that there was nothing to do."""

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
    """The new text, the same as before where nothing is to be done."""

    change: Change
    text: str


class UnknownStatusLineError(ValueError):
    """There is a status line of a kind that we do not know how to run."""


def install(text: str, program: list[str], *, windows: bool = False) -> Edit:
    """Make the settings run ours; a status line that is there is run by ours.

    Args:
        text: the settings file, empty for none.
        program: how our program is started, an absolute path first.
        windows: quote for the shells that Claude Code uses there.

    Raises:
        NotAnObjectError: the file is no JSON object.
        UnknownStatusLineError: what is there is no command.
    """
    if not text.strip():
        text = "{}\n"
    there = read_object(text).get(KEY)
    if there is None:
        value = {
            "type": "command",
            "command": command_of(program, windows=windows),
            "refreshInterval": REFRESH_S,
        }
        return Edit(
            Change.INSTALLED, _checked(json_text.append(json_text.remove(text, KEY), KEY, value), value)
        )
    command = _command_in(there)
    ours = _parse(command)
    if ours is None and "claudometer" in command.lower() and COMMAND in command:
        return Edit(Change.CUSTOM, text)
    chained = command if ours is None else ours.chained
    new = command_of(program, chained, windows=windows)
    if new == command:
        return Edit(Change.UNCHANGED, text)
    return Edit(Change.CHAINED if ours is None else Change.RENEWED, _with_command(text, there, new))


def uninstall(text: str) -> Edit:
    """Put back what was there before.

    Raises:
        NotAnObjectError: the file is no JSON object.
    """
    there = read_object(text).get(KEY) if text.strip() else None
    command = there.get("command") if isinstance(there, dict) else None
    ours = _parse(command) if isinstance(command, str) else None
    if ours is None:
        return Edit(Change.ABSENT, text)
    if ours.chained is None:
        return Edit(Change.REMOVED, _checked(json_text.remove(text, KEY), None))
    return Edit(Change.RESTORED, _with_command(text, there, ours.chained))


def command_of(program: list[str], chained: str | None = None, *, windows: bool = False) -> str:
    """Return the line for the settings.

    On Windows it may be run by Git Bash, which eats backslashes, or by PowerShell, which is handed no quotes:
    what is chained is encoded there.
    """
    words = [*program, COMMAND]
    if windows:
        words[0] = words[0].replace("\\", "/")
    if chained is not None:
        words += [CHAIN, encode(chained) if windows or chained.startswith(ENCODED) else chained]
    return shlex.join(words)


def encode(command: str) -> str:
    """Write a command in signs that every shell leaves alone."""
    return ENCODED + base64.urlsafe_b64encode(command.encode()).decode("ascii").rstrip("=")


def decode(word: str) -> str:
    """Return the command that stands behind ``--chain``."""
    if not word.startswith(ENCODED):
        return word
    letters = word.removeprefix(ENCODED)
    try:
        padded = letters + "=" * (-len(letters) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError:
        return word


@dataclass(frozen=True, slots=True)
class _Ours:
    chained: str | None


def _parse(command: str) -> _Ours | None:
    """Read a command of ours, in exactly the form that we write; anything else is the user's."""
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


def _command_in(there: object) -> str:
    command = there.get("command") if isinstance(there, dict) else None
    if not isinstance(there, dict) or there.get("type", "command") != "command":
        raise UnknownStatusLineError
    if not isinstance(command, str) or not command.strip():
        raise UnknownStatusLineError
    return command


def _with_command(text: str, there: object, command: str) -> str:
    outer = json_text.find(text, KEY)
    inner = None if outer is None else json_text.find(text, "command", outer.value_start)
    if inner is None or not isinstance(there, dict):
        raise NotAnObjectError
    return _checked(json_text.replace_value(text, inner, command), {**there, "command": command})


def _checked(text: str, value: object) -> str:
    """Return the text, having made sure that it says what it should.

    Raises:
        NotAnObjectError: it does not; a bug of ours must not reach the user's file.
    """
    if read_object(text).get(KEY) != value:
        raise NotAnObjectError
    return text
