"""Other copies of the tray program: found by their command lines, if they share our saved data."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from claudometer.system.running_copies import find_other_copies

if TYPE_CHECKING:
    from pathlib import Path


DEB = ("/usr/bin/python3", "-I", "-Xclaudometer=/usr/bin/claudometer", "/usr/lib/claudometer/launch.py")
APPIMAGE = (
    *("/tmp/.mount_x/usr/python/bin/python3", "-I", "-X", "claudometer=/tmp/.mount_x/AppRun"),  # noqa: S108 - only text
    "/tmp/.mount_x/usr/launch.py",  # noqa: S108
)
"""As the packages' own launchers in ``build/linux`` start Python."""


def add(proc: Path, number: int, *words: str, home: str | None = None) -> None:
    folder = proc / str(number)
    folder.mkdir()
    (folder / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in words))
    shared = {name: os.environ[name] for name in ("HOME", "XDG_STATE_HOME") if name in os.environ}
    variables = shared if home is None else {"HOME": home}
    (folder / "environ").write_bytes(b"".join(f"{k}={v}".encode() + b"\0" for k, v in variables.items()))


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        (("/usr/bin/claudometer",), True),
        (("/opt/x/bin/python3", "/opt/x/bin/claudometer"), True),
        (("/usr/bin/python3", "-I", "-Xclaudometer=/usr/bin/claudometer", "-m", "claudometer"), True),
        ((*DEB,), True),
        ((*DEB, "settings"), True),
        ((*DEB, "window"), False),
        ((*APPIMAGE,), True),
        ((*APPIMAGE, "status"), False),
        (("/usr/bin/python3", "-X", "dev", "/home/me/launch.py"), False),
        (("/usr/bin/claudometer", "settings"), True),
        (("/usr/bin/claudometer", "status"), False),
        (("/usr/bin/claudometer", "window", "--page=usage"), False),
        (("/usr/bin/claudometer", "--demo"), False),
        (("/usr/bin/claudometer", "--selftest"), False),
        (("/usr/bin/vim", "claudometer"), False),
        (("sh", "/usr/bin/claudometer"), False),
        ((), False),
    ],
)
def test_only_the_tray_program_counts(tmp_path: Path, words: tuple[str, ...], is_found: bool) -> None:
    add(tmp_path, 4_000_001, *words)
    assert find_other_copies(besides=None, proc=tmp_path) == ([4_000_001] if is_found else [])


def test_the_app_of_this_session_is_no_second_copy(tmp_path: Path) -> None:
    add(tmp_path, 4_000_001, "/usr/bin/claudometer")
    assert find_other_copies(besides=4_000_001, proc=tmp_path) == []


def test_a_copy_with_its_own_home_folder_does_not_count(tmp_path: Path) -> None:
    add(tmp_path, 4_000_001, "/usr/bin/claudometer", home="/home/somebody-else")
    assert find_other_copies(besides=None, proc=tmp_path) == []
