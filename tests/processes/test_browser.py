"""The browser process as the app runs it: seldom, one at a time, and ended with its child processes."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Challenged
from claudometer.domain.secret import Secret
from claudometer.engine.buckets import BucketStore
from claudometer.processes.browser import BrowserProcess
from claudometer.providers.claude.browser_protocol import BrowserReply, FetchResponse
from claudometer.system.state import JsonState
from tests.clocks import NOON, FakeClock
from tests.desktop.process_tree import children_of, is_zombie
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from pathlib import Path

KEY = Secret("sk-ant-sid02-CANARY-of-the-browser")
URL = "https://claude.ai/api"
ANSWER = '{"page_loads":[],"status":200,"headers":{},"body":"ok"}'

OBEDIENT = f"""
import sys
sys.stdin.readline()
for line in sys.stdin:
    print('{ANSWER}', flush=True)
"""
SILENT = """
import subprocess, time
subprocess.Popen(["sleep", "60"])
time.sleep(60)
"""
TALKATIVE = "import sys; sys.stdin.readline(); print('x' * 20_000_000, flush=True)"
NONSENSE = "import sys; sys.stdin.readline(); print('what?', flush=True)"
DEAD = "raise SystemExit(3)"


@pytest.fixture(autouse=True)
def _session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")


class Bench:
    """Runs a few lines of Python in place of the browser, on real files."""

    def __init__(self, folder: Path, script: str = OBEDIENT) -> None:
        self.folder = folder
        self.script = script
        self.clock = FakeClock()
        (folder / "log").mkdir()

    def start(self) -> BrowserProcess:
        """Return the browser's process as a newly started program would create it."""
        buckets = BucketStore(JsonState(self.folder / "state.json"))
        command = (sys.executable, "-c", self.script)
        return BrowserProcess(
            buckets, self.clock, folder=self.folder / "run", log_folder=self.folder / "log", command=command
        )

    def refuse(self, *, testing: bool = False) -> Challenged | None:
        return asyncio.run(self.start().refuse(testing=testing))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def current_children() -> set[int]:
    """Return the process ids of this process's children, some of which may be left from other tests."""
    return set(children_of(os.getpid()))


def fetch(process: BrowserProcess) -> BrowserReply:
    return asyncio.run(_fetch(process))


def test_a_browser_runs_at_most_once_in_five_minutes_over_restarts(bench: Bench) -> None:
    assert bench.refuse() is None
    bench.clock.advance(299)
    assert bench.refuse() == Challenged(ErrorCode.BROWSER_RESTING, NOON + timedelta(seconds=300))
    bench.clock.advance(1)
    assert bench.refuse() is None


def test_keys_are_tested_with_a_budget_of_their_own(bench: Bench) -> None:
    assert bench.refuse() is None
    assert [bench.refuse(testing=True) for _ in range(3)] == [None] * 3
    refused = bench.refuse(testing=True)
    assert refused is not None
    assert refused.code is ErrorCode.BROWSER_RESTING


def test_without_a_graphical_session_no_browser_is_run_or_counted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert bench.refuse() == Challenged(ErrorCode.BROWSER_NO_DISPLAY)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert bench.refuse() is None


def test_its_folder_exists_only_while_it_runs(bench: Bench) -> None:
    assert fetch(bench.start()) == BrowserReply(FetchResponse(200, {}, b"ok"))
    assert not (bench.folder / "run").exists()


def test_each_program_has_a_folder_and_that_of_a_killed_one_is_removed_later(bench: Bench) -> None:
    left_behind = bench.folder / "run" / "left"
    left_behind.mkdir(parents=True, mode=0o700)
    others = bench.folder / "run" / "others"
    others.mkdir()
    os.utime(left_behind, (0, 0))
    assert fetch(bench.start()) == BrowserReply(FetchResponse(200, {}, b"ok"))
    assert [path.name for path in (bench.folder / "run").iterdir()] == ["others"]


@pytest.mark.parametrize("script", [DEAD, NONSENSE, TALKATIVE])
def test_a_browser_that_misbehaves_is_reported_as_failed(bench: Bench, script: str) -> None:
    bench.script = script
    assert fetch(bench.start()) == BrowserReply(ErrorCode.BROWSER_FAILED)


async def family_of_a_run(others: set[int]) -> list[int]:
    """Wait until the script and its child are running; return the process ids of both."""
    async with asyncio.timeout(60):
        while True:
            started = current_children() - others
            family = [pid for child in started for pid in (child, *children_of(child))]
            if len(family) >= 2:
                return family
            await asyncio.sleep(0.02)


def test_at_the_time_limit_it_is_ended_with_its_child_processes(bench: Bench) -> None:
    bench.script = SILENT
    process = bench.start()
    process.time_limit_s = 3.0  # longer than the script takes to start its child, even on a busy machine
    others = current_children()

    async def run() -> tuple[list[int], BrowserReply]:
        fetching = asyncio.create_task(_fetch(process))
        return await family_of_a_run(others), await fetching

    family, reply = asyncio.run(run())
    assert reply == BrowserReply(ErrorCode.TIMED_OUT)
    wait_for(lambda: all(map(is_zombie, family)), what="the end of the browser's processes")
    assert not (bench.folder / "run").exists()


def test_a_canceled_browser_is_ended_with_its_child_processes(bench: Bench) -> None:
    bench.script = SILENT
    process = bench.start()
    others = current_children()

    async def run() -> list[int]:
        fetching = asyncio.create_task(_fetch(process))
        family = await family_of_a_run(others)
        fetching.cancel()
        await asyncio.wait({fetching}, timeout=60)
        return family

    family = asyncio.run(run())
    wait_for(lambda: all(map(is_zombie, family)), what="the end of the browser's processes")


async def _fetch(process: BrowserProcess) -> BrowserReply:
    async with process.run(URL, KEY) as browser:
        return await browser("organizations")


def test_two_never_run_at_once(bench: Bench) -> None:
    process = bench.start()
    others = current_children()
    running: list[int] = []

    async def run_one() -> None:
        async with process.run(URL, KEY) as browser:
            await browser("organizations")
            running.append(len(current_children() - others))

    async def both() -> None:
        await asyncio.gather(run_one(), run_one())

    asyncio.run(both())
    assert running == [1, 1]
