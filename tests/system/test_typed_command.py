"""What people have to type to run this program, for each way of installing it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from claudometer.system import demo_plan
from claudometer.system.typed_command import restart_command, typed_command
from tests.system.test_launch_command import mount

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make this process look as if it ran in an environment with the command, in this home folder."""
    monkeypatch.delenv("APPIMAGE", raising=False)
    monkeypatch.setenv("HOME", str(folder))
    command = folder / "env" / "bin" / "claudometer"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(command.with_name("python3")))
    return command


def test_the_demo_is_started_with_its_own_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = installed(tmp_path, monkeypatch)
    monkeypatch.setenv("PATH", str(command.parent))
    monkeypatch.setattr(demo_plan, "_chosen", ["max-5x"])
    assert typed_command(demo=True) == "claudometer --demo"
    demo_plan.choose_demo_plan("pro")
    again = "claudometer --demo --plan pro"
    assert restart_command(demo=True) == f"{again} quit && {again}"
    assert restart_command(demo=False) == "claudometer quit && claudometer"


def test_a_command_that_the_shell_finds_is_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = installed(tmp_path, monkeypatch)
    monkeypatch.setenv("PATH", str(command.parent))
    assert typed_command() == "claudometer"


def test_a_link_to_the_command_is_enough_as_pipx_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = installed(tmp_path, monkeypatch)
    links = tmp_path / "links"
    links.mkdir()
    (links / "claudometer").symlink_to(command)
    monkeypatch.setenv("PATH", str(links))
    assert typed_command() == "claudometer"


def test_a_command_elsewhere_is_its_path_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch)
    monkeypatch.setenv("PATH", "/nowhere")
    assert typed_command() == "~/env/bin/claudometer"


def test_another_program_of_that_name_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch)
    other = tmp_path / "other" / "claudometer"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(other.parent))
    assert typed_command() == "~/env/bin/claudometer"


def test_an_appimage_is_its_file_quoted_for_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount(monkeypatch, tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    assert typed_command() == "~/'My Apps/Claudometer.AppImage'"
    monkeypatch.setattr(os.path, "ismount", lambda _path: False)
    assert typed_command() == "~/'My Apps/Claudometer.AppImage' --appimage-extract-and-run"
