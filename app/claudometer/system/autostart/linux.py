"""Start at login on Linux: an XDG autostart entry, read as a desktop session reads it.

https://specifications.freedesktop.org/autostart-spec/latest/
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.autostart.base import NAME, Autostart
from claudometer.system.autostart.desktop_entry import first_word, parse_entry, quote_exec
from claudometer.system.files import read_bytes, write_atomically
from claudometer.system.home import base_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LIMIT = 64 * 1024


class DesktopEntry(Autostart):
    """``autostart/claudometer.desktop`` in the user's configuration folder, else in one of the system's.

    The first entry decides. A hidden entry of the user switches off that of the system.

    Args:
        user: the user's configuration folder.
        system: those of the system, the most important one first.
    """

    def __init__(
        self, command: Sequence[str], *, user: Path | None = None, system: Sequence[Path] | None = None
    ) -> None:
        super().__init__(command)
        self._user = (user or _user_folder()) / "autostart" / f"{NAME}.desktop"
        folders = _system_folders() if system is None else system
        self._system = [folder / "autostart" / f"{NAME}.desktop" for folder in folders]

    @property
    def place(self) -> str:
        return str(self._user.parent)

    def _starts_at_login(self) -> bool:
        # Only the first: an entry of the user hides that of the system, even if it starts nothing.
        return any(_would_start(entry) for entry in self._entries()[:1])

    def _named_program(self) -> str | None:
        entry = next(iter(self._entries()), None)
        if entry is None or _is_off(entry):
            return None
        named = first_word(entry.get("Exec", "")) or entry.get("TryExec", "")
        # If there is no such program, its name as it is in the entry, for a message.
        return shutil.which(named) or named

    def _write(self) -> None:
        exec_line = quote_exec(self._command)
        entry = {
            "Type": "Application",
            "Name": "Claudometer",
            "Exec": exec_line,
            "Icon": NAME,
            "Terminal": "false",
            "X-GNOME-Autostart-enabled": "true",
        }
        write_atomically(self._user, _render(entry))

    def _remove(self) -> None:
        self._user.unlink(missing_ok=True)
        # A package has an entry of its own, which only root can remove; hide it.
        if self._starts_at_login():
            write_atomically(
                self._user, _render({"Type": "Application", "Name": "Claudometer", "Hidden": "true"})
            )

    def _entries(self) -> list[dict[str, str]]:
        entries = []
        for path in (self._user, *self._system):
            try:
                text = read_bytes(path, limit=_LIMIT).decode("utf-8", "replace")
            except FileNotFoundError:
                continue
            entries.append(parse_entry(text))
        return entries


def _would_start(entry: Mapping[str, str]) -> bool:
    """Return whether a desktop would start the program, by the specification and by GNOME's own switch.

    A program with a percent sign in its path counts as missing: GLib, which starts it on most desktops, looks
    for the file before it replaces ``%%`` by ``%``, and refuses the entry.
    """
    if _is_off(entry):
        return False
    try_exec = entry.get("TryExec")
    if try_exec and not shutil.which(try_exec):
        return False
    program = first_word(entry.get("Exec", ""))
    return bool(program) and "%" not in program and shutil.which(program) is not None


def _is_off(entry: Mapping[str, str]) -> bool:
    is_hidden = entry.get("Hidden") == "true" or entry.get("X-GNOME-Autostart-enabled") == "false"
    return is_hidden or not _is_for_this_desktop(entry)


def _is_for_this_desktop(entry: Mapping[str, str]) -> bool:
    desktops = {name for name in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":") if name}
    only = {name for name in entry.get("OnlyShowIn", "").split(";") if name}
    never = {name for name in entry.get("NotShowIn", "").split(";") if name}
    return not (only and not only & desktops) and not never & desktops


def _render(entry: Mapping[str, str]) -> bytes:
    lines = ["[Desktop Entry]", *(f"{key}={value}" for key, value in entry.items())]
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def _user_folder() -> Path:
    return Path(base_folder("XDG_CONFIG_HOME", ".config"))


def _system_folders() -> list[Path]:
    configured = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    return [Path(folder) for folder in configured.split(":") if Path(folder).is_absolute()]
