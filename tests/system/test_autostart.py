"""Tests autostart: the contract of all systems, then the entries that each system reads."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.autostart import find_autostart, windows
from claudometer.system.autostart.linux import DesktopEntry
from claudometer.system.autostart.macos import LaunchAgent
from claudometer.system.autostart.windows import RunKey
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from claudometer.system.autostart.base import Autostart

    Build = Callable[[Sequence[str]], Autostart]

SYSTEMS = ("linux", "macos", "windows")


class MemoryRegistry:
    """A registry in memory. These tests have not been run with the real registry of Windows."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], object] = {}

    def read(self, key: str, name: str) -> object:
        return self.values.get((key, name))

    def write(self, key: str, name: str, value: str) -> None:
        self.values[key, name] = value

    def delete(self, key: str, name: str) -> None:
        self.values.pop((key, name), None)


@pytest.fixture
def registry() -> MemoryRegistry:
    return MemoryRegistry()


@pytest.fixture
def build(request: pytest.FixtureRequest, tmp_path: Path, registry: MemoryRegistry) -> Build:
    builders: dict[str, Build] = {
        "linux": lambda command: DesktopEntry(command, user=tmp_path, system=[tmp_path / "etc"]),
        "macos": lambda command: LaunchAgent(command, home=tmp_path),
        "windows": lambda command: RunKey(command, registry=registry),
    }
    return builders[request.param]


@pytest.fixture
def program(tmp_path: Path) -> str:
    """A program in a folder whose name has a space, as is common on every system."""
    return make_program(tmp_path / "My Apps")


def make_program(folder: Path) -> str:
    """Make a program that writes its command line, one argument per line, to the file in ``$OUT``.

    It renames the finished file, so that a test never reads half of it.
    """
    folder.mkdir()
    path = folder / "claudometer"
    path.write_text('#!/bin/sh\nprintf "%s\\n" "$0" "$@" > "$OUT.new"\nmv "$OUT.new" "$OUT"\n')
    path.chmod(0o755)
    return str(path)


every_system = pytest.mark.parametrize("build", SYSTEMS, indirect=True)


@every_system
def test_autostart_is_off_at_first(build: Build, program: str) -> None:
    assert not build([program]).is_enabled()


@every_system
def test_another_process_sees_that_autostart_is_on(build: Build, program: str) -> None:
    build([program, "--demo"]).enable()
    assert build([program]).is_enabled()


@every_system
def test_autostart_is_off_after_it_was_switched_off(build: Build, program: str) -> None:
    autostart = build([program])
    autostart.enable()
    autostart.disable()
    assert not autostart.is_enabled()


@every_system
def test_switching_twice_is_no_error(build: Build, program: str) -> None:
    autostart = build([program])
    autostart.disable()
    autostart.enable()
    autostart.enable()
    assert autostart.is_enabled()
    autostart.disable()
    autostart.disable()
    assert not autostart.is_enabled()


@every_system
def test_an_entry_whose_program_is_gone_counts_as_off(build: Build, tmp_path: Path) -> None:
    program = tmp_path / "claudometer"
    program.touch(mode=0o755)
    autostart = build([str(program)])
    autostart.enable()
    program.unlink()
    assert not autostart.is_enabled()


@every_system
def test_enabling_a_program_that_does_not_exist_raises(build: Build, tmp_path: Path) -> None:
    with pytest.raises(ClaudometerError) as caught:
        build([str(tmp_path / "nothing")]).enable()
    assert caught.value.code is ErrorCode.AUTOSTART_FAILED
    assert caught.value.facts["folder"]


@pytest.mark.parametrize("build", ["linux", "macos"], indirect=True)
def test_a_pipe_in_place_of_the_entry_is_not_replaced_and_the_error_names_it(
    build: Build, program: str, tmp_path: Path
) -> None:
    build([program]).enable()
    (path,) = (path for path in tmp_path.rglob("claudometer.*") if path.is_file())
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ClaudometerError) as caught:
        build([program]).enable()
    assert (caught.value.code, caught.value.facts["path"]) == (ErrorCode.NOT_A_FILE, str(path))
    assert path.is_fifo()


