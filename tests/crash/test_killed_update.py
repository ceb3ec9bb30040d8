"""Tests that a program killed at any moment of an update leaves the complete old or new file."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.system.files import remove_stale_files
from tests.updates.bench import NEW, OLD, Bench
from tests.updates.releases import Releases

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL"),
    pytest.mark.timeout(900),
]

LIFE = Path(__file__).with_name("updating_life.py")
DAILY, IN_CI = 40, 150
LONGEST = 2.0
"""The latest moment of the kill after the first check, in multiples of the time that an update takes."""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "programs"
    folder.mkdir()
    with Releases() as releases:
        made = Bench(folder, releases)
        made.publish()
        yield made


def live_and_die(bench: Bench, after_s: float) -> int:
    """Start a run, kill it ``after_s`` after its first check, and return how often it replaced the file."""
    command = [sys.executable, str(LIFE), str(bench.image), str(bench.key_file), bench.releases.address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as life:
        assert life.stdout is not None
        assert life.stderr is not None
        assert life.stdout.readline() == b"found\n", life.stderr.read().decode()
        time.sleep(after_s)
        life.kill()
        swaps = life.stdout.read().count(b"ready")
        assert life.stderr.read() == b""
    return swaps


def one_update_s(bench: Bench) -> float:
    """Measure how many seconds an update takes on this machine now, from the check to the new file."""
    command = [sys.executable, str(LIFE), str(bench.image), str(bench.key_file), bench.releases.address]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as life:
        assert life.stdout is not None
        assert life.stdout.readline() == b"found\n"
        began = time.monotonic()
        assert life.stdout.readline() == b"ready\n"
        taken_s = time.monotonic() - began
        life.kill()
    remove_stale_files(bench.folder, of=bench.image.name, older_than_s=0)  # the next update may have begun
    return taken_s


def test_the_file_is_complete_after_every_kill(bench: Bench) -> None:
    chance = random.Random(20260901)  # noqa: S311 - no secret
    in_ci = os.environ.get("CI", "").lower() in {"true", "1"}
    longest_s = 0.0
    seen_old = seen_new = seen_stale = False
    for number in range(IN_CI if in_ci else DAILY):
        if number % 10 == 0:  # again and again, since a machine may get busy meanwhile
            longest_s = LONGEST * one_update_s(bench)
        bench.image.write_bytes(OLD)
        swaps = live_and_die(bench, chance.uniform(0, longest_s))
        found = bench.image.read_bytes()
        assert found in {OLD, NEW}
        assert found == NEW or swaps == 0, "the run reported that the new file is in place"
        stale = [name for name in bench.beside() if name != bench.image.name]
        assert len(stale) <= 1
        seen_old, seen_new = seen_old or found == OLD, seen_new or found == NEW
        seen_stale = seen_stale or bool(stale)
        remove_stale_files(bench.folder, of=bench.image.name, older_than_s=0)
        assert bench.beside() == [bench.image.name]
    assert (seen_old, seen_new, seen_stale) == (True, True, True), "the kills must hit all phases"
