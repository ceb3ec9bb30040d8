"""Keeps the shown picture as files that a panel finds by name: a small icon theme in the runtime folder."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from claudometer.ui.tray.drawing import draw

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.present.icon import IconModel

# What panels ask for: GNOME 16, Xfce, MATE and KDE 22, Cinnamon 24, larger panels 32 and 48; twice that on
# screens of double density.
_PLACES = ((16, 1), (22, 1), (24, 1), (32, 1), (48, 1), (16, 2), (22, 2), (24, 2))
_KEPT = 2

PREFIX = "claudometer_"
"""No hyphen: KDE shortens a name at its hyphens, and would find the program's own icon before our picture."""


class IconFiles:
    """One icon theme folder. A panel takes the exact size from it; from a single file it would scale."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._theme = folder / "hicolor"
        self._names: list[str] = []

    def write(self, model: IconModel) -> str:
        """Write the picture in every size and return its name.

        A panel that knows a name never looks again, so a changed picture has a new one. The one before is
        kept: a slow panel may still be reading it.
        """
        name = icon_name(model)
        if name in self._names:
            self._names.remove(name)
        else:
            self._prepare()
            if not self._names:
                self._forget_earlier_runs()
            self._write_sizes(name, model)
        self._names.append(name)
        self._forget_old()
        self._announce()
        return name

    def remove(self) -> None:
        """Remove every picture of ours."""
        for name in self._names:
            self._unlink(name)
        self._names.clear()

    def _prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for size, scale in _PLACES:
            self._place(size, scale).mkdir(parents=True, exist_ok=True)
        index = self._theme / "index.theme"
        if not index.exists():
            index.write_text(_index(), encoding="utf-8")

    def _write_sizes(self, name: str, model: IconModel) -> None:
        pixels = {size * scale for size, scale in _PLACES}
        pictures = {size: draw(model, size) for size in sorted(pixels)}
        for size, scale in _PLACES:
            pictures[size * scale].save(self._place(size, scale) / f"{name}.png", "PNG")

    def _forget_earlier_runs(self) -> None:
        for left_over in self._theme.glob(f"*/*/{PREFIX}*.png"):
            left_over.unlink(missing_ok=True)

    def _forget_old(self) -> None:
        while len(self._names) > _KEPT:
            self._unlink(self._names.pop(0))

    def _unlink(self, name: str) -> None:
        for size, scale in _PLACES:
            (self._place(size, scale) / f"{name}.png").unlink(missing_ok=True)

    def _announce(self) -> None:
        """Touch the folders whose times GTK looks at to learn that something inside has changed."""
        os.utime(self._theme)
        os.utime(self.folder)

    def _place(self, size: int, scale: int) -> Path:
        return self._theme / _folder_name(size, scale)


def icon_name(model: IconModel) -> str:
    """Return a name that differs when the picture differs, whatever the tooltip says."""
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
