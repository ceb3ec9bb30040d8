"""The log file stalls and stops nobody, whatever is in its place, and stays small."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from claudometer.system import log_file as log_file_module
from claudometer.system import logs
from tests.dead_drive import dead_drive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger("claudometer.tests")


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Log into a file by our handlers alone."""
    root = logging.getLogger()
    others, root.handlers = root.handlers, []
    logs.start_logging(tmp_path / "log", level="DEBUG")
    yield tmp_path / "log" / "claudometer.log"
    logs.stop_logging()
    root.handlers = others
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("claudometer").setLevel(logging.NOTSET)


SPEAK = """
import logging, sys
from pathlib import Path
from claudometer.system import log_file as log_file_module
from claudometer.system import logs
logs.start_logging(Path(sys.argv[1]))
logging.getLogger("claudometer.x").info("in passing")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("claudometer.x").exception("it failed")
"""


def speak(folder: Path) -> tuple[str, str]:
    command = [sys.executable, "-c", SPEAK, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


@pytest.mark.parametrize("other_end", [False, True], ids=["nobody reads it", "somebody reads it"])
def test_a_pipe_in_the_place_of_the_log_holds_nobody_up(tmp_path: Path, *, other_end: bool) -> None:
    (tmp_path / "log").mkdir()
    os.mkfifo(tmp_path / "log/claudometer.log")
    reader = os.open(tmp_path / "log/claudometer.log", os.O_RDONLY | os.O_NONBLOCK) if other_end else -1
    assert speak(tmp_path / "log") == ("", "")
    if other_end:
        assert os.read(reader, 1) == b""
        os.close(reader)


def test_a_log_folder_that_is_deleted_meanwhile_comes_back(log_file: Path) -> None:
    log.info("before")
    shutil.rmtree(log_file.parent)
    log.info("after")
    assert "after" in log_file.read_text()
    assert stat.S_IMODE(log_file.parent.stat().st_mode) == 0o700


def test_lines_before_a_crash_are_in_the_file(tmp_path: Path) -> None:
    crash = (
        SPEAK
        + 'logging.getLogger("claudometer.x").info("the last one")\nimport os; os.kill(os.getpid(), 9)\n'
    )
    subprocess.run([sys.executable, "-c", crash, str(tmp_path)], check=False)
    assert (tmp_path / "claudometer.log").read_text().splitlines()[-1].endswith("the last one")


def test_one_failure_that_repeats_does_not_fill_the_log_and_is_counted(
    log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    for number in range(5001):
        if number == 5000:
            now[0] += logs.FLOOD_WINDOW_S
        log.warning("no descriptor left for %d", number)
    log.warning("something else")
    lines = log_file.read_text().splitlines()
    assert len(lines) == logs.MOST_IN_WINDOW + 2
    assert lines[-2].endswith(f"left for 5000 (and {5000 - logs.MOST_IN_WINDOW} more that were left out)")
    assert lines[-1].endswith("something else")


LOG_TO_A_DEAD_DRIVE = """
import logging, sys, time
from pathlib import Path
from claudometer.system import logs
began = time.monotonic()
logs.start_logging(Path(sys.argv[1]))
for number in range(2000):
    logging.getLogger("claudometer.x").warning("%d", number)
print(time.monotonic() - began)
"""


def test_a_dead_drive_under_the_log_stalls_nobody_and_the_program_ends(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with dead_drive(tmp_path / "home"):
        done = subprocess.run(
            [sys.executable, "-c", LOG_TO_A_DEAD_DRIVE, str(tmp_path / "home" / "log")],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert float(done.stdout) < 2 * log_file_module.PATIENCE_S
