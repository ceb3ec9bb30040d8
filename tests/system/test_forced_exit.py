"""Tests that a process ends even if one of its threads hangs."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

SCRIPT = """
import threading, time
from concurrent.futures import ThreadPoolExecutor
from claudometer.system.forced_exit import end_within
ThreadPoolExecutor().submit(time.sleep, {hangs_s})
end_within({within_s}, 3)
"""


@pytest.mark.parametrize(
    ("hangs_s", "within_s", "code"), [(60, 0.5, 3), (0, 60, 0)], ids=["a thread hangs", "nothing hangs"]
)
def test_a_process_is_ended_only_if_a_thread_hangs(hangs_s: float, within_s: float, code: int) -> None:
    began = time.monotonic()
    script = SCRIPT.format(hangs_s=hangs_s, within_s=within_s)
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == code
    assert time.monotonic() - began < 30
