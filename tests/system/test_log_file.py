"""Tests that the log file never blocks or stops the program, and that it stays small."""

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
from tests.system.file_logging import LOG_LINES, log_lines, logging_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger("claudometer.tests")


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    with logging_to(tmp_path / "log") as file:
        yield file


@pytest.mark.parametrize("other_end", [False, True], ids=["without a reader", "with a reader"])
def test_a_pipe_in_place_of_the_log_blocks_nothing(tmp_path: Path, *, other_end: bool) -> None:
    (tmp_path / "log").mkdir()
    os.mkfifo(tmp_path / "log/claudometer.log")
    reader = os.open(tmp_path / "log/claudometer.log", os.O_RDONLY | os.O_NONBLOCK) if other_end else -1
    assert log_lines(tmp_path / "log") == ("", "")
    if other_end:
        assert os.read(reader, 1) == b""
        os.close(reader)


def test_a_deleted_log_folder_is_created_again(log_file: Path) -> None:
    log.info("before")
    shutil.rmtree(log_file.parent)
    log.info("after")
    assert "after" in log_file.read_text()
    assert stat.S_IMODE(log_file.parent.stat().st_mode) == 0o700


def test_the_last_line_before_a_kill_is_in_the_file(tmp_path: Path) -> None:
    crash = (
        LOG_LINES
        + 'logging.getLogger("claudometer.x").info("the last one")\nimport os; os.kill(os.getpid(), 9)\n'
    )
    subprocess.run([sys.executable, "-c", crash, str(tmp_path)], check=False)
    assert (tmp_path / "claudometer.log").read_text().splitlines()[-1].endswith("the last one")


def test_a_repeated_message_is_counted_instead_of_written(
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


LOG_WHEN_TOLD = """
import logging, sys, time
from pathlib import Path
from claudometer.system import logs
logs.start_logging(Path(sys.argv[1]))
logging.getLogger("claudometer.x").warning("before")
print("ready", flush=True)
input()
began = time.monotonic()
for number in range(2000):
    logging.getLogger("claudometer.x").warning("%d", number)
print(time.monotonic() - began)
"""


def test_a_drive_that_dies_under_the_log_blocks_neither_the_program_nor_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    command = [sys.executable, "-c", LOG_WHEN_TOLD, str(folder / "log")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with dead_drive(folder):
            waited_s, _ = process.communicate("\n", timeout=60)
    assert process.returncode == 0
    assert float(waited_s) < 10 * log_file_module.PATIENCE_S


def test_a_log_on_a_dead_drive_neither_blocks_the_program_nor_its_end(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with dead_drive(tmp_path / "home"):
        done = subprocess.run(
            [sys.executable, "-c", LOG_TO_A_DEAD_DRIVE, str(tmp_path / "home" / "log")],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    # Only the first of the 2000 lines waits for the drive.
    assert float(done.stdout) < 10 * log_file_module.PATIENCE_S