@pytest.mark.parametrize("build", ["linux", "macos"], indirect=True)
def test_the_error_names_the_folder_that_cannot_be_written(
    build: Build, program: str, tmp_path: Path
) -> None:
    for name in ("autostart", "Library"):
        (tmp_path / name).write_text("a file is in the way")
    with pytest.raises(ClaudometerError) as caught:
        build([program]).enable()
    assert caught.value.code is ErrorCode.AUTOSTART_FAILED
    assert str(caught.value.facts["folder"]).startswith(str(tmp_path))


# Linux


def entry(folder: Path) -> Path:
    return folder / "autostart" / "claudometer.desktop"


def put(folder: Path, *lines: str) -> None:
    entry(folder).parent.mkdir(parents=True, exist_ok=True)
    entry(folder).write_text("\n".join(["[Desktop Entry]", *lines]) + "\n")


STARTS = f"Exec={shutil.which('true')}"


@pytest.mark.parametrize(
    ("lines", "starts"),
    [
        ([STARTS], True),
        ([STARTS, "Hidden=true"], False),
        ([STARTS, "Hidden=false"], True),
        ([STARTS, "X-GNOME-Autostart-enabled=false"], False),
        ([STARTS, "TryExec=/does/not/exist"], False),
        ([STARTS, "TryExec=true"], True),
        ([STARTS, "OnlyShowIn=KDE;"], False),
        ([STARTS, "OnlyShowIn=XFCE;GNOME;"], True),
        ([STARTS, "NotShowIn=GNOME;"], False),
        (["# Exec is missing"], False),
        (["Exec="], False),
        (['Exec="/unclosed'], False),
        ([STARTS, "[Desktop Action x]", "Hidden=true"], True),
        (["a line without an equals sign", STARTS], True),
        ([f"Exec = {shutil.which('true')} %U"], True),
    ],
)
def test_an_entry_is_read_as_the_desktop_session_reads_it(
    lines: list[str], starts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    put(tmp_path, *lines)
    assert DesktopEntry(["x"], user=tmp_path, system=[]).is_enabled() is starts


@pytest.mark.parametrize("build", ["linux", "macos"], indirect=True)
def test_switching_it_off_leaves_no_file(build: Build, program: str, tmp_path: Path) -> None:
    autostart = build([program])
    before = sorted(tmp_path.rglob("*"))
    autostart.enable()
    autostart.enable()
    autostart.disable()
    assert all(path.is_dir() for path in tmp_path.rglob("*") if path not in before)


def test_a_path_with_a_percent_sign_is_refused_because_no_desktop_would_start_it(tmp_path: Path) -> None:
    with pytest.raises(ClaudometerError) as caught:
        DesktopEntry([make_program(tmp_path / "100%")], user=tmp_path, system=[]).enable()
    assert caught.value.code is ErrorCode.AUTOSTART_FAILED


def test_the_users_entry_overrides_the_systems(tmp_path: Path) -> None:
    user, system = tmp_path / "user", tmp_path / "etc"
    put(system, STARTS)
    autostart = DesktopEntry(["x"], user=user, system=[system])
    assert autostart.is_enabled()
    autostart.disable()
    assert not autostart.is_enabled()
    assert entry(system).exists()


def test_the_folders_are_those_of_xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", f"{tmp_path / 'a'}:{tmp_path / 'b'}")
    put(tmp_path / "b", STARTS)
    assert DesktopEntry(["x"]).is_enabled()
    put(tmp_path / "config", STARTS, "Hidden=true")
    assert not DesktopEntry(["x"]).is_enabled()


def test_a_folder_in_place_of_the_entry_raises(tmp_path: Path) -> None:
    entry(tmp_path).mkdir(parents=True)
    with pytest.raises(ClaudometerError) as caught:
        DesktopEntry(["x"], user=tmp_path, system=[]).is_enabled()
    assert (caught.value.code, caught.value.facts) == (ErrorCode.NOT_A_FILE, {"path": str(entry(tmp_path))})


ODD_FOLDER = "My $Apps & \"co\" `x` \\ 'y'"

LAUNCH = """
import sys
import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio
Gio.DesktopAppInfo.new_from_filename(sys.argv[1]).launch([], None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="GLib reads desktop entries")
@pytest.mark.parametrize("folder", ["My Apps", "plain", ODD_FOLDER])
def test_glib_starts_the_program_of_the_entry(folder: str, tmp_path: Path) -> None:
    """GLib's launcher reads the entry with its quotes and starts the program with the same arguments."""
    pytest.importorskip("gi")
    command = [make_program(tmp_path / folder), "--demo", "two words", "50%", "", 'a"b', "$HOME", "c\\d"]
    DesktopEntry(command, user=tmp_path, system=[]).enable()
    out = tmp_path / "out"
    environment = os.environ | {"OUT": str(out)}
    subprocess.run([sys.executable, "-c", LAUNCH, str(entry(tmp_path))], env=environment, check=True)
    wait_for(out.exists, what="the start of the program")
    assert out.read_text().splitlines() == command


# macOS


def test_the_agent_has_the_keys_that_launchd_needs(program: str, tmp_path: Path) -> None:
    LaunchAgent([program, "--demo"], home=tmp_path).enable()
    agent = plistlib.loads((tmp_path / "Library/LaunchAgents/claudometer.plist").read_bytes())
    assert agent["Label"] == "claudometer"
    assert agent["ProgramArguments"] == [program, "--demo"]
    assert agent["RunAtLoad"] is True


@pytest.mark.parametrize("change", [{"Disabled": True}, {"RunAtLoad": False}, {"ProgramArguments": []}])
def test_an_agent_that_launchd_would_not_start_counts_as_off(
    change: dict[str, object], program: str, tmp_path: Path
) -> None:
    autostart = LaunchAgent([program], home=tmp_path)
    autostart.enable()
    path = tmp_path / "Library/LaunchAgents/claudometer.plist"
    path.write_bytes(plistlib.dumps(plistlib.loads(path.read_bytes()) | change))
    assert not autostart.is_enabled()


@pytest.mark.parametrize("content", [b"", b"<plist>", b"bplist00", b"not a list", plistlib.dumps([])])
def test_an_agent_that_cannot_be_read_counts_as_off(content: bytes, program: str, tmp_path: Path) -> None:
    autostart = LaunchAgent([program], home=tmp_path)
    autostart.enable()
    (tmp_path / "Library/LaunchAgents/claudometer.plist").write_bytes(content)
    assert not autostart.is_enabled()


# Windows


def test_the_run_key_has_the_quoted_command_line(program: str, registry: MemoryRegistry) -> None:
    RunKey([program, "--demo"], registry=registry).enable()
    line = registry.values[windows.RUN, "claudometer"]
    assert line == subprocess.list2cmdline([program, "--demo"])


# Task Manager sets the lowest bit of the first byte for a disabled entry.
@pytest.mark.parametrize(("first_byte", "starts"), [(2, True), (3, False), (6, True), (7, False)])
def test_an_entry_disabled_in_task_manager_counts_as_off(
    first_byte: int, starts: bool, program: str, registry: MemoryRegistry
) -> None:
    autostart = RunKey([program], registry=registry)
    autostart.enable()
    registry.values[windows.APPROVED, "claudometer"] = bytes([first_byte, *[0] * 11])
    assert autostart.is_enabled() is starts
    autostart.enable()
    assert autostart.is_enabled()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a registry")
def test_the_run_key_raises_without_a_registry(program: str) -> None:
    with pytest.raises(ClaudometerError) as caught:
        RunKey([program]).is_enabled()
    assert caught.value.code is ErrorCode.AUTOSTART_FAILED


@pytest.mark.skipif(sys.platform != "linux", reason="expects the class for Linux")
def test_autostart_is_chosen_by_the_system() -> None:
    assert isinstance(find_autostart(), DesktopEntry)
