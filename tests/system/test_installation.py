"""Tests how the kind of installation is detected: by the launcher and by the folder of the code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.update import Install
from claudometer.system import installation
from claudometer.system.files import mark_of
from claudometer.system.installation import find_installation, machine_name

if TYPE_CHECKING:
    from pathlib import Path


def start_by(monkeypatch: pytest.MonkeyPatch, launcher: Path) -> None:
    """Make this process look as if ``launcher`` had started it."""
    launcher.write_text("#!/bin/sh\n")
    launcher.chmod(0o755)
    monkeypatch.setattr(sys, "_xoptions", {"claudometer": str(launcher)})


def test_a_checkout_is_recognized_by_its_project_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APPIMAGE", raising=False)
    found = find_installation()
    assert found.kind is Install.CHECKOUT
    assert found.command is not None
    assert found.command.endswith(" pull")


def test_an_appimage_is_recognized_by_its_mount(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    image = tmp_path / "Claudometer.AppImage"
    image.write_bytes(b"")
    start_by(monkeypatch, tmp_path / "AppRun")
    monkeypatch.setenv("APPIMAGE", str(image))
    monkeypatch.setenv("APPDIR", str(tmp_path))
    found = find_installation()
    assert (found.kind, found.image) == (Install.APPIMAGE, image)
    assert found.image_mark == mark_of(image)


def test_an_unpacked_appimage_has_no_file_to_replace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    start_by(monkeypatch, tmp_path / "AppRun")
    monkeypatch.delenv("APPIMAGE", raising=False)
    found = find_installation()
    assert (found.kind, found.image, found.command) == (Install.CHECKOUT, None, None)


def test_a_package_is_recognized_by_the_package_manager_that_owns_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("APPIMAGE", raising=False)
    monkeypatch.setattr(installation, "PACKAGE_HOME", tmp_path)
    monkeypatch.setattr(installation, "DPKG_LIST", tmp_path / "claudometer.list")
    code = tmp_path / "app" / "claudometer"
    rpm = find_installation(code)
    assert rpm.kind is Install.RPM
    (tmp_path / "claudometer.list").touch()
    deb = find_installation(code)
    assert deb.kind is Install.DEB
    for found, words in ((rpm, "claudometer-0.2.0*.rpm"), (deb, "claudometer_0.2.0*.deb")):
        assert found.command is not None
        assert words in found.command.format(version="0.2.0")  # in quotes where only su makes root


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/u/.local/pipx/venvs/claudometer-desktop", "pipx upgrade claudometer-desktop"),
        ("/home/u/.local/share/uv/tools/claudometer-desktop", "uv tool upgrade claudometer-desktop"),
        ("/home/u/{venv} x", "'/home/u/{venv} x/bin/python' -m pip install --upgrade claudometer-desktop"),
    ],
)
def test_the_upgrade_command_uses_the_tool_that_installed_the_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, prefix: str, command: str
) -> None:
    monkeypatch.delenv("APPIMAGE", raising=False)
    monkeypatch.setattr(sys, "prefix", prefix)
    monkeypatch.setattr(sys, "executable", f"{prefix}/bin/python")
    found = find_installation(tmp_path / "lib" / "python3" / "site-packages" / "claudometer")
    assert found.kind is Install.PIP
    assert found.command is not None
    assert found.command.format(version="0.2.0") == command


def test_the_machine_name_has_the_form_of_the_update_manifest() -> None:
    system, _, machine = machine_name().partition("-")
    assert system in {"linux", "darwin", "windows"}
    assert machine not in {"", "arm64", "amd64"}
