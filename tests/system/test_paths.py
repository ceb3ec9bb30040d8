"""Tests the paths of the program, and that the demo shares none of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from claudometer.system.paths import claude_config_folder, find_places

LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="XDG folders are used on Linux")


@pytest.fixture
def home(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(short_folder / "home"))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "CLAUDE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    runtime = short_folder / "run"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    return short_folder / "home"


@LINUX_ONLY
def test_the_default_folders_are_those_of_xdg(home: Path) -> None:
    places = find_places(demo=False)
    assert places.settings_file == home / ".config/claudometer/settings.json"
    assert places.state_folder == home / ".local/state/claudometer"
    assert places.log_folder == home / ".local/state/claudometer/log"
    assert places.runtime_folder == home.parent / "run/claudometer"
    assert places.lock_file == home.parent / "run/claudometer/control.lock"


@LINUX_ONLY
def test_the_variables_of_xdg_change_the_folders(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "s"))
    places = find_places(demo=False)
    assert places.settings_file == home / "c/claudometer/settings.json"
    assert places.log_folder == home / "s/claudometer/log"


def test_the_demo_uses_none_of_the_users_files(home: Path) -> None:
    real, demo = find_places(demo=False), find_places(demo=True)
    shown = {demo.settings_file, demo.state_folder, demo.log_folder, demo.lock_file, Path(demo.socket)}
    hidden = {real.settings_file, real.state_folder, real.log_folder, real.lock_file, Path(real.socket)}
    assert not shown & hidden
    assert not any(path.is_relative_to(home) for path in shown)


def test_finding_the_paths_creates_nothing(home: Path) -> None:
    find_places(demo=False)
    assert not home.exists()


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ".claude"), ("", ".claude"), ("/elsewhere", "/elsewhere"), ("~/x", "x")]
)
def test_claude_codes_folder_is_in_the_home_folder_or_where_its_variable_says(
    value: str | None, expected: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is not None:
        monkeypatch.setenv("CLAUDE_CONFIG_DIR", value)
    assert claude_config_folder() == home / expected
