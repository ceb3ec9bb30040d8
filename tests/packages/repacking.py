"""Makes another release of an AppImage: unpacks it, changes it, and packs it with the build's own tool."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from devtools.packaging.briefcase import CACHE

if TYPE_CHECKING:
    from pathlib import Path

PACKER = "plugins/linuxdeploy-plugin-appimage/appimagetool-prefix/usr/lib/appimagekit/mksquashfs"


class Repacking:
    """An AppImage that is unpacked in ``folder`` and can be packed as another version."""

    def __init__(self, image: Path, folder: Path) -> None:
        self._folder = folder
        self._unpack(image, folder)
        self._root = folder / "squashfs-root"
        self._runtime = image.read_bytes()[: int(_run(image, "--appimage-offset", folder=folder))]
        tool = next((CACHE / "home" / "tools").glob("linuxdeploy-*.AppImage"))
        self._unpack(tool, folder / "linuxdeploy")

    def pack(self, file: Path, version: str, *, public_key: str) -> Path:
        """Write an AppImage of this version with this public key to ``file``, and return ``file``."""
        (self._root / "usr/app/assets/release.pub").write_text(public_key, encoding="ascii")
        (metadata,) = self._root.glob("usr/app/claudometer-*.dist-info/METADATA")
        lines = metadata.read_text(encoding="utf-8").splitlines()
        changed = [f"Version: {version}" if line.startswith("Version:") else line for line in lines]
        metadata.write_text("\n".join(changed) + "\n", encoding="utf-8")
        metadata.parent.rename(metadata.parent.with_name(f"claudometer-{version}.dist-info"))
        packed = self._folder / f"{version}.squashfs"
        # Weak compression, because this is only a test.
        options = ("-comp", "gzip", "-Xcompression-level", "1", "-noappend", "-root-owned")
        _run(
            self._folder / "linuxdeploy" / "squashfs-root" / PACKER,
            self._root,
            packed,
            *options,
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
