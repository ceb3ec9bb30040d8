"""Tests that a forked command behaves as one that Python starts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.program import TIMEOUT_S, Program
from tests.desktop.private_home import PrivateHome
from tests.warm.process import PLAIN, WarmProcess, can_fork, warm_process

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform != "linux":
    pytest.skip("commands are started by Python elsewhere", allow_module_level=True)


@pytest.fixture
def program() -> Iterator[Program]:
    home = PrivateHome.create()
    yield Program(home)
    home.remove()


@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("status", "--json"),
        ("status", "--frmat"),
        ("requests",),
        ("quit",),
        ("statusline",),
        ("--demo", "requests", "--json"),
    ],
    ids=" ".join,
)
def test_code_and_output_are_those_of_a_new_process(program: Program, words: tuple[str, ...]) -> None:
    new = subprocess.run(
        program.command(*words),
        env=program.environment,
        input=b"",
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    forked = warm_process(PLAIN).run(list(words), program.environment, timeout_s=TIMEOUT_S)
    assert without_numbers(forked) == without_numbers(new)


def without_numbers(done: subprocess.CompletedProcess[bytes]) -> tuple[int, bytes, bytes]:
    """Leave out times, which differ by the seconds between the two."""
    out, errors = (re.sub(rb"\d+", b"0", text) for text in (done.stdout, done.stderr))
    return done.returncode, out, errors


def test_it_has_its_own_environment_folder_and_input(program: Program) -> None:
    program.env["TZ"] = "Asia/Tokyo"
    answer = warm_process(PLAIN).run(
        ["statusline", "--chain", "cat; pwd; echo $TZ"], program.environment, stdin=b"{}", timeout_s=TIMEOUT_S
    )
    assert answer.stdout.decode().splitlines()[:1] == [f"{{}}{os.getcwd()}"]  # noqa: PTH109 - as the shell
    assert b"Asia/Tokyo" in answer.stdout


def test_one_that_takes_too_long_is_killed(program: Program) -> None:
    forking = WarmProcess(PLAIN)
    began = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        forking.run(["--demo", "watch"], program.environment, timeout_s=2)
    assert time.monotonic() - began < 20
    forking.close()  # it has no child left that it would wait for


def test_several_run_at_once_and_none_waits_for_another(program: Program) -> None:
    forking, ends = warm_process(PLAIN), []

    def run(seconds: float) -> None:
        words = ["statusline", "--chain", f"sleep {seconds}"]
        ends.append((forking.run(words, program.environment, timeout_s=TIMEOUT_S).returncode, seconds))

    # Our own line waits for the chained one for 5 s at most.
    threads = [threading.Thread(target=run, args=(seconds,)) for seconds in (4.5, 0)]
    for thread in threads:
        thread.start()
        time.sleep(0.2)
    for thread in threads:
        thread.join()
    assert ends == [(0, 0), (0, 4.5)]


def test_variables_of_python_itself_need_a_new_process() -> None:
    assert can_fork({"PATH": "/bin", "PYTHONDONTWRITEBYTECODE": "1"})
    assert not can_fork({"PYTHONIOENCODING": "ascii"})
