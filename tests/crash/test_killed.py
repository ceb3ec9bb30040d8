"""Tests that the program, killed with SIGKILL at any moment, starts again, keeps its settings and its budget.

There are 100 runs, and 1,000 in CI or with ``CLAUDOMETER_TEST_LIVES=1000``: two minutes on two cores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.token_bucket import OAUTH_BUDGET
from tests import canary
from tests.crash.fast_clock import FastClock
from tests.desktop.private_home import PrivateHome
from tests.simulator import Simulator, Token
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

ROOT = Path(__file__).parents[2]
DAILY = 100
IN_CI = 1000
SIDE_BY_SIDE = 2  # processes, for the two cores of a CI machine
FACTOR = 240
"""The speed of the fast clock. The bucket gains a token every 0.75 real seconds, enough for most runs."""

SLACK_S = 3.0 * FACTOR
"""The fast clock advances between taking a token and the arrival of the request: up to three real seconds."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


def lives_wanted() -> int:
    in_ci = os.environ.get("CI", "").lower() in {"true", "1"}
    return int(os.environ.get("CLAUDOMETER_TEST_LIVES") or (IN_CI if in_ci else DAILY))


@contextmanager
def home_with_login(simulator: Simulator, token: str) -> Iterator[PrivateHome]:
    """Create a home folder with a login that never expires, and remove it afterwards."""
    home = PrivateHome.create()
    simulator.account.tokens[token] = Token()
    write_login(home.path / ".claude", token, expiresAt=None)
    try:
        yield home
    finally:
        home.remove()


def note_times(simulator: Simulator, clock: FastClock) -> list[datetime]:
    """Return a list that gets the time, by ``clock``, of each request that the server answers with usage."""
    times: list[datetime] = []
    answer: Callable[[datetime], object] = simulator.account.usage

    def note(now: datetime) -> object:
        times.append(clock.now())
        return answer(now)

    simulator.account.usage = note
    return times


def run_lives(
    home: PrivateHome, simulator: Simulator, lives: int, seed: int, clock: FastClock
) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.crash.kill_runs"]
    done = subprocess.run(
        [*command, str(lives), str(seed), str(clock.began), str(clock.factor)],
        env=home.env | simulator.environment() | {"PYTHONPATH": f"{ROOT / 'app'}{os.pathsep}{ROOT}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.stderr == ""
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def most_allowed(first: datetime, last: datetime) -> float:
    passed_s = (last - first).total_seconds() + SLACK_S
    return OAUTH_BUDGET.capacity + passed_s / OAUTH_BUDGET.refill_s


@pytest.mark.timeout(1300)
def test_a_program_killed_at_any_moment_keeps_its_settings_and_its_budget() -> None:
    lives = lives_wanted() // SIDE_BY_SIDE

    def run(seed: int) -> tuple[dict[str, Any], list[datetime], list[str]]:
        clock = FastClock(time.time(), FACTOR)
        with Simulator() as server, home_with_login(server, canary.ACCESS_TOKEN) as home:
            times = note_times(server, clock)
            report = run_lives(home, server, lives, seed, clock)
            logs = [log.read_text(encoding="utf-8") for log in home.root.rglob("*.log*")]
            return report, times, logs

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        results = list(pool.map(run, range(SIDE_BY_SIDE)))
    for report, times, logs in results:
        sys.stdout.write(f"{report}, {[str(at) for at in times]}\n")
        assert report["wrong"] == []
        assert report["lives"] == lives
        assert report["started"] > lives / 2  # a third of the runs is killed during its start
        assert report["saves"] > 0
        assert report["most_leftovers"] < 10  # temporary files of killed writers do not accumulate
        assert logs, "the runs write a log"
        assert not any("Traceback" in text for text in logs)
        assert len(times) >= OAUTH_BUDGET.capacity
        for place, first in enumerate(times):
            for number, last in enumerate(times[place:], 1):
                assert number <= most_allowed(first, last)
