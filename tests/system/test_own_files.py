"""The command that gives a file to the user: it names nobody, fits the machine, and works."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from claudometer.system import anonymous_paths
from claudometer.system.own_files import make_own, unprotect

if TYPE_CHECKING:
    from pathlib import Path

SOMEBODY = 54_321
NAMES = ("plain", "two words", "it's", 'a "b"', "$HOME", "back`tick`", "a\\b", "star*")


def having(*programs: str) -> object:
    return lambda name: f"/usr/bin/{name}" if name in programs else None


@pytest.mark.parametrize(
    ("programs", "line"),
    [
        (("sudo", "su"), 'sudo chown -R "$(id -un)" ~/.claude'),
        (("doas", "su"), 'doas chown -R "$(id -un)" ~/.claude'),
        (("su",), "su -lc \"chown -R '$(id -un)' '$HOME/.claude'\""),
        ((), "su -lc \"chown -R '$(id -un)' '$HOME/.claude'\""),
    ],
)
def test_the_command_fits_the_installed_programs_and_names_nobody(
    programs: tuple[str, ...], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    which = having(*programs)
    assert make_own(tmp_path / ".claude", whole=True, which=which, is_root=False) == line  # type: ignore[arg-type]


def test_an_immutable_file_gets_a_command_of_the_same_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    lines = [unprotect(tmp_path / "x", which=having(tool), is_root=False) for tool in ("sudo", "su")]  # type: ignore[arg-type]
    assert lines == ["sudo chattr -i ~/x", "su -lc \"chattr -i '$HOME/x'\""]


@pytest.mark.parametrize("tool", ["sudo", "doas", "su"])
@pytest.mark.parametrize("is_at_home", [True, False])
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_the_command_gives_exactly_that_file_to_the_user(
    tool: str, is_at_home: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in NAMES:
        file = (home if is_at_home else tmp_path) / name
        file.write_text("")
        os.chown(file, SOMEBODY, SOMEBODY)
        line = make_own(file, which=having(tool), is_root=False)  # type: ignore[arg-type]
        assert str(home) not in line
        subprocess.run(["/bin/bash", "-c", line], check=True, timeout=60)
        assert file.stat().st_uid == 0, line


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_a_user_name_in_the_path_is_left_to_the_users_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anonymous_paths, "_user_name", lambda: "somebody")
    file = tmp_path / "somebody" / "a file"
    file.parent.mkdir()
    file.write_text("")
    os.chown(file, SOMEBODY, SOMEBODY)
    line = make_own(file, which=having("su"), is_root=False)  # type: ignore[arg-type]
    assert "somebody" not in line
    monkeypatch.setenv("USER", "somebody")
    subprocess.run(["/bin/bash", "-c", line], check=True, timeout=60)
    assert file.stat().st_uid == 0
