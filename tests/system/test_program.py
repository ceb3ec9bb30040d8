"""The command lines by which the program is started again."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.system.program import child_command, login_command

if TYPE_CHECKING:
    from pathlib import Path


def test_a_child_is_this_very_program() -> None:
    answer = subprocess.run(child_command("--help"), capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("Usage: claudometer")


@pytest.fixture
def interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("APPIMAGE", raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python3"))
    return tmp_path / "python3"


def test_at_login_the_installed_command_is_started(interpreter: Path) -> None:
    installed = interpreter.with_name("claudometer")
    installed.touch()
    assert login_command() == [str(installed)]


def test_at_login_the_module_is_started_where_no_command_is_installed(interpreter: Path) -> None:
    assert login_command() == [str(interpreter), "-m", "claudometer"]


def test_at_login_an_appimage_is_started_by_its_own_file(
    interpreter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = tmp_path / "My Apps" / "Claudometer.AppImage"
    image.parent.mkdir()
    image.touch()
    monkeypatch.setenv("APPIMAGE", str(image))
    assert login_command() == [str(image)]


def test_a_bundle_is_its_own_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APPIMAGE", raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "Claudometer"))
    assert child_command("window") == [str(tmp_path / "Claudometer"), "window"]
    assert login_command() == [str(tmp_path / "Claudometer")]
