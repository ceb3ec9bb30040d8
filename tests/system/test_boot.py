"""Tests the boot id."""

from __future__ import annotations

import subprocess
import sys

import pytest

from claudometer.system.boot import find_boot_id


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no boot id")
def test_every_process_finds_the_same_boot_id() -> None:
    command = [sys.executable, "-c", "from claudometer.system.boot import find_boot_id as f; print(f())"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == find_boot_id()
    assert len(find_boot_id()) >= 32  # a UUID
