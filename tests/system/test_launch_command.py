"""Tests the command lines that start the program again: as a child, at login and after an update."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.system.launch_command import (
    can_start_again,
    child_command,
    find_image,
    find_runtime,
    login_command,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_child_runs_the_same_program() -> None:
    answer = subprocess.run(child_command("--help"), capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("Usage: claudometer")


@pytest.fixture
def interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("APPIMAGE", raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python3"))
    return tmp_path / "python3"


def test_the_login_command_is_the_installed_command(interpreter: Path) -> None:
    installed = interpreter.with_name("claudometer")
    installed.touch()
    assert login_command() == [str(installed)]


def test_the_login_command_runs_the_module_if_no_command_is_installed(interpreter: Path) -> None:
    assert login_command() == [str(interpreter), "-m", "claudometer"]


def mount(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Make this process look as if the AppRun of a mounted AppImage had started it; return the AppImage."""
    image, launcher = folder / "My Apps" / "Claudometer.AppImage", folder / "mount" / "AppRun"
    for file in (image, launcher):
        file.parent.mkdir()
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    monkeypatch.setattr(sys, "_xoptions", {"claudometer": str(launcher)})
    monkeypatch.setenv("APPIMAGE", str(image))
    monkeypatch.setenv("APPDIR", str(launcher.parent))
    monkeypatch.setattr(os.path, "ismount", lambda path: path == str(launcher.parent))
    return image


def test_the_login_command_of_an_appimage_is_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = mount(monkeypatch, tmp_path)
    assert find_image() == image
    assert login_command() == [str(image)]
    assert can_start_again()


def test_the_login_command_of_an_appimage_that_cannot_be_mounted_unpacks_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = mount(monkeypatch, tmp_path)
    assert find_runtime() is None
    monkeypatch.setattr(os.path, "ismount", lambda _path: False)
    assert login_command() == [str(image), "--appimage-extract-and-run"]
    assert find_runtime() == os.getppid()


def test_a_link_to_an_appimage_is_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = mount(monkeypatch, tmp_path)
    link = tmp_path / "link.AppImage"
    link.symlink_to(image)
    monkeypatch.setenv("APPIMAGE", str(link))
    assert find_image() == image


def test_a_moved_appimage_cannot_be_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = mount(monkeypatch, tmp_path)
    image.rename(tmp_path / "elsewhere")
    assert login_command() == [str(image)], "the mounted AppRun would be gone even sooner"
    assert not can_start_again()


def test_an_appimage_without_execute_permission_cannot_be_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount(monkeypatch, tmp_path).chmod(0o644)
    assert not can_start_again()


def test_the_variables_of_a_terminal_that_is_an_appimage_are_ignored(
    interpreter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = mount(monkeypatch, tmp_path)
    monkeypatch.setattr(sys, "_xoptions", {})
    assert find_image() is None
    assert login_command() == [str(interpreter), "-m", "claudometer"]
    unpacked = tmp_path / "squashfs-root" / "AppRun"
    unpacked.parent.mkdir()
    unpacked.symlink_to(tmp_path / "mount" / "AppRun")
    monkeypatch.setattr(sys, "_xoptions", {"claudometer": str(unpacked)})
    assert find_image() is None, f"an update would replace {terminal}"
    assert login_command() == [str(unpacked)]


def test_an_unpacked_appimage_is_started_by_its_apprun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount(monkeypatch, tmp_path)
    monkeypatch.delenv("APPIMAGE")
    monkeypatch.delenv("APPDIR")
    assert find_image() is None
    assert login_command() == [str(tmp_path / "mount" / "AppRun")]


def test_the_command_of_a_bundle_is_its_executable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APPIMAGE", raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "Claudometer"))
    assert child_command("window") == [str(tmp_path / "Claudometer"), "window"]
    assert login_command() == [str(tmp_path / "Claudometer")]
