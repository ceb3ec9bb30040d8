"""``--install`` and ``--uninstall`` of the status line and of the hook: edits Claude Code's settings."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from claudometer.cli.failures import refuse
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.json_text import NotAnObjectError, NotUtf8Error, read_object
from claudometer.present.messages.claude_setup import (
    COPY,
    HOOK_DISABLED,
    HOOK_SET_UP,
    HOOKS_DISABLED,
    STATUS_LINE_SET_UP,
    UNCHECKED,
    describe_set_up,
    hindrances,
)
from claudometer.present.messages.cli import DEMO_CHANGES_NOTHING
from claudometer.providers.claude import hook_setting, status_line_setting
from claudometer.providers.claude.settings_edit import Edit, SetupResult
from claudometer.system import claude_settings, made_folders
from claudometer.system.claude_variables import CONFIG_VARIABLE, named_config
from claudometer.system.home import require_home
from claudometer.system.launch_command import login_command
from claudometer.system.login_folder import facts_of_wrong, what_is_wrong_with
from claudometer.system.paths import claude_config_folder
from claudometer.system.region import read_region
from claudometer.system.regular_files import NotRegularFileError
from claudometer.system.write_faults import cause_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from claudometer.cli.options import Call

IN_FORCE_AFTER = frozenset(
    {
        SetupResult.INSTALLED,
        SetupResult.CHAINED,
        SetupResult.RENEWED,
        SetupResult.UNCHANGED,
        SetupResult.CUSTOM,
    }
)
"""The results after which Claude Code runs our command, unless another setting prevents that."""


class _Install(Protocol):
    def __call__(self, text: str, program: list[str], *, windows: bool) -> Edit: ...


@dataclass(frozen=True, slots=True)
class InstalledPart:
    """A part of Claude Code's settings that we install.

    Attributes:
        words: the sentence for each result.
        disabled: the sentence about a file that turns it off.
        unknown: the exception if the existing setting is of an unknown kind, and the error code for it.
        key: the setting by which other settings files override this one; ``None`` if they add to it.
    """

    install: _Install
    uninstall: Callable[[str, Iterable[str]], Edit]
    words: Mapping[str, str]
    disabled: str
    unknown: tuple[type[ValueError], ErrorCode]
    key: str | None = None


STATUS_LINE = InstalledPart(
    status_line_setting.install,
    status_line_setting.uninstall,
    STATUS_LINE_SET_UP,
    HOOKS_DISABLED,
    (status_line_setting.UnknownStatusLineError, ErrorCode.STATUS_LINE_UNKNOWN),
    key=status_line_setting.KEY,
)
HOOK = InstalledPart(
    hook_setting.install,
    hook_setting.uninstall,
    HOOK_SET_UP,
    HOOK_DISABLED,
    (hook_setting.UnknownHooksError, ErrorCode.HOOKS_UNKNOWN),
)


def run(call: Call, part: InstalledPart) -> int:
    """Edit the settings and print what was done.

    Raises:
        ClaudometerError: the settings could not be changed, and are as they were.
    """
    if call.has("--install") and call.has("--uninstall"):
        return refuse(call.command.name, "two_ways", "--install")
    if call.demo:
        print(DEMO_CHANGES_NOTHING)
        return 0
    settings = _find_settings()
    is_install = call.has("--install")
    made, copy, notes = _change(settings, part, is_install=is_install)
    is_gone = not is_install and _take_back(settings, made)
    lines = describe_set_up(made.result, str(settings), words=part.words, left=made.left, is_gone=is_gone)
    if copy is not None and copy.exists():
        lines.append(COPY.format(path=copy))
    lines += notes
    # After an uninstall there is nothing that another setting could prevent.
    if made.result in IN_FORCE_AFTER:
        lines += _hindrances(settings, part)
    print("\n".join(lines))
    return 0


def _find_settings() -> Path:
    """Return the settings file. A folder that a variable names is Claude Code's to create, not ours."""
    require_home(CONFIG_VARIABLE)
    named = claude_config_folder()
    try:
        folder = named.absolute()
    except FileNotFoundError:
        raise ClaudometerError(ErrorCode.WORKING_FOLDER_GONE, path=str(named)) from None
    reason = what_is_wrong_with(folder)
    if named_config() is not None and reason != "empty":
        facts = facts_of_wrong(named, reason, CONFIG_VARIABLE)
        raise ClaudometerError(ErrorCode.LOGIN_FOLDER_WRONG, **facts)
    return folder / claude_settings.FILE_NAME


