"""Makes another release of an AppImage: unpacked, changed, and packed with what the build packs with."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from devtools.packaging.briefcase import CACHE

if TYPE_CHECKING:
    from pathlib import Path

PACKER = "plugins/linuxdeploy-plugin-appimage/appimagetool-prefix/usr/lib/appimagekit/mksquashfs"


class Repacking:
    """One AppImage taken apart in ``folder``; ``pack`` puts it together as another version."""

    def __init__(self, image: Path, folder: Path) -> None:
        self._folder = folder
        self._unpack(image, folder)
        self._root = folder / "squashfs-root"
        self._runtime = image.read_bytes()[: int(_run(image, "--appimage-offset", folder=folder))]
        tool = next((CACHE / "home" / "tools").glob("linuxdeploy-*.AppImage"))
        self._unpack(tool, folder / "linuxdeploy")

    def pack(self, file: Path, version: str, *, public_key: str) -> Path:
        """Write the AppImage of this version, with this publisher's key inside."""
        (self._root / "usr/app/assets/release.pub").write_text(public_key, encoding="ascii")
        (told,) = self._root.glob("usr/app/claudometer-*.dist-info/METADATA")
        lines = told.read_text(encoding="utf-8").splitlines()
        changed = [f"Version: {version}" if line.startswith("Version:") else line for line in lines]
        told.write_text("\n".join(changed) + "\n", encoding="utf-8")
        packed = self._folder / f"{version}.squashfs"
        words = ("-comp", "gzip", "-Xcompression-level", "1", "-noappend", "-root-owned")
        _run(
            self._folder / "linuxdeploy" / "squashfs-root" / PACKER,
            self._root,
            packed,
            *words,
            folder=self._folder,
        )
        file.write_bytes(self._runtime + packed.read_bytes())
        file.chmod(0o755)
        return file

    def _unpack(self, image: Path, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        _run(image, "--appimage-extract", folder=folder)


def _run(*words: Path | str, folder: Path) -> str:
    done = subprocess.run(words, cwd=folder, text=True, capture_output=True, check=True, timeout=300)
    return done.stdout
