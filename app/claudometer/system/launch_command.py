"""Builds the command lines that start this program: as a child of the running app, and at login."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MODULE = "claudometer"
UNPACKED = "--appimage-extract-and-run"
"""Makes an AppImage unpack itself where there is no FUSE. Its runtime does not pass the option on to us."""


def child_command(*arguments: str) -> list[str]:
    """Return the command line for another process of this program."""
    return [*_interpreter(), *arguments]


def login_command() -> list[str]:
    """Return the command line that starts the program at login, when this process and its mounts are gone.

    For an AppImage it is the image's own file, since the mount with the program ends with it; with an option,
    if it had to unpack itself. In a virtual environment it is the installed command, which users recognize.
    """
    image = find_image()
    if image is not None:
        # Without the option, the start at login would fail because there is no FUSE, and nobody would see it.
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
    """Return the program with which a package starts us; the package passes it as ``-X claudometer=…``.

    An option of the interpreter, and no variable, because child processes would inherit a variable.
    """
    named = getattr(sys, "_xoptions", {}).get(MODULE)
    return named if isinstance(named, str) and os.access(named, os.X_OK) else None


def is_started_by_apprun() -> bool:
    """Return whether the AppRun of an AppImage started us, mounted or unpacked."""
    launcher = package_launcher()
    return launcher is not None and Path(launcher).name == "AppRun"


def find_image() -> Path | None:
    """Return the AppImage that we run from, links followed; ``None`` without one. It may have been moved.

    ``APPIMAGE`` alone proves nothing: a terminal that is itself an AppImage passes it on to its children.
    It is ours if its mount, ``APPDIR``, contains the AppRun that started us.
    """
    launcher = package_launcher()
    image, mount = os.environ.get("APPIMAGE"), os.environ.get("APPDIR")
    if launcher is None or not image or not mount or not is_started_by_apprun():
        return None
    is_ours = os.path.realpath(mount) == os.path.realpath(Path(launcher).parent)
    return Path(os.path.realpath(image)) if is_ours else None


def is_unpacked() -> bool:
    """Return whether we run from an AppImage that unpacked itself because there is no FUSE."""
    return find_image() is not None and not os.path.ismount(os.environ["APPDIR"])


def find_runtime() -> int | None:
    """Return the process that unpacked us and cleans up when we end; ``None`` without one."""
    return os.getppid() if is_unpacked() else None


def can_start_again() -> bool:
    """Return whether the program can be started again: its file may be gone, or no longer executable."""
    program = Path(login_command()[0])
    return program.is_file() and os.access(program, os.X_OK)


def runs_in_python() -> bool:
    """Return whether an interpreter runs us; in a bundle the executable is the program itself."""
    # By its name, since not every tool that makes bundles sets `sys.frozen`.
    return "python" in Path(sys.executable).name.lower()
