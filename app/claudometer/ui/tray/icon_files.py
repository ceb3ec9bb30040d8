"""Writes the current picture as files that a panel finds by name: an icon theme in the runtime folder."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.files import make_private_folder
from claudometer.system.filesystem import open_regular
from claudometer.ui.tray.drawing import draw

if TYPE_CHECKING:
    from claudometer.present.icon import IconModel

# What panels ask for: GNOME 16, Xfce, MATE and KDE 22, Cinnamon 24, larger panels 32 and 48; twice that on
# screens of double density.
_PLACES = ((16, 1), (22, 1), (24, 1), (32, 1), (48, 1), (16, 2), (22, 2), (24, 2))
_KEPT = 2

PREFIX = "claudometer_"
"""No hyphen: KDE shortens a name at its hyphens, and would find the program's own icon before our picture."""


log = logging.getLogger(__name__)


class IconFiles:
    """One icon theme folder. A panel takes the exact size from it; from a single file it would scale.

    Attributes:
        folder: what to give the panel as its theme path. It changes when the first one cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names: list[str] = []
        self._generation = 0
        self._substitute: Path | None = None

    def write(self, model: IconModel) -> str:
        """Write the picture in every size and return its name.

        A panel that knows a name never looks again, so a changed picture gets a new one, and so does one
        whose files were deleted. The previous picture is kept: a slow panel may still be reading it.

        Raises:
            OSError: it cannot be written, neither here nor in the system's folder for temporary files.
        """
        try:
            return self._write(model)
        except OSError as error:
            if self._substitute is not None:
                raise
            self._substitute = Path(tempfile.mkdtemp(prefix=PREFIX))
            log.warning("pictures go to %s, not to %s: %s", self._substitute, self.folder, error)
            self.folder = self._substitute
            self._names.clear()
        return self._write(model)

    def has(self, name: str) -> bool:
        """Return whether a picture's files are still there: runtime folders get cleaned up while we run."""
        return name in self._names and all(self._file(name, *place).exists() for place in _PLACES)

    def remove(self) -> None:
        """Remove every picture of ours. Raises nothing."""
        for name in self._names:
            with suppress(OSError):
                self._unlink(name)
        self._names.clear()
        if self._substitute is not None:
            shutil.rmtree(self._substitute, ignore_errors=True)

    @property
    def _theme(self) -> Path:
        return self.folder / "hicolor"

    def _write(self, model: IconModel) -> str:
        name = self._name(model)
        if name in self._names and not self.has(name):
            self._generation += 1
            name = self._name(model)
        if name in self._names:
            self._names.remove(name)
        else:
            self._prepare()
            if not self._names:
                self._remove_earlier_runs()
            self._write_sizes(name, model)
        self._names.append(name)
        self._remove_old()
        self._announce()
        return name

    def _name(self, model: IconModel) -> str:
        return f"{icon_name(model)}_{self._generation}" if self._generation else icon_name(model)

    def _prepare(self) -> None:
        make_private_folder(self.folder)
        for size, scale in _PLACES:
            make_private_folder(self._file("", size, scale).parent)
        index = self._theme / "index.theme"
        if not index.is_file():
            _write_file(index, _index().encode())

    def _write_sizes(self, name: str, model: IconModel) -> None:
        pixels = {size * scale for size, scale in _PLACES}
        pictures = {size: draw(model, size) for size in sorted(pixels)}
        for size, scale in _PLACES:
            encoded = io.BytesIO()
            pictures[size * scale].save(encoded, "PNG")
            _write_file(self._file(name, size, scale), encoded.getvalue())

    def _remove_earlier_runs(self) -> None:
        for picture in self._theme.glob(f"*/*/{PREFIX}*.png"):
            picture.unlink(missing_ok=True)

    def _remove_old(self) -> None:
        while len(self._names) > _KEPT:
            self._unlink(self._names.pop(0))

    def _unlink(self, name: str) -> None:
        for size, scale in _PLACES:
            self._file(name, size, scale).unlink(missing_ok=True)

    def _announce(self) -> None:
        """Touch the folders by whose modification time GTK notices a change."""
        os.utime(self._theme)
        os.utime(self.folder)

    def _file(self, name: str, size: int, scale: int) -> Path:
        return self._theme / _folder_name(size, scale) / f"{name}.png"


def _write_file(path: Path, data: bytes) -> None:
    with os.fdopen(open_regular(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as file:
        file.write(data)


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
