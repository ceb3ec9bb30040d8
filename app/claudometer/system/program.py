"""How this program is started again: as a child of the running app, and by the system at login."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MODULE = "claudometer"
UNPACKED = "--appimage-extract-and-run"
"""Has an AppImage unpack itself, where there is no FUSE to mount it. Its runtime keeps the word to itself."""


def child_command(*arguments: str) -> list[str]:
    """Return the command line for another process of this very program."""
    return [*_interpreter(), *arguments]


def login_command() -> list[str]:
    """Return the command line that starts the program at login, after this process and its mounts are gone.

    An AppImage runs from a mount that vanishes with it: its own file is what stays. One that was not mounted
    could not be next time either. In a virtual environment the command that was installed there is what a
    user would recognize.
    """
    image = find_image()
    if image is not None:
        return [str(image), UNPACKED] if is_unpacked() else [str(image)]
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


def is_started_by_apprun() -> bool:
    """Tell whether the AppRun of an AppImage started us, one that was unpacked among them."""
    launcher = package_launcher()
    return launcher is not None and Path(launcher).name == "AppRun"


def find_image() -> Path | None:
    """Return the AppImage that runs us, links followed; ``None`` if none does. It may have been moved since.

    ``APPIMAGE`` alone says too little: a terminal that is itself an AppImage hands it on to all it starts.
    Ours is the one whose mount, ``APPDIR``, has the AppRun that started us.
    """
    launcher = package_launcher()
    image, mount = os.environ.get("APPIMAGE"), os.environ.get("APPDIR")
    if launcher is None or not image or not mount or not is_started_by_apprun():
        return None
    is_ours = os.path.realpath(mount) == os.path.realpath(Path(launcher).parent)
    return Path(os.path.realpath(image)) if is_ours else None


def is_unpacked() -> bool:
    """Tell whether an AppImage runs us that has unpacked itself, where there is no FUSE to mount it."""
    return find_image() is not None and not os.path.ismount(os.environ["APPDIR"])


def find_runtime() -> int | None:
    """Return the process that has unpacked us and tidies up after our end; ``None`` where there is none."""
    return os.getppid() if is_unpacked() else None


def can_start_again() -> bool:
    """Tell whether the program can be started again from where it was started.

    A file may be moved, or lose its right to be started.
    """
    program = Path(login_command()[0])
    return program.is_file() and os.access(program, os.X_OK)


def runs_in_python() -> bool:
    """Tell whether an interpreter runs us; in a bundle the executable is the program itself."""
    return "python" in Path(sys.executable).name.lower()
