"""Replaces ``statusLine`` in the text of Claude Code's settings by ours, and restores it. Pure."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.providers.claude.settings_edit import (
    Edit,
    SetupResult,
    find_text_before,
    is_all_ours,
    join_command,
    read_settings,
    runs_us,
    split_command,
    write_settings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claudometer.providers.claude.settings_edit import Settings

KEY = "statusLine"
COMMAND = "statusline"
CHAIN = "--chain"
TIMED = "--timed"
ENCODED = "base64:"
REFRESH = "refreshInterval"
REFRESH_S = 60
"""Claude Code runs the command at least this often, so that the time until the reset counts down."""

_SHELL = ["sh", "-c"]


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
    settings = read_settings(text)
    present = settings.get(KEY)
    if present is None:
        command = command_of(program, windows=windows)
        ours = {"type": "command", "command": command, REFRESH: REFRESH_S}
        return Edit(SetupResult.INSTALLED, write_settings(settings | {KEY: ours}, like=text))
    status_line, command = _read_status_line(present)
    parsed = _parse(command)
    # A script of the user's own that runs us: if we chained it, we would run ourselves without end.
    if parsed is None and runs_us(command, COMMAND):
        return Edit(SetupResult.CUSTOM, text)
    chained = _OurCommand(command) if parsed is None else parsed
    new = _with_type(status_line)
    # Theirs has no interval, and ours needs one; the mark says to take it out again.
    if chained.chained is not None and REFRESH not in status_line:
        chained, new = _OurCommand(chained.chained, is_timed=True), new | {REFRESH: REFRESH_S}
    command = command_of(program, chained.chained, timed=chained.is_timed, windows=windows)
    new = new | {"command": command}
    if new == status_line:
        return Edit(SetupResult.UNCHANGED, text)
    result = SetupResult.CHAINED if parsed is None else SetupResult.RENEWED
    return Edit(result, write_settings(settings | {KEY: new}, like=text))


def uninstall(text: str, copies: Iterable[str] = ()) -> Edit:
    """Restore the status line that was there before ours, or remove the setting.

    Args:
        text: the content of the settings file; empty if the file does not exist.
        copies: earlier contents of the file, newest first. If only the status line has changed since a copy,
            that copy is returned.

    Raises:
        NotAnObjectError: the file is not a JSON object.
    """
    settings = read_settings(text)
    status_line = settings.get(KEY)
    command = status_line.get("command") if isinstance(status_line, dict) else None
    ours = _parse(command) if isinstance(command, str) else None
    if ours is None or not isinstance(status_line, dict):
        if isinstance(command, str) and runs_us(command, COMMAND):
            return Edit(SetupResult.LEFT, text, (command,))
        return Edit(SetupResult.ABSENT, text)
    result = SetupResult.REMOVED if ours.chained is None else SetupResult.RESTORED

    def redo(earlier: Settings) -> Settings:
        before = earlier.get(KEY)
        was_there = (before.get("command") if isinstance(before, dict) else None) == ours.chained
        return earlier | {KEY: status_line} if was_there else {}

    copy = find_text_before(copies, text, redo)
    if copy is not None:
        return Edit(result, copy)
    if ours.chained is None:
        del settings[KEY]
    else:
        settings[KEY] = _restore(status_line, ours, ours.chained)
    return Edit(result, write_settings(settings, like=text), was_all_ours=is_all_ours(text, redo))


def command_of(
    program: list[str], chained: str | None = None, *, timed: bool = False, windows: bool = False
) -> str:
    """Return the command line for the settings.

    Args:
        chained: the user's own command, which is run first. Where there is a ``sh``, it is also run when our
            program is not there any more, so that nobody loses a status line by removing a package.
        timed: note in the command that the interval is ours, to be taken out again.
        windows: write the chained command encoded, without any quote.
    """
    words = [COMMAND, *([TIMED] if timed else [])]
    if chained is None:
        return join_command(program, *words, windows=windows)
    # Git Bash and PowerShell quote differently, and Claude Code may use either.
    encoded = encode(chained) if windows or chained.startswith(ENCODED) else chained
    ours = join_command(program, *words, CHAIN, encoded, windows=windows)
    return ours if windows else f"{ours} || {join_command(_SHELL, chained, windows=False)}"


def encode(command: str) -> str:
    """Write a command in characters that no shell treats specially."""
    # JSON may hold half of a surrogate pair, and the command must come back as it was.
    data = command.encode("utf-8", "surrogatepass")
    return ENCODED + base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def decode(word: str) -> str:
    """Return the command of a ``--chain`` argument, which may be encoded."""
    if not word.startswith(ENCODED):
        return word
    encoded = word.removeprefix(ENCODED)
    try:
        padded = encoded + "=" * (-len(encoded) % 4)  # `encode` drops the padding
        data = base64.b64decode(padded, altchars=b"-_", validate=True)
        return data.decode("utf-8", "surrogatepass")
    except ValueError:
        return word


@dataclass(frozen=True, slots=True)
class _OurCommand:
    """A command of ours.

    Attributes:
        chained: the user's command that it also runs, if any.
        is_timed: we have added the interval to the user's status line.
    """

    chained: str | None
    is_timed: bool = False


def _parse(command: str) -> _OurCommand | None:
    """Parse a command in exactly a form of `command_of`. Any other command is the user's own."""
    rest = split_command(command, COMMAND)
    if rest is None:
        return None
    is_timed = rest[:1] == [TIMED]
    rest = rest[1:] if is_timed else rest
    if not rest:
        return None if is_timed else _OurCommand(None)
    if len(rest) < 2 or rest[0] != CHAIN:
        return None
    chained, after = decode(rest[1]), rest[2:]
    return _OurCommand(chained, is_timed) if after in ([], ["||", *_SHELL, chained]) else None


def _restore(status_line: Settings, ours: _OurCommand, command: str) -> Settings:
    restored = status_line | {"command": command}
    # An interval that the user has changed since is the user's.
    if ours.is_timed and restored.get(REFRESH) == REFRESH_S:
        del restored[REFRESH]
    return restored


def _read_status_line(present: object) -> tuple[dict[str, object], str]:
    command = present.get("command") if isinstance(present, dict) else None
    if not isinstance(present, dict) or present.get("type") not in (None, "command"):
        raise UnknownStatusLineError
    if not isinstance(command, str) or not command.strip():
        raise UnknownStatusLineError
    return present, command


def _with_type(status_line: dict[str, object]) -> dict[str, object]:
    """Add the type if it is missing, because Claude Code ignores a status line without a type."""
    return status_line if status_line.get("type") else {"type": None} | status_line | {"type": "command"}
