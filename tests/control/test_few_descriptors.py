"""A server whose process runs out of file descriptors: it keeps answering, and does not fill the log."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.control.client import ControlClient
from tests.control.wire import Wire, encode_request

if TYPE_CHECKING:
    from collections.abc import Iterator

DESCRIPTORS = 30
CONNECTIONS = 60
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def process(socket_path: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.control.server_process", socket_path, str(DESCRIPTORS)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "listening\n"
        yield started
        started.kill()


def log_of(process: subprocess.Popen[str]) -> list[str]:
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0
    return log.splitlines()


def test_idle_connections_are_closed_and_the_log_has_one_line(
    process: subprocess.Popen[str], socket_path: str
) -> None:
    with ExitStack() as stack:
        for _ in range(CONNECTIONS):
            stack.enter_context(closing(Wire(socket_path)))
        assert ControlClient(socket_path).call("ping")["pid"] == process.pid
        assert ControlClient(socket_path).call("quit") == {}
        time.sleep(1.0)  # ten times the pause after which the server would accept, and log, again
    assert len(log_of(process)) == 1


def test_while_every_descriptor_is_in_use_the_log_has_one_line_and_the_loop_sleeps(
    process: subprocess.Popen[str], socket_path: str
) -> None:
    with ExitStack() as stack:
        streams = 0
        for _ in range(CONNECTIONS):
            wire = stack.enter_context(closing(Wire(socket_path)))
            wire.socket.sendall(encode_request("subscribe", view="report"))
            wire.socket.settimeout(3)  # longer than a response takes on a busy machine
            with suppress(TimeoutError):
                streams += wire.receive()["ok"]  # a stream is in use: it is not closed to make room
                continue
            break  # this one waits in the queue
        assert 0 < streams < DESCRIPTORS
        before = cpu_s(process.pid)
        # A loop that tried to accept without a pause would use as much as this endless one does beside it.
        with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as endless:
            time.sleep(1.0)
            used_s, most_s = cpu_s(process.pid) - before, cpu_s(endless.pid)
            endless.kill()
        assert used_s < 0.3 * most_s
    assert ControlClient(socket_path).call("ping")["pid"] == process.pid
    assert len(log_of(process)) == 1


def cpu_s(pid: int) -> float:
    """Return the processor time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
