"""Start at login on Windows: the user's Run key. Tested with a registry in memory, not on Windows yet."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

from claudometer.system.autostart.base import NAME, Autostart

if TYPE_CHECKING:
    from collections.abc import Sequence

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
_SWITCHED_OFF = 1
"""Task Manager writes 12 bytes, the first of which is odd if the user has disabled the entry there."""


class Registry(Protocol):
    """Access to values below ``HKEY_CURRENT_USER``."""

    def read(self, key: str, name: str) -> object:
        """Return a value, ``None`` if it does not exist."""
        ...

    def write(self, key: str, name: str, value: str) -> None: ...

    def delete(self, key: str, name: str) -> None:
        """Delete a value, if it exists."""
        ...


class RunKey(Autostart):
    """A value of the Run key, and Task Manager's switch for it."""

    def __init__(self, command: Sequence[str], *, registry: Registry | None = None) -> None:
        super().__init__(command)
        self._registry = registry or WindowsRegistry()

    @property
    def place(self) -> str:
        return rf"HKEY_CURRENT_USER\{RUN}"

    def _named_program(self) -> str | None:
        line = self._registry.read(RUN, NAME)
        approved = self._registry.read(APPROVED, NAME)
        if isinstance(approved, bytes) and approved and approved[0] & _SWITCHED_OFF:
            return None
        return _first_word(line) if isinstance(line, str) else None

    def _write(self) -> None:
        # The value is one line, which the C library of the program splits by the rules of `list2cmdline`.
        self._registry.write(RUN, NAME, subprocess.list2cmdline(self._command))
        self._registry.delete(APPROVED, NAME)

    def _remove(self) -> None:
        self._registry.delete(RUN, NAME)
        self._registry.delete(APPROVED, NAME)


class WindowsRegistry:
    """The real registry."""

    def read(self, key: str, name: str) -> object:
        if sys.platform != "win32":
            raise OSError("there is no registry on this system")
        import winreg  # noqa: PLC0415 - only Windows has it

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                value, _kind = winreg.QueryValueEx(opened, name)
        except FileNotFoundError:
            return None
        return value

    def write(self, key: str, name: str, value: str) -> None:
        if sys.platform != "win32":
            raise OSError("there is no registry on this system")
        import winreg  # noqa: PLC0415

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
            winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)

    def delete(self, key: str, name: str) -> None:
        if sys.platform != "win32":
            raise OSError("there is no registry on this system")
        import winreg  # noqa: PLC0415

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                winreg.DeleteValue(opened, name)
        except FileNotFoundError:
            return


def _first_word(line: str) -> str:
    """Return the program of a command line written by ``list2cmdline``."""
    return line[1:].partition('"')[0] if line.startswith('"') else line.partition(" ")[0]
