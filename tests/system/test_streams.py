"""Closed standard streams, in real processes; and streams that cannot write every sign."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from claudometer.system.streams import soften

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


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("ascii", b"a <2> b <1> c"), ("latin-1", b"a <2> b \xe9 c"), ("utf-8", "a “” b é c".encode())],
)
def test_only_what_the_encoding_lacks_is_replaced(encoding: str, written: bytes) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict")
    soften(stream, lambda text: f"<{len(text)}>")
    stream.write("a “” b é c")
    stream.flush()
    assert raw.getvalue() == written


def test_a_program_without_a_console_has_nothing_to_soften() -> None:
    soften(None, str)
