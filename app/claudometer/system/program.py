"""How this program is started again: as a child of the running app, and by the system at login."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MODULE = "claudometer"


def child_command(*arguments: str) -> list[str]:
    """Return the command line for another process of this very program."""
    return [*_interpreter(), *arguments]


def login_command() -> list[str]:
    """Return the command line that starts the program at login, after this process and its mounts are gone.

    An AppImage runs from a mount that vanishes with it: its own file is what stays. In a virtual environment
    the command that was installed there is what a user would recognise.
    """
    image = os.environ.get("APPIMAGE")
    if image and Path(image).is_file():
        return [image]
    launcher = package_launcher()
    if launcher is not None:
        return [launcher]
    if not runs_in_python():
        return [sys.executable]
    installed = Path(sys.executable).with_name(
        "claudometer.exe" if sys.platform == "win32" else "claudometer"
    )
    return [str(installed)] if installed.is_file() else _interpreter()


def _interpreter() -> list[str]:
    launcher = package_launcher()
    if launcher is not None:
        return [launcher]
    return [sys.executable, "-m", MODULE] if runs_in_python() else [sys.executable]


def package_launcher() -> str | None:
    """Return the program that a package starts us by, which it names as ``-X claudometer=…``.

    An option of the interpreter rather than a variable: it reaches this process and no other.
    """
    named = getattr(sys, "_xoptions", {}).get(MODULE)
    return named if isinstance(named, str) and os.access(named, os.X_OK) else None


def runs_in_python() -> bool:
    """Tell whether an interpreter runs us; in a bundle the executable is the program itself."""
    return "python" in Path(sys.executable).name.lower()
