"""A fake AppImage for tests, a shell script: it starts an unpacked copy of this project.

The copy has the layout of a wheel, and its own version and public key.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from shlex import quote

from claudometer.system.launch_command import UNPACKED

ROOT = Path(__file__).parents[2]
PADDING = 4_000_000
"""Bytes after the script's `exit`, which the shell never reads. They make a download of several chunks."""


def write_program(file: Path, version: str, *, inside: Path, public_key: str) -> Path:
    """Write the script to ``file`` and return it; write the copy that it starts to a folder in ``inside``.

    The script sets APPIMAGE and APPDIR as the runtime of an AppImage does.
    """
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
    variables = f'APPIMAGE="$(readlink -f "$0")" APPDIR={quote(str(tree))}'
    unpacked = f'[ "$1" = {UNPACKED} ] && shift'
    write_script(file, f'{unpacked}\n{variables} {quote(str(launcher))} "$@"\n', padding=PADDING)
    return file


def write_script(file: Path, text: str, *, padding: int = 0) -> None:
    """Write an executable shell script, followed by ``padding`` bytes."""
    file.write_bytes(b"#!/bin/sh\n" + text.encode() + b"exit\n" + b"#" * padding)
    file.chmod(0o755)
