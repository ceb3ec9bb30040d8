"""A Debian of its own in a folder: nothing in it but what a test puts there. Needs root."""

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
"""What every desktop has: drawing, fonts, X11. No Python, no GTK, no WebKit."""

HOME = "/root"

WITHOUT_FUSE = {"APPIMAGE_EXTRACT_AND_RUN": "1"}
"""An AppImage unpacks itself then, rather than mount itself, which a root entered by chroot cannot."""

SOUND = {"bookworm": "libasound2", "trixie": "libasound2t64"}
X11_SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108 - where X servers listen


class BareRoot:
    """One release of Debian, entered by chroot, with the host's X server in reach."""

    def __init__(self, folder: Path, release: str) -> None:
        self.folder = folder
        self.release = release
        self._mounted: list[Path] = []

    def make(self, *packages: str) -> Self:
        """Install the smallest system, and these packages into it."""
        words = ["debootstrap", "--variant=minbase", f"--include={','.join((*packages, 'dbus'))}"]
        _run(*words, self.release, str(self.folder))
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
        """Copy a file into the root, and return what it is called there."""
        shutil.copy(path, self.folder / "opt" / path.name)
        return f"/opt/{path.name}"

    def run(self, *words: str, display: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a program in there, on a session bus of its own."""
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": HOME, "LANG": "C.UTF-8", **variables}
        if display:
            env["DISPLAY"] = display
        command = ["chroot", str(self.folder), "dbus-run-session", "--", *words]
        return subprocess.run(command, env=env, text=True, capture_output=True, check=False, timeout=900)

    def has(self, *patterns: str) -> list[str]:
        """Return what is in there of these patterns."""
        return sorted(str(path) for pattern in patterns for path in self.folder.glob(pattern))

    def remove(self) -> None:
        """Unmount and delete it. What cannot be unmounted stays, rather than the host's files go."""
        for place in reversed(self._mounted):
            _run("umount", "--lazy", str(place))
            assert not os.path.ismount(place)
        shutil.rmtree(self.folder)


def _run(*words: str) -> None:
    done = subprocess.run(words, text=True, capture_output=True, check=False, timeout=900)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
