"""A program file that stands for an AppImage: a script that starts a copy of this project, unpacked.

The copy is laid out as in a wheel and carries a version and a publisher's key of its own.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from shlex import quote

from claudometer.system.program import UNPACKED

ROOT = Path(__file__).parents[2]
PADDING = 4_000_000
"""Bytes after the script's end, which no shell reads: a download of some pieces."""


def write_program(file: Path, version: str, *, inside: Path, public_key: str) -> Path:
    """Write the file for this version; what it starts lies in ``inside``, as a mounted image would."""
    tree = inside / f"mounted-{version}"
    package = tree / "claudometer"
    shutil.copytree(ROOT / "app" / "claudometer", package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("web", "assets"):
        shutil.copytree(ROOT / folder, package / folder)
    (package / "assets" / "release.pub").write_text(public_key, encoding="ascii")
    metadata = tree / f"claudometer_desktop-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: claudometer-desktop\nVersion: {version}\n"
    )
    launcher = tree / "AppRun"
    python = f"{quote(sys.executable)} -X claudometer={quote(str(launcher))}"
    write_script(launcher, f'PYTHONPATH={quote(str(tree))} exec {python} -m claudometer "$@"\n')
    told = f'APPIMAGE="$(readlink -f "$0")" APPDIR={quote(str(tree))}'
    unpacked = f'[ "$1" = {UNPACKED} ] && shift'
    write_script(file, f'{unpacked}\n{told} {quote(str(launcher))} "$@"\n', padding=PADDING)
    return file


def write_script(file: Path, text: str, *, padding: int = 0) -> None:
    """Write a shell script that may be started."""
    file.write_bytes(b"#!/bin/sh\n" + text.encode() + b"exit\n" + b"#" * padding)
    file.chmod(0o755)
