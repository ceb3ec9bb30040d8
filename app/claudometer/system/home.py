"""Finds the user's home folder, and says what is wrong with it. Loads little: the status line uses it."""

# ruff: noqa: PTH111, PTH112, PTH117, PTH118 - importing pathlib takes longer than all this

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.domain.errors import ClaudometerError


def home_folder() -> str | None:
    """Return the user's home folder, an absolute path that may not exist; ``None`` if there is none.

    Without HOME it is that of the user database, as for every program; a container may run us as a user who
    is not in there. A relative HOME counts as none, as it would depend on the working directory.
    """
    if sys.platform == "win32":
        found = os.path.expanduser("~")
    else:
        found = os.environ.get("HOME") or _home_in_database()
    return found if os.path.isabs(found) else None


def below_home(*names: str) -> str:
    """Return a path below the home folder; without one, a path at which no file can ever be."""
    return os.path.join(home_folder() or os.devnull, *names)


def expanded(path: str) -> str:
    """Return a path with the home folder for a leading ``~``, as a shell reads it."""
    if path == "~" or path.startswith("~/"):
        return os.path.join(below_home(), path[2:])
    return os.path.expanduser(path)  # somebody else's home folder, if there is a "~" at all


def on_one_line(path: str) -> str:
    """Return a path for display: line breaks, control characters and undecodable bytes as escapes."""
    # Anybody may choose a path, and a line break in it could fake a line of ours.
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in path)


def base_folder(variable: str, *default: str) -> str:
    """Return a base folder of the XDG Base Directory specification, which ignores relative paths.

    Without a home folder it is inside our runtime folder, whose content does not last.

    Args:
        variable: names the folder.
        default: its names below the home folder if the variable is not set.
    """
    found = os.environ.get(variable, "")
    if os.path.isabs(found):
        return found
    if home_folder() is None:
        from claudometer.system.runtime import runtime_folder  # noqa: PLC0415 - asks the disk

        return os.path.join(runtime_folder(), "homeless", *default)
    return below_home(*default)


def find_home_trouble() -> ClaudometerError | None:
    """Return what is wrong with the home folder as an error, ``None`` if nothing is. Reads the disk."""
    found = os.environ.get("HOME", "")
    home = home_folder()
    if home is None:
        return _unusable("relative", found) if found else _unusable("unknown", str(_user()))
    if os.path.isdir(home):
        return None
    reason = "file" if os.path.lexists(home) else "missing"
    return _unusable(reason if found else f"{reason}_in_database", home)


def require_home(variable: str) -> None:
    """Raise what is wrong with the home folder, unless ``variable`` names the folder that is needed there.

    Raises:
        ClaudometerError: ``HOME_UNUSABLE``.
    """
    trouble = None if os.path.isabs(expanded(os.environ.get(variable, ""))) else find_home_trouble()
    if trouble is not None:
        raise trouble


def _unusable(reason: str, value: str) -> ClaudometerError:
    from claudometer.domain.errors import ClaudometerError, ErrorCode  # noqa: PLC0415 - rarely needed

    return ClaudometerError(ErrorCode.HOME_UNUSABLE, reason=reason, home=on_one_line(value))


def _home_in_database() -> str:
    import pwd  # noqa: PLC0415 - not on Windows, and rarely needed

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0
