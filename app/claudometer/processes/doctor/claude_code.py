"""Checks our two entries in Claude Code's settings: the status line and the hook. Changes nothing."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.json_text import NotAnObjectError, NotUtf8Error, read_object
from claudometer.providers.claude import hook_setting, status_line_setting
from claudometer.providers.claude.settings_edit import SetupResult, runs_us
from claudometer.system import claude_settings
from claudometer.system.anonymous_paths import shell_path, shown_path
from claudometer.system.home import expanded
from claudometer.system.launch_command import login_command
from claudometer.system.off_loop import run_abandonable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.domain.errors import Fact
    from claudometer.processes.doctor.surroundings import Surroundings
    from claudometer.providers.claude.settings_edit import Edit

_NOT_READ = (OSError, NotUtf8Error, NotAnObjectError)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One of the two entries.

    Attributes:
        install: edits the text of the settings so that Claude Code runs us.
        unknown: what ``install`` raises for an entry that it does not understand.
        commands: returns the commands that the settings have in this place.
        word: the command of ours that belongs there, such as ``statusline``.
        is_replaced_by_others: whether settings of an administrator replace the user's entry, not add to it.
    """

    part: Part
    install: Callable[..., Edit]
    unknown: type[ValueError]
    commands: Callable[[dict[str, object]], list[str]]
    word: str
    is_replaced_by_others: bool


def _status_lines(settings: dict[str, object]) -> list[str]:
    found: Any = settings.get(status_line_setting.KEY)
    command = found.get("command") if isinstance(found, dict) else None
    return [command] if isinstance(command, str) else []


def _hooks(settings: dict[str, object]) -> list[str]:
    hooks: Any = settings.get(hook_setting.KEY)
    groups = hooks.get(hook_setting.EVENT) if isinstance(hooks, dict) else None
    found: list[str] = []
    for group in groups if isinstance(groups, list) else ():
        entries = group.get("hooks") if isinstance(group, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            command = entry.get("command") if isinstance(entry, dict) else None
            if isinstance(command, str):
                found.append(command)
    return found


_STATUS_LINE = _Entry(
    Part.STATUS_LINE,
    status_line_setting.install,
    status_line_setting.UnknownStatusLineError,
    _status_lines,
    status_line_setting.COMMAND,
    is_replaced_by_others=True,
)
_HOOK = _Entry(
    Part.HOOK,
    hook_setting.install,
    hook_setting.UnknownHooksError,
    _hooks,
    hook_setting.COMMAND,
    is_replaced_by_others=False,
)


async def check_status_line(here: Surroundings) -> Finding:
    """Check whether Claude Code runs our status line, and from this copy of the program."""
    return await _check(here, _STATUS_LINE)


async def check_hook(here: Surroundings) -> Finding:
    """Check whether Claude Code runs our hook, and from this copy of the program."""
    return await _check(here, _HOOK)


async def _check(here: Surroundings, entry: _Entry) -> Finding:
    if here.demo:
        return _finding(entry, State.NOT_HERE, "demo")
    folder = here.claude_folder.config()
    return await run_abandonable(lambda: _look(folder, entry), timeout_s=None)


def _look(folder: Path, entry: _Entry) -> Finding:
    if not folder.is_dir():
        return _finding(entry, State.NOT_HERE, "no_claude")
    file = folder / claude_settings.FILE_NAME
    try:
        text = claude_settings.read_text(file)
        settings = read_object(text) if text.strip() else {}
    except FileNotFoundError:
        text, settings = "", {}
    except _NOT_READ as error:
        return _unread(entry, error, file)
    commands = [command for command in entry.commands(settings) if runs_us(command, entry.word)]
    if not commands:
        return _finding(entry, State.NOT_HERE, "absent")
    return _find_obstacle(entry, file, settings) or _judge(entry, commands[0], text, shown_path(file))


def _find_obstacle(entry: _Entry, file: Path, settings: dict[str, object]) -> Finding | None:
    """Return which settings keep Claude Code from running the entry, ``None`` if none do."""
    disabled = _find_disabled(file, settings)
    if disabled is not None:
        return _finding(entry, State.ATTENTION, "disabled", {"file": shown_path(disabled)})
    other = _find_overriding(entry) if entry.is_replaced_by_others else None
    if other is not None:
        return _finding(entry, State.ATTENTION, "overridden", {"file": shown_path(other)})
    return None


def _judge(entry: _Entry, command: str, text: str, file: str) -> Finding:
    program = _program_of(command)
    result = _result_of_install(entry, text)
    if program is not None:
        facts: dict[str, Fact] = {"program": shown_path(program)}
        if shutil.which(program) is None:
            return _finding(entry, State.ATTENTION, "gone", facts)
        if result is SetupResult.RENEWED and not _is_ours(program):
            return _finding(entry, State.ATTENTION, "other", facts)
    if result is SetupResult.CUSTOM:
        return _finding(entry, State.OK, "custom")
    is_chained = entry.part is Part.STATUS_LINE and status_line_setting.CHAIN in command
    return _finding(entry, State.OK, "chained" if is_chained else "installed", {"file": file})


def _finding(entry: _Entry, state: State, said: str, facts: dict[str, Fact] | None = None) -> Finding:
    return Finding(entry.part, state, f"{entry.part}.{said}", facts or {})


def _unread(entry: _Entry, error: Exception, file: Path) -> Finding:
    """Say why the settings cannot be read; only for the status line, so that it is said once."""
    if entry.part is Part.HOOK:
        return _finding(entry, State.UNKNOWN, "with_status_line")
    facts: dict[str, Fact] = {"file": shown_path(file)}
    if isinstance(error, OSError):
        facts["command"] = f"chmod u+rw {shell_path(file)}"
        return _finding(entry, State.ATTENTION, "unreadable", facts)
    return _finding(
        entry, State.ATTENTION, "not_utf8" if isinstance(error, NotUtf8Error) else "not_json", facts
    )


def _find_disabled(file: Path, settings: dict[str, object]) -> Path | None:
    if settings.get("disableAllHooks") is True:
        return file
    others = claude_settings.managed_files()
    return next((each for each in others if _read(each).get("disableAllHooks") is True), None)


def _find_overriding(entry: _Entry) -> Path | None:
    return next((each for each in claude_settings.managed_files() if entry.commands(_read(each))), None)


def _read(file: Path) -> dict[str, object]:
    try:
        return read_object(claude_settings.read_text(file))
    except _NOT_READ:
        return {}


def _program_of(command: str) -> str | None:
    """Return the program that a command starts, ``None`` if it is not named by a path."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    first = expanded(words[0]) if words else ""
    # On Windows, a path begins with a drive and a colon. A bare name depends on Claude Code's PATH.
    return first if first.startswith("/") or ":" in first[:3] else None


def _result_of_install(entry: _Entry, text: str) -> SetupResult | None:
    try:
        return entry.install(text, login_command(), windows=sys.platform == "win32").result
    except (NotAnObjectError, entry.unknown):
        return None


def _is_ours(program: str) -> bool:
    """Return whether a path leads to this program, links followed."""
    return os.path.realpath(program) == os.path.realpath(login_command()[0])
