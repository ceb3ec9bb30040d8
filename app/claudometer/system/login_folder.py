"""Finds the folder of Claude Code's login: from its variables, else the user's choice, else the default.

Does not read the login.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from claudometer.domain.errors import ErrorCode, InvalidSettingError
from claudometer.domain.snapshot import Problem
from claudometer.system import claude_variables
from claudometer.system.claude_variables import CONFIG_VARIABLE, STORAGE_VARIABLE
from claudometer.system.home import expanded, home_folder, on_one_line
from claudometer.system.off_loop import off_loop_at
from claudometer.system.paths import claude_config_folder


class ClaudeFolder:
    """Claude Code's folder for this run. Claude Code's own variables come first.

    Args:
        chosen: an absolute path, ``None`` for the default. It can be chosen because a program that starts at
            login does not see the variables of a shell.
    """

    def __init__(self, chosen: str | None = None) -> None:
        self.chosen = chosen

    @property
    def variable(self) -> str | None:
        """The name of the variable that decides where the login is, if any."""
        return claude_variables.login_variable()

    @property
    def shown(self) -> str:
        """The folder of the login, with ``~`` for the home folder, for display."""
        return with_tilde(self.login())

    def login_named_by(self) -> str | None:
        """Return the variable that names the login's folder, ``""`` for the settings, else ``None``."""
        return None if self.is_default else self.variable or ""

    def config_named_by(self) -> str | None:
        """Return the same for the folder of everything else."""
        return CONFIG_VARIABLE if os.environ.get(CONFIG_VARIABLE) else "" if self.chosen else None

    def login(self) -> Path:
        """Return the folder of the login."""
        named = claude_variables.named_login()
        return self.config() if named is None else Path(named)

    @property
    def path(self) -> str:
        """The absolute path of the login's folder, as it is spelled: links in it are not followed."""
        return os.path.abspath(self.login())  # noqa: PTH100 - unlike `Path.absolute`, it removes ".."

    def is_elsewhere(self) -> bool:
        """Return whether a variable names another folder than the one that the user chose. Blocks."""
        named = claude_variables.named_login()
        own = self.chosen or default_folder()
        return named is not None and os.path.realpath(named) != os.path.realpath(own)

    def config(self) -> Path:
        """Return the folder of everything else that Claude Code writes."""
        return claude_config_folder(self.chosen)

    @property
    def own(self) -> str | None:
        """The folder in use, with ``~``; ``None`` if neither a variable nor the user chose it."""
        return self.shown if self.variable or self.chosen else None

    @property
    def is_default(self) -> bool:
        """Whether nobody named a folder, so that the login is in the home folder."""
        named = os.environ.get(STORAGE_VARIABLE, os.environ.get(CONFIG_VARIABLE) or self.chosen)
        return not named

    def check(self, typed: str) -> str | None:
        """Return the absolute path of a folder that the user typed, ``None`` for the default. May block.

        Raises:
            InvalidSettingError: the folder cannot be used. The ``reason`` is ``relative``, ``closed``,
                ``missing`` or ``file``.
        """
        try:
            # With "~", because people type here what they would type in a shell.
            path = Path(typed).expanduser()
            if not path.is_absolute():
                raise _refused("relative")
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except PermissionError:
            raise _refused("closed") from None
        except (OSError, ValueError, RuntimeError):
            raise _refused("missing") from None
        if not is_folder:
            raise _refused("file")
        # Not saved as a path, because the default follows a home folder that moves.
        return None if path == default_folder() else str(path)


def default_folder() -> Path:
    """Return where Claude Code keeps its files by default."""
    return Path(claude_variables.default_folder())


def with_tilde(path: str | Path) -> str:
    """Return a path with ``~`` for the home folder."""
    home = home_folder()
    try:
        return str(path if home is None else Path("~") / Path(path).relative_to(home))
    except ValueError:
        return str(path)


def what_is_wrong_with(folder: Path) -> str:
    """Return why a folder has no login: ``missing``, ``file``, or ``empty`` if it exists. Blocks."""
    try:
        return "empty" if stat.S_ISDIR(folder.stat().st_mode) else "file"
    except (OSError, ValueError):
        return "missing"


def printable(path: str | Path) -> str:
    """Return a path for display on one line, with ``~`` for the home folder."""
    return on_one_line(with_tilde(path))


def _named(folder: Path) -> str:
    """Return a folder for an error message, where “.” looks like a full stop, and a space like nothing."""
    shown = printable(folder)
    if not shown.strip("."):
        with suppress(OSError):  # the working folder may have been deleted
            shown = printable(folder.absolute())
    return f"“{shown}”" if shown != shown.strip() else shown


def facts_of_wrong(folder: Path, reason: str, named_by: str) -> dict[str, str]:
    """Return the facts for a message about a folder that cannot be used.

    If the variable names a list of folders and none exists, the message names all of them.

    Args:
        reason: see :func:`what_is_wrong_with`.
        named_by: the variable that names it, ``""`` for the settings.
    """
    shown = _named(folder)
    listed = claude_variables.named_list(named_by) if named_by and reason == "missing" else []
    if listed:
        reason = "missing" if len(listed) == 1 else "all_missing"
        shown = ", ".join(_named(Path(expanded(each))) for each in listed)
    facts = {"reason": reason, "folder": shown}
    return facts | {"variable": named_by} if named_by else facts


def raw_variable() -> str | None:
    """Return the exact value of the variable that names the login's folder; of a list, the folder in use."""
    raw = os.environ.get(STORAGE_VARIABLE, os.environ.get(CONFIG_VARIABLE))
    return claude_variables.named_login() if claude_variables.named_list() else raw


async def look_at_lists() -> Problem | None:
    """Choose the folder in use if a variable lists several, and return a notice about the others, if any."""
    try:
        return await off_loop_at("claude-folders", _look_at_lists)
    except OSError:  # a dead drive
        claude_variables.take_first()
        return None


def _look_at_lists() -> Problem | None:
    claude_variables.named_config()
    folder, listed = claude_variables.named_login(), claude_variables.named_list()
    others = [each for each in listed if expanded(each) != folder]
    if folder is None or len(others) == len(listed):  # no list, or none of its folders is there
        return None
    missing = [each for each in others if not Path(expanded(each)).is_dir()]
    reason = "unused" if not missing else "missing" if len(missing) == 1 else "several_missing"
    named = ", ".join(printable(each) for each in missing or others)
    variable = claude_variables.login_variable() or ""
    facts = (("reason", reason), ("variable", variable), ("named", named), ("folder", printable(folder)))
    return Problem(ErrorCode.CLAUDE_FOLDERS_LEFT, facts=facts) if others else None


def _refused(reason: str) -> InvalidSettingError:
    return InvalidSettingError("claude_folder", ErrorCode.CLAUDE_FOLDER_REFUSED, reason=reason)