def _change(settings: Path, part: InstalledPart, *, is_install: bool) -> tuple[Edit, Path | None, list[str]]:
    """Return what was done, the copy of the file if it was changed, and notes for the user."""
    # Not this process's own path: the mount of an AppImage is gone when Claude Code runs the command.
    program = login_command()
    made: Edit | None = None
    notes: list[str] = []

    def edit(text: str) -> str:
        nonlocal made
        if is_install:
            now_made = part.install(text, program, windows=sys.platform == "win32")
        else:
            now_made = part.uninstall(text, claude_settings.read_copies(settings))
        # `change` may call this again, and then it may find that nothing is left to change.
        if made is None or now_made.text != text:
            made = now_made
        return now_made.text

    with _converted_errors(settings, part):
        is_new_folder = is_install and made_folders.make(settings.parent)
        try:
            local_time = datetime.now(UTC).astimezone(read_region().zone)
            copy = claude_settings.change(
                settings, edit, local_time, on_unchecked=lambda: notes.append(UNCHECKED)
            )
        except BaseException:
            if is_new_folder:
                made_folders.take_back(settings.parent)
            raise
    if made is None:
        raise AssertionError("the settings were not edited")
    return made, copy, notes[:1]


def _take_back(settings: Path, made: Edit) -> bool:
    """Remove the file and the folder if installing made them, and return whether the file was removed.

    The folder stays marked as ours while one of our parts is still installed.
    """
    if _without_ours(made.text) is not None:
        return False
    is_gone = made.was_all_ours and claude_settings.remove(
        settings, made.text, lambda copy: _without_ours(copy) == {}
    )
    made_folders.take_back(settings.parent)
    return is_gone


def _without_ours(text: str) -> dict[str, object] | None:
    """Return settings without our parts, ``None`` if they have none.

    Raises:
        NotAnObjectError: the text is not a JSON object.
    """
    edited = text
    for part in (STATUS_LINE, HOOK):
        edited = part.uninstall(edited, ()).text
    return None if edited == text else read_object(edited)


@contextmanager
def _converted_errors(settings: Path, part: InstalledPart) -> Iterator[None]:
    """Convert exceptions about the settings into errors with a message."""
    unknown, code_of_unknown = part.unknown
    codes: tuple[tuple[type[Exception], ErrorCode], ...] = (
        (NotAnObjectError, ErrorCode.CLAUDE_SETTINGS_NOT_JSON),
        (NotUtf8Error, ErrorCode.CLAUDE_SETTINGS_NOT_UTF8),
        (unknown, code_of_unknown),
        (claude_settings.ChangingError, ErrorCode.CLAUDE_SETTINGS_BUSY),
        (NotRegularFileError, ErrorCode.NOT_A_FILE),
        (OSError, ErrorCode.CLAUDE_SETTINGS_UNCHANGED),
    )
    try:
        yield
    except tuple(kind for kind, _ in codes) as error:
        code = next(code for kind, code in codes if isinstance(error, kind))
        raise ClaudometerError(code, path=str(settings), **_facts_of(error, settings)) from None


def _facts_of(error: Exception, settings: Path) -> dict[str, str | int | None]:
    """Return what makes the message about a file more exact."""
    if isinstance(error, NotUtf8Error):
        return {"encoding": error.encoding}
    if isinstance(error, OSError):
        return {**cause_of(error, settings.parent)}
    if not isinstance(error, NotAnObjectError):
        return {}
    return {"kind": "other"} if error.is_json else {} if error.line is None else {"line": error.line}


def _hindrances(settings: Path, part: InstalledPart) -> list[str]:
    """Return the reasons why Claude Code may not run our command, as sentences.

    The administrator's settings and those of the current folder take precedence over the user's.
    """
    before = [*claude_settings.managed_files()]
    with suppress(OSError):  # the current folder may have been deleted
        project = Path(".claude").absolute()
        # Of the current folder, since most people run this command where they work.
        before += [project / "settings.local.json", project / "settings.json"]
    others = {path: _read(path) for path in before if path != settings}
    everything = {settings: _read(settings)} | others
    key = part.key
    return hindrances(
        disabled_in=[str(path) for path, keys in everything.items() if keys.get("disableAllHooks") is True],
        overridden_in=[str(path) for path, keys in others.items() if key and keys.get(key) is not None],
        disabled=part.disabled,
    )


def _read(path: Path) -> dict[str, object]:
    try:
        return read_object(claude_settings.read_text(path))
    except (OSError, ValueError):
        return {}
