"""Tests the folder of the control socket: the same for every process of a user, never another user's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import platformdirs.macos
import pytest

from claudometer.system import runtime

ROOT_ONLY = pytest.mark.skipif(os.getuid() != 0, reason="only root can make folders of another user")
LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="XDG folders are used on Linux")
NOBODY = 65534  # the user id of nobody on Linux


@pytest.fixture
def session_folder(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_folder))
    return short_folder


@LINUX_ONLY
def test_the_desktops_runtime_folder_is_used(session_folder: Path) -> None:
    assert runtime.socket_path(demo=False) == str(session_folder / "claudometer" / "control.sock")


def test_the_demo_has_its_own_socket(session_folder: Path) -> None:
    assert runtime.socket_path(demo=True) != runtime.socket_path(demo=False)
    assert Path(runtime.socket_path(demo=True)).name == "demo.sock"


@LINUX_ONLY
@pytest.mark.parametrize("value", ["", "relative/folder", "/does/not/exist"])
def test_a_private_fallback_is_used_without_a_valid_variable(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", value)
    found = Path(runtime.runtime_folder())
    assert found in {Path(f"/run/user/{os.getuid()}/claudometer"), Path(f"/tmp/claudometer-{os.getuid()}")}  # noqa: S108


@LINUX_ONLY
def test_a_folder_with_too_long_a_path_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    assert len(os.fsencode(runtime.socket_path(demo=False))) <= runtime.MAX_SOCKET_PATH_BYTES


@LINUX_ONLY
@ROOT_ONLY
def test_a_folder_of_another_user_is_skipped(session_folder: Path) -> None:
    ours = session_folder / "claudometer"
    ours.mkdir()
    os.chown(ours, NOBODY, NOBODY)
    assert runtime.runtime_folder() != str(ours)


@LINUX_ONLY
def test_a_link_in_place_of_the_folder_is_skipped(session_folder: Path, tmp_path: Path) -> None:
    (session_folder / "claudometer").symlink_to(tmp_path)
    assert runtime.runtime_folder() != str(session_folder / "claudometer")


def test_finding_the_path_creates_nothing(session_folder: Path) -> None:
    runtime.socket_path(demo=False)
    assert list(session_folder.iterdir()) == []


def test_the_folder_on_macos_is_that_of_platformdirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    expected = platformdirs.macos.MacOS("claudometer", appauthor=False).user_runtime_dir
    assert runtime.runtime_folder() == expected


def test_finding_the_path_imports_nothing_else() -> None:
    """`status` must be fast, and importing pathlib or platformdirs takes milliseconds."""
    code = (
        "import sys; before = set(sys.modules)\n"
        "from claudometer.system.runtime import socket_path; socket_path(demo=False)\n"
        "print(sorted(set(sys.modules) - before))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = ("", ".system", ".system.demo_plan", ".system.runtime")
    loaded = ["__future__", *(f"claudometer{name}" for name in ours)]
    assert answer.stdout.strip() == str(loaded)
