"""The error when the tray library is missing. Tested in a fresh Python, which has not imported it yet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.ui.tray.toolkit import install_command

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT_GI = """
import os, sys
sys.modules["gi"] = None  # as if it were not installed
from claudometer.domain.errors import ClaudometerError
from claudometer.ui.tray.tray import Tray
try:
    Tray(print)
except ClaudometerError as error:
    print(error.code.value, error.facts["command"].split()[0])
print(os.environ.get("GDK_GL"), os.environ["PYSTRAY_BACKEND"])
"""


def test_a_missing_library_is_reported_with_the_command_that_installs_it() -> None:
    output = subprocess.run(
        [sys.executable, "-c", WITHOUT_GI],
        env=os.environ | {"PYSTRAY_BACKEND": "the user's own"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    ).stdout
    assert output == "tray_toolkit_missing sudo\nNone the user's own\n"


@pytest.mark.parametrize("program", ["apt-get", "dnf", "pacman", "zypper"])
def test_the_command_is_that_of_the_systems_package_manager(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / program).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which(program)
    assert program.removesuffix("-get") in install_command()
    assert "gobject" in install_command().lower() or "python3-gi" in install_command()
