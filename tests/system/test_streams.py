"""Closed standard streams, in real processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

SHOW = """
import os, sys
from claudometer.system.streams import fill_standard_streams
fill_standard_streams()
opened = os.open("/", os.O_RDONLY)
streams = [os.readlink(f"/proc/self/fd/{number}") for number in range(3)]
os.write(int(sys.argv[1]), ",".join([str(opened), *streams]).encode())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-"])
def test_a_closed_stream_is_not_taken_by_the_next_file(closed: str) -> None:
    told = 2 if ">&-" in closed.replace("2>&-", "") else 1
    ran = subprocess.run(
        ["sh", "-c", f'exec "$0" "$@" {closed}', sys.executable, "-c", SHOW, str(told)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    opened, *streams = (ran.stdout + ran.stderr).split(",")
    assert int(opened) > 2
    names = {"<&-": 0, ">&-": 1, "2>&-": 2}
    assert all(streams[names[one]] == "/dev/null" for one in closed.split())
