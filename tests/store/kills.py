"""Kills a writer of the history with SIGKILL, again and again, and counts what was lost."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from claudometer.store.connecting import connect_reading
from claudometer.store.queries import read_points
from tests.histories import SESSION, after

ROOT = Path(__file__).parents[2]
LONGEST_S = 0.25


@dataclass
class Report:
    """What many kills did.

    Attributes:
        written: readings that the writers reported as written.
        lost: how many of them were not found.
        damaged: 1 if the database failed SQLite's own check after the last kill, else 0.
    """

    kills: int = 0
    written: int = 0
    lost: int = 0
    damaged: int = 0


def kill_writers(path: Path, kills: int, *, seed: int) -> Report:
    """Start a writer and kill it at a random moment, ``kills`` times, on the same file."""
    chance, report, number = random.Random(seed), Report(), 0  # noqa: S311 - no secret
    for _ in range(kills):
        printed = _write_and_kill(path, number, chance.uniform(0, LONGEST_S))
        report.kills += 1
        report.written += len(printed)
        report.lost += len(printed) - _found(path, printed)
        number = max(printed) + 2
    with closing(sqlite3.connect(path)) as raw:
        report.damaged += raw.execute("PRAGMA integrity_check").fetchone() != ("ok",)
    return report


def _write_and_kill(path: Path, first: int, after_s: float) -> list[int]:
    """Return the numbers that a writer printed before it was killed."""
    env = os.environ | {"PYTHONPATH": f"{ROOT / 'app'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "tests.store.kill_writer", str(path), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, cwd=ROOT) as writer:
        assert writer.stdout is not None
        line = writer.stdout.readline()  # it has started and written once
        time.sleep(after_s)
        writer.kill()
        rest = writer.stdout.read()
    # A number that was cut off in the middle was not printed whole.
    return [int(text) for text in (line + rest).split(b"\n")[:-1] if text]


def _found(path: Path, numbers: list[int]) -> int:
    """Return how many of these readings are in the file."""
    with closing(connect_reading(path)) as connection:
        points = read_points(connection, SESSION, after(min(numbers)), after(max(numbers)))
    found = {(point.at, point.percent) for point in points}
    return sum((after(number), number % 97) in found for number in numbers)
