"""``claudometer statusline --install`` and ``--uninstall``: backs up and edits Claude Code's settings."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.json_text import NotAnObjectError, read_object
from claudometer.present.exit_codes import USAGE
from claudometer.present.messages.cli import DEMO_CHANGES_NOTHING, describe_set_up, hindrances
from claudometer.providers.claude.status_line_setting import (
    KEY,
    SetupResult,
    UnknownStatusLineError,
    install,
    uninstall,
)
from claudometer.system import claude_settings
from claudometer.system.filesystem import NotRegularFileError
from claudometer.system.paths import claude_config_folder
from claudometer.system.program import login_command

if TYPE_CHECKING:
    from claudometer.cli.options import Call

SHOWN_AFTER = frozenset(
    {
        SetupResult.INSTALLED,
        SetupResult.CHAINED,
        SetupResult.RENEWED,
        SetupResult.UNCHANGED,
        SetupResult.CUSTOM,
    }
)


def run(call: Call) -> int:
    """Edit the settings and print what was done.

    Raises:
        ClaudometerError: the settings could not be changed, and are as they were.
    """
    if call.has("--install") and call.has("--uninstall"):
        return _refuse("two_ways", "--install")
    if call.demo:
        print(DEMO_CHANGES_NOTHING)
        return 0
    settings = claude_config_folder().absolute() / claude_settings.FILE_NAME
    result, copy = _change(settings, is_install=call.has("--install"))
    lines = describe_set_up(result, str(settings), str(copy) if copy else None)
    if result in SHOWN_AFTER:
        lines += _hindrances(settings)
    print("\n".join(lines))
    return 0


def _change(settings: Path, *, is_install: bool) -> tuple[SetupResult, Path | None]:
    """Return what was done, and the copy of the file if it was changed."""
    program = login_command()
    done = SetupResult.ABSENT  # replaced by `edit`, which runs again if the file changes under it

    def edit(text: str) -> str:
        nonlocal done
        if is_install:
            made = install(text, program, windows=sys.platform == "win32")
        else:
            made = uninstall(text, claude_settings.read_copies(settings))
        done = made.result
        return made.text

    try:
        copy = claude_settings.change(settings, edit, datetime.now().astimezone())
    except (NotAnObjectError, UnicodeDecodeError):
        raise _failure(ErrorCode.CLAUDE_SETTINGS_NOT_JSON, settings) from None
    except UnknownStatusLineError:
        raise _failure(ErrorCode.STATUS_LINE_UNKNOWN, settings) from None
    except claude_settings.ChangingError:
        raise _failure(ErrorCode.CLAUDE_SETTINGS_BUSY, settings) from None
    except NotRegularFileError:
        raise _failure(ErrorCode.NOT_A_FILE, settings) from None
    except OSError:
        raise _failure(ErrorCode.CLAUDE_SETTINGS_UNCHANGED, settings) from None
    return done, copy


def _hindrances(settings: Path) -> list[str]:
    """Return what keeps the line from being shown.

    Some settings take precedence over the user's: the administrator's, and those of the current folder.
    """
    project = Path(".claude").absolute()
    before = [*claude_settings.managed_files(), project / "settings.local.json", project / "settings.json"]
    others = {path: _read(path) for path in before if path != settings}
    everything = {settings: _read(settings)} | others
    return hindrances(
        disabled_in=[str(path) for path, keys in everything.items() if keys.get("disableAllHooks") is True],
        overridden_in=[str(path) for path, keys in others.items() if keys.get(KEY) is not None],
    )


def _read(path: Path) -> dict[str, object]:
    try:
        return read_object(claude_settings.read_text(path))
    except (OSError, ValueError):
        return {}


def _failure(code: ErrorCode, settings: Path) -> ClaudometerError:
    return ClaudometerError(code, path=str(settings))


def _refuse(kind: str, word: str) -> int:
    from claudometer.present.messages.cli import describe as describe_mistake

    print(describe_mistake(kind, word), file=sys.stderr)
    return USAGE
