"""Tests `dev.py test` without arguments: which group of tests runs when, its exit code, and Ctrl-C."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

from tests.plugins.machine_needs import MARKERS

ROOT = Path(__file__).resolve().parents[2]
EVERY_MARKER = (*MARKERS, "slow")
# In place of .venv/bin/python: writes what it was asked, and ends as the file of its number says.
PYTEST = """#!/bin/sh
trap 'sleep 1; echo "$number" >> stopped; exit 2' INT
touch asked
number=$(($(wc -l < asked) + 1))
echo "$*" >> asked
. "./$number"
"""
RUN = "import sys; from devtools.tasks import _test_everything; sys.exit(_test_everything())"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for pytest is a shell script")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose pytest is a stand-in that has passed every group."""
    shutil.copytree(ROOT / "build" / "devtools", tmp_path / "build" / "devtools")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTEST, encoding="utf-8")
    python.chmod(0o755)
    end_as(tmp_path, "exit 0", "exit 0", "exit 0")
    return tmp_path


def end_as(project: Path, *commands: str) -> None:
    for number, command in enumerate(commands, start=1):
        (project / str(number)).write_text(f"{command}\n", encoding="utf-8")


def start(project: Path) -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": str(project / "build")}
    return subprocess.Popen([sys.executable, "-c", RUN], env=env, start_new_session=True)


def asked(project: Path) -> list[list[str]]:
    file = project / "asked"
    return [line.split() for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def test_every_test_but_those_of_packages_is_in_one_group(project: Path) -> None:
    assert start(project).wait(60) == 0
    words = (project / "asked").read_text(encoding="utf-8").splitlines()
    chosen = [line.partition("-m pytest -m ")[2].partition(" -n ")[0] for line in words]
    for number in range(len(EVERY_MARKER) + 1):
        for markers in itertools.combinations(EVERY_MARKER, number):
            found = sum(chooses(each, markers) for each in chosen)
            assert found == (0 if "packages" in markers else 1), markers


def chooses(expression: str, markers: Sequence[str]) -> bool:
    def matches(name: str, /, **_: object) -> bool:
        return name in markers

    return Expression.compile(expression).evaluate(matches)


def test_all_cores_are_used_except_for_the_tests_of_the_desktop(project: Path) -> None:
    assert start(project).wait(60) == 0
    assert ["-n auto" in " ".join(words) for words in asked(project)] == [True, True, False]
    assert asked(project)[2][3] == "(desktop"


@pytest.mark.parametrize(
    ("ends", "code"), [((0, 0, 1), 1), ((1, 0, 0), 1), ((0, 3, 1), 3), ((4, 0, 0), 4), ((0, 0, 0), 0)]
)
def test_a_failed_group_fails_the_run_and_the_others_still_run(
    project: Path, ends: tuple[int, ...], code: int
) -> None:
    end_as(project, *(f"exit {end}" for end in ends))
    assert start(project).wait(60) == code
    assert len(asked(project)) == 3


def test_no_group_follows_one_that_was_interrupted(project: Path) -> None:
    end_as(project, "exit 1", "exit 2")
    assert start(project).wait(60) == 2
    assert len(asked(project)) == 2


def test_after_ctrl_c_it_ends_only_when_pytest_has_stopped_its_programs(project: Path) -> None:
    end_as(project, "sleep 60 & wait")
    running = start(project)
    deadline = time.monotonic() + 60
    while not asked(project):  # by then, the stand-in knows its number
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(60) == -signal.SIGINT  # of an exception that nobody catches here; dev.py returns 130
    assert (project / "stopped").read_text(encoding="utf-8") == "1\n"
    assert len(asked(project)) == 1
