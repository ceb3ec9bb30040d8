"""The command lines by which the program is started again."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.system.program import (
    can_start_again,
    child_command,
    find_image,
    find_runtime,
    login_command,
)

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


def mount(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Have it look as if an AppImage had been mounted there and its AppRun started us; return the file."""
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


def test_an_appimage_is_started_by_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = mount(monkeypatch, tmp_path)
    assert find_image() == image
    assert login_command() == [str(image)]
    assert can_start_again()


def test_an_appimage_that_could_not_be_mounted_is_told_to_unpack_itself_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = mount(monkeypatch, tmp_path)
    assert find_runtime() is None
    monkeypatch.setattr(os.path, "ismount", lambda _path: False)
    assert login_command() == [str(image), "--appimage-extract-and-run"]
    assert find_runtime() == os.getppid()


def test_an_appimage_is_the_file_that_its_link_leads_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = mount(monkeypatch, tmp_path)
    link = tmp_path / "link.AppImage"
    link.symlink_to(image)
    monkeypatch.setenv("APPIMAGE", str(link))
    assert find_image() == image


def test_an_appimage_that_was_moved_cannot_be_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = mount(monkeypatch, tmp_path)
    image.rename(tmp_path / "elsewhere")
    assert login_command() == [str(image)], "its mount would be gone sooner"
    assert not can_start_again()


def test_an_appimage_that_may_not_be_started_cannot_be_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount(monkeypatch, tmp_path).chmod(0o644)
    assert not can_start_again()


def test_a_terminal_that_is_an_appimage_is_not_ours(
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
    assert find_image() is None, f"{terminal} would be replaced"
    assert login_command() == [str(unpacked)]


def test_an_appimage_that_was_unpacked_has_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mount(monkeypatch, tmp_path)
    monkeypatch.delenv("APPIMAGE")
    monkeypatch.delenv("APPDIR")
    assert find_image() is None
    assert login_command() == [str(tmp_path / "mount" / "AppRun")]


def test_a_bundle_is_its_own_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APPIMAGE", raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "Claudometer"))
    assert child_command("window") == [str(tmp_path / "Claudometer"), "window"]
    assert login_command() == [str(tmp_path / "Claudometer")]
