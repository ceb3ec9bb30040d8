"""The name of the machine's present run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from claudometer.system.boot import find_boot_id


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells no such thing")
def test_every_process_of_one_run_finds_the_same_name() -> None:
    command = [sys.executable, "-c", "from claudometer.system.boot import find_boot_id as f; print(f())"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == find_boot_id()
    assert len(find_boot_id()) >= 32
