"""Writes the icon as files that a panel finds by name: a small icon theme in the runtime folder."""

from __future__ import annotations

import hashlib
import io
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.system.files import make_private_folder
from claudometer.system.filesystem import open_regular
from claudometer.ui.tray.drawing import draw

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.present.icon import IconModel

# The sizes and scales that panels use: GNOME 16, Xfce, MATE and KDE 22, Cinnamon 24, larger panels 32 and 48.
# Screens of double density use twice the size.
_PLACES = ((16, 1), (22, 1), (24, 1), (32, 1), (48, 1), (16, 2), (22, 2), (24, 2))
_KEPT = 2

PREFIX = "claudometer_"
"""Without a hyphen: KDE cuts names at hyphens, and would then find the program's own icon instead."""


class IconFiles:
    """An icon theme of one icon. A panel takes the exact size from it, but would scale a single file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._theme = folder / "hicolor"
        self._names: list[str] = []

    def write(self, model: IconModel) -> str:
        """Write the picture in every size and return its name.

        Panels cache pictures by name, so a different picture needs a different name. The previous files stay,
        because a slow panel may still be reading them.

        Raises:
            OSError: a file could not be written, or something else is in its place.
        """
        name = icon_name(model)
        is_written = name in self._names and self._is_whole(name)
        if name in self._names:
            self._names.remove(name)
        if not is_written:
            self._prepare()
            if not self._names:
                self._remove_earlier_runs()
            self._write_sizes(name, model)
        self._names.append(name)
        self._remove_old()
        self._announce()
        return name

    def is_whole(self) -> bool:
        """Return whether every file of the newest picture is there. Others may have emptied the folder."""
        return bool(self._names) and self._is_whole(self._names[-1])

    def remove(self) -> None:
        """Remove every picture that this object has written, as far as possible."""
        for name in self._names:
            with suppress(OSError):
                self._unlink(name)
        self._names.clear()

    def _prepare(self) -> None:
        make_private_folder(self.folder)
        for size, scale in _PLACES:
            make_private_folder(self._place(size, scale))
        index = self._theme / "index.theme"
        if not index.is_file():
            _write_file(index, _index().encode())

    def _write_sizes(self, name: str, model: IconModel) -> None:
        pixels = {size * scale for size, scale in _PLACES}
        pictures = {size: draw(model, size) for size in sorted(pixels)}
        for size, scale in _PLACES:
            encoded = io.BytesIO()
            pictures[size * scale].save(encoded, "PNG")
            _write_file(self._place(size, scale) / f"{name}.png", encoded.getvalue())

    def _remove_earlier_runs(self) -> None:
        for stale in self._theme.glob(f"*/*/{PREFIX}*.png"):
            stale.unlink(missing_ok=True)

    def _remove_old(self) -> None:
        while len(self._names) > _KEPT:
            self._unlink(self._names.pop(0))

    def _unlink(self, name: str) -> None:
        for size, scale in _PLACES:
            (self._place(size, scale) / f"{name}.png").unlink(missing_ok=True)

    def _announce(self) -> None:
        """Set the time of the folders. GTK rereads a theme when these change."""
        os.utime(self._theme)
        os.utime(self.folder)

    def _is_whole(self, name: str) -> bool:
        return all((self._place(size, scale) / f"{name}.png").is_file() for size, scale in _PLACES)

    def _place(self, size: int, scale: int) -> Path:
        return self._theme / _folder_name(size, scale)


def _write_file(path: Path, data: bytes) -> None:
    with os.fdopen(open_regular(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as file:
        file.write(data)


def icon_name(model: IconModel) -> str:
    """Return a name that differs exactly when the picture does. The tooltip does not count."""
    seen = f"{model.percent}|{model.text}|{model.level}|{model.shape}"
    return f"{PREFIX}{hashlib.blake2s(seen.encode(), digest_size=6).hexdigest()}"


def _folder_name(size: int, scale: int) -> str:
    return f"{size}x{size}/status" if scale == 1 else f"{size}x{size}@{scale}/status"


def _index() -> str:
    names = ",".join(_folder_name(size, scale) for size, scale in _PLACES)
    head = f"[Icon Theme]\nName=Hicolor\nComment=\nDirectories={names}\n"
    parts = (
        f"\n[{_folder_name(size, scale)}]\nSize={size}\nScale={scale}\nContext=Status\nType=Fixed\n"
        for size, scale in _PLACES
    )
    return head + "".join(parts)
