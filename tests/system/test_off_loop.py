"""Tests calls in threads: they have a timeout, use few threads, and do not keep the program from ending."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from claudometer.system import off_loop as off_loop_module
from claudometer.system.off_loop import finish_calls, off_loop, off_loop_at, run_abandonable
from tests.dead_drive import dead_drive

if TYPE_CHECKING:
    from pathlib import Path


class Disk:
    """An object whose reads block until the test sets ``answers``."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.calls = 0

    def read(self, what: str = "") -> str:
        self.calls += 1
        self.answers.wait(60)
        return what


@pytest.fixture
def disk() -> Disk:
    return Disk()


def test_a_call_returns_its_result_or_raises_its_exception(disk: Disk) -> None:
    disk.answers.set()
    assert asyncio.run(off_loop(disk.read, "text")) == "text"
    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(off_loop(int, "x"))


def test_an_overdue_call_blocks_further_calls_only_at_its_own_place(disk: Disk) -> None:
    async def story() -> None:
        with pytest.raises(TimeoutError):
            await run_abandonable(disk.read, timeout_s=0.05, place="here")
        for _ in range(100):
            with pytest.raises(TimeoutError):
                await off_loop_at("here", disk.read)
        assert disk.calls == 1
        assert await off_loop_at("elsewhere", lambda: 5) == 5
        disk.answers.set()
        while any(thread.name == "claudometer-call" for thread in threading.enumerate()):
            await asyncio.sleep(0.01)
        assert await off_loop_at("here", lambda: 6) == 6

    asyncio.run(story())


def test_a_canceled_call_does_not_block_the_next(disk: Disk) -> None:
    async def story() -> None:
        first = asyncio.create_task(off_loop(disk.read))
        await asyncio.sleep(0.05)
        first.cancel()
        await asyncio.wait({first})
        assert first.cancelled()
        second = asyncio.create_task(off_loop(disk.read, "second"))
        await asyncio.sleep(0.05)
        disk.answers.set()
        assert await second == "second"

    asyncio.run(story())


def test_the_end_of_the_program_waits_for_calls_up_to_a_timeout(
    disk: Disk,
) -> None:
    async def begin() -> None:
        task = asyncio.create_task(off_loop(disk.read))
        await asyncio.sleep(0.05)
        task.cancel()

    asyncio.run(begin())
    began = time.monotonic()
    finish_calls(timeout_s=0.2)
    assert 0.15 < time.monotonic() - began < 30  # the timeout, and not the end of the call
    threading.Timer(0.1, disk.answers.set).start()
    finish_calls(timeout_s=60)
    assert not any(thread.name == "claudometer-call" for thread in threading.enumerate())


def test_a_thread_that_cannot_start_raises_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(OSError, match="can't start new thread"):
        asyncio.run(off_loop(int, "5"))


READ_A_DEAD_FILE = """
import asyncio, sys
from pathlib import Path
from claudometer.system import off_loop
from claudometer.system.state import JsonState

off_loop.FILE_TIMEOUT_S = 0.3
state = JsonState(Path(sys.argv[1]))

async def main():
    for _ in range(3):
        try:
            await off_loop.off_loop(state.read)
        except OSError as error:
            print(type(error).__name__, flush=True)

asyncio.run(main())
off_loop.finish_calls(timeout_s=0.3)
"""


def test_a_program_on_a_dead_drive_continues_and_ends(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    with dead_drive(folder):
        done = subprocess.run(
            [sys.executable, "-c", READ_A_DEAD_FILE, str(folder / "state.json")],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stdout) == (0, "TimeoutError\n" * 3), done.stderr


def test_the_file_timeout_is_long_enough_for_a_disk_to_spin_up() -> None:
    assert off_loop_module.FILE_TIMEOUT_S >= 10
