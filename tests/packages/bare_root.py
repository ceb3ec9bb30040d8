"""A minimal Debian system in a folder, with only the packages that a test installs. Needs root."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Self

DESKTOP_BASE = (
    *("fonts-dejavu-core", "ca-certificates", "libgl1", "libegl1", "libgles2", "libgbm1", "libdrm2"),
    *("libfontconfig1", "libfreetype6", "libharfbuzz0b", "libharfbuzz-icu0", "libfribidi0", "libx11-6"),
    *("libx11-xcb1", "libxcb1", "libxcb-dri3-0", "libexpat1", "libgmp10", "libp11-kit0", "libuuid1"),
    *("libgpg-error0", "libwayland-client0", "libwayland-egl1", "libwayland-server0", "libwayland-cursor0"),
)
"""Libraries that every desktop has, for graphics, fonts and X11. They include no Python, GTK or WebKit."""

HOME = "/root"

WITHOUT_FUSE = {"APPIMAGE_EXTRACT_AND_RUN": "1"}
"""Makes an AppImage unpack itself instead of mounting itself, which works without FUSE, as in a chroot."""

SOUND = {"bookworm": "libasound2", "trixie": "libasound2t64"}  # renamed for 64-bit time_t
X11_SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108 - where X servers listen


class BareRoot:
    """A Debian release in a chroot that can connect to the host's X server."""

    def __init__(self, folder: Path, release: str) -> None:
        self.folder = folder
        self.release = release
        self._mounted: list[Path] = []

    def make(self, *packages: str) -> Self:
        """Install the minimal system with these packages."""
        command = ["debootstrap", "--variant=minbase", f"--include={','.join((*packages, 'dbus'))}"]
        _run(*command, self.release, str(self.folder))
        for kind, source in (("proc", "proc"), ("bind", "/dev"), ("bind", str(X11_SOCKETS))):
            self._mount(kind, source)
        return self

    def _mount(self, kind: str, source: str) -> None:
        place = self.folder / ("proc" if kind == "proc" else source.removeprefix("/"))
        place.mkdir(parents=True, exist_ok=True)
        how = ("--bind", source) if kind == "bind" else ("-t", "proc", source)
        _run("mount", *how, str(place))
        self._mounted.append(place)

    def take_in(self, path: Path) -> str:
        """Copy a file into the root, and return its path inside."""
        shutil.copy(path, self.folder / "opt" / path.name)
        return f"/opt/{path.name}"

    def run(self, *words: str, display: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a program inside the root with a new session bus."""
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": HOME, "LANG": "C.UTF-8", **variables}
        if display:
            env["DISPLAY"] = display
        command = ["chroot", str(self.folder), "dbus-run-session", "--", *words]
        return subprocess.run(command, env=env, text=True, capture_output=True, check=False, timeout=900)

    def has(self, *patterns: str) -> list[str]:
        """Return the files in the root that match the glob patterns."""
        return sorted(str(path) for pattern in patterns for path in self.folder.glob(pattern))

    def remove(self) -> None:
        """Unmount and delete the root.

        Raises AssertionError if a mount remains, because deleting it would delete the host's files.
        """
        for place in reversed(self._mounted):
            _run("umount", "--lazy", str(place))
            assert not os.path.ismount(place)
        shutil.rmtree(self.folder)


def _run(*words: str) -> None:
    done = subprocess.run(words, text=True, capture_output=True, check=False, timeout=900)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
