"""Loads the system's tray library, or says what is missing. Shows nothing."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSTALL = {
    "apt-get": "sudo apt install python3-gi gir1.2-gtk-3.0 gir1.2-ayatanaappindicator3-0.1",
    "dnf": "sudo dnf install python3-gobject gtk3 libayatana-appindicator-gtk3",
    "pacman": "sudo pacman -S python-gobject gtk3 libayatana-appindicator",
    "zypper": "sudo zypper install python3-gobject typelib-1_0-Gtk-3_0 typelib-1_0-AyatanaAppIndicator3-0_1",
}

_WHILE_LOADING = {
    # Otherwise pystray silently falls back to an icon that few panels show.
    "PYSTRAY_BACKEND": "appindicator",
    # Otherwise the first GTK program of a session loads Mesa and LLVM to choose a visual for windows: 30 MB,
    # for a program without windows. Set only while loading, because the settings window's process needs GL.
    "GDK_GL": "disable",
}


def load_gtk() -> None:
    """Load GTK, the indicator library and pystray's back end for them.

    Raises:
        ClaudometerError: ``TRAY_TOOLKIT_MISSING`` with the ``command`` that installs it, or ``NO_DISPLAY``.
    """
    with _environment(_WHILE_LOADING):
        try:
            if not _has_display():
                raise ClaudometerError(ErrorCode.NO_DISPLAY)
            import pystray  # noqa: F401, PLC0415 - reads the name of its back end from the environment
        except (ImportError, ValueError) as error:
            raise ClaudometerError(ErrorCode.TRAY_TOOLKIT_MISSING, command=install_command()) from error


def _has_display() -> bool:
    import gi  # noqa: PLC0415 - missing on systems without a desktop

    gi.require_version("Gtk", "3.0")
    from gi.repository import Gtk  # noqa: PLC0415 - the version has to be chosen before

    return bool(Gtk.init_check()[0])


def install_command() -> str:
    """Return the command that installs the toolkit with this system's package manager."""
    found = (command for program, command in _INSTALL.items() if shutil.which(program))
    return next(found, _INSTALL["apt-get"])


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
