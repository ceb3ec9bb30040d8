"""Tests closed standard streams, in real processes, and streams that cannot encode every character."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from claudometer.system.streams import soften
from tests.cli.terminal import Terminal

SHOW = """
import os, sys
from claudometer.system.streams import fill_standard_streams
fill_standard_streams()
opened = os.open("/", os.O_RDONLY)
streams = [os.readlink(f"/proc/self/fd/{number}") for number in range(3)]
os.write(int(sys.argv[1]), ",".join([str(opened), *streams]).encode())
"""


TELL = "from claudometer.system.streams import tell_terminal; tell_terminal('I am here')"


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
@pytest.mark.parametrize(
    ("shell", "is_written"),
    [
        ('"$0" -c "$1"', True),
        ('"$0" -c "$1" >/dev/null', True),
        ('"$0" -c "$1" 2>&1 | cat', False),
        ('"$0" -c "$1" 2>/dev/null', False),
        ('set -m; "$0" -c "$1" & wait', False),
    ],
    ids=["terminal", "output elsewhere", "pipe", "errors elsewhere", "background"],
)
def test_the_text_is_written_only_where_somebody_waits_at_a_terminal(shell: str, *, is_written: bool) -> None:
    command = ["sh", "-c", f"{shell}; echo the end", sys.executable, TELL]
    with Terminal(command, dict(os.environ)) as terminal:
        assert ("I am here" in terminal.wait_for("the end")) is is_written


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-"])
def test_the_descriptor_of_a_closed_stream_is_not_reused(closed: str) -> None:
    report_to = 2 if ">&-" in closed.replace("2>&-", "") else 1  # stderr if stdout is closed
    ran = subprocess.run(
        ["sh", "-c", f'exec "$0" "$@" {closed}', sys.executable, "-c", SHOW, str(report_to)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    opened, *streams = (ran.stdout + ran.stderr).split(",")
    assert int(opened) > 2
    names = {"<&-": 0, ">&-": 1, "2>&-": 2}
    assert all(streams[names[name]] == "/dev/null" for name in closed.split())


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("ascii", b"a <2> b <1> c"), ("latin-1", b"a <2> b \xe9 c"), ("utf-8", "a “” b é c".encode())],
)
def test_only_characters_that_the_encoding_lacks_are_replaced(encoding: str, written: bytes) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict")
    soften(stream, lambda text: f"<{len(text)}>")
    stream.write("a “” b é c")
    stream.flush()
    assert raw.getvalue() == written


def test_a_program_without_standard_streams_is_left_alone() -> None:
    soften(None, str)  # raises nothing
