"""Tests the advice if PyGObject cannot be imported, with real virtual environments."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from claudometer.system.missing_pygobject import SYSTEM_PYTHON, Interpreter, missing_toolkit

APP = Path(__file__).resolve().parents[2] / "app"
PRINT_ADVICE = (
    "import json; from claudometer.system.missing_pygobject import missing_toolkit; "
    "print(json.dumps(missing_toolkit(install=lambda: 'install it')))"
)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not SYSTEM_PYTHON.exists(), reason="PyGObject is of the distribution on Linux"
)


def made_environment(folder: Path, *options: str) -> Path:
    subprocess.run([SYSTEM_PYTHON, "-m", "venv", "--without-pip", *options, folder], check=True)
    return folder


def advice_in(environment: Path) -> dict[str, str]:
    """Return the advice that the program gives in an environment."""
    done = subprocess.run(
        [environment / "bin/python", "-c", PRINT_ADVICE],
        env={**os.environ, "PYTHONPATH": str(APP)},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A program in place of the system's Python, which has PyGObject, whatever this computer has."""
    python = tmp_path / "python3"
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    return python


def advice_for(ours: Interpreter, system: Path) -> dict[str, str]:
    return missing_toolkit(ours, system=system, install=lambda: "install it")


def installed_by_pipx(folder: Path, package: str) -> Path:
    folder.mkdir()
    metadata = {"main_package": {"package": "claudometer-desktop", "package_or_url": package}}
    (folder / "pipx_metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    return folder


def test_an_environment_that_hides_the_systems_packages_is_named_and_its_line_helps(tmp_path: Path) -> None:
    environment = made_environment(tmp_path / "an environment")
    found = advice_in(environment)
    assert found["reason"] == "hidden"
    line = found["command"].removeprefix("install it && ")
    subprocess.run(["sh", "-c", line], check=True)
    assert advice_in(environment) == {"command": "install it"}


def test_where_the_environment_sees_the_systems_packages_the_package_is_missing(tmp_path: Path) -> None:
    assert advice_in(made_environment(tmp_path / "v", "--system-site-packages")) == {"command": "install it"}


def test_without_an_environment_the_package_is_missing(system: Path) -> None:
    assert advice_for(Interpreter(system), system) == {"command": "install it"}


def test_pipx_is_told_to_let_the_environment_see_the_systems_packages(tmp_path: Path, system: Path) -> None:
    folder = installed_by_pipx(tmp_path / "v", "/srv/my wheels/claudometer.whl")
    assert advice_for(Interpreter(system, folder, is_isolated=True), system) == {
        "reason": "hidden",
        "command": "pipx install --force --system-site-packages '/srv/my wheels/claudometer.whl'",
    }


def test_the_line_has_no_name_of_the_user(
    tmp_path: Path, system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    ours = Interpreter(system, tmp_path / ".local/v", is_isolated=True)
    assert advice_for(ours, system)["command"].endswith(" ~/.local/v")


def test_both_steps_are_advised_if_the_package_is_missing_too(tmp_path: Path, system: Path) -> None:
    system.write_text("#!/bin/sh\nexit 1\n")
    folder = installed_by_pipx(tmp_path / "v", "claudometer-desktop")
    assert advice_for(Interpreter(system, folder, is_isolated=True), system)["command"] == (
        "install it && pipx install --force --system-site-packages claudometer-desktop"
    )


def test_pipx_with_another_python_is_told_to_use_the_systems(tmp_path: Path, system: Path) -> None:
    folder = installed_by_pipx(tmp_path / "v", "claudometer-desktop")
    ours = Interpreter(Path(sys.executable), folder, is_isolated=False)
    assert advice_for(ours, system) == {
        "reason": "foreign",
        "command": f"pipx install --force --system-site-packages --python {system} claudometer-desktop",
    }


def test_another_python_without_pipx_gets_no_line_that_would_not_help(tmp_path: Path, system: Path) -> None:
    ours = Interpreter(Path(sys.executable), tmp_path, is_isolated=True)
    assert advice_for(ours, system) == {"reason": "foreign_by_hand"}
