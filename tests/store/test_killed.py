"""A writer that is killed with SIGKILL at any moment loses nothing that it had written, and damages nothing.

Here it is killed a few times; ``dev.py bench store`` does it 1,000 times.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.store.kills import kill_writers

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow  # kills a program again and again


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_writer_that_is_killed_loses_nothing_that_it_had_written(path: Path) -> None:
    kills = 8
    report = kill_writers(path, kills, seed=16)
    assert report.written >= kills, "each writer is killed after its first reading"
    assert (report.lost, report.damaged) == (0, 0)
