"""Measures the history: its size after a year, its queries, the cost of a poll, memory, and what kills lose.

Run with ``python3 build/dev.py bench store [--kills N] [--days N]``. A missed goal is no error.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.region import UTC_REGION
from claudometer.present.chart import chart_of
from claudometer.store.history import History
from tests.clocks import FakeClock
from tests.histories import SESSION
from tests.readings import fable, reading, session, weekly
from tests.store.kills import kill_writers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.domain.usage import Reading

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY, WEEK = (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7))
DAY_MINUTES = 1440
ROOT = Path(__file__).parents[2]
RANGES = {"5 hours": 5 * HOUR, "24 hours": DAY, "7 days": WEEK, "30 days": 30 * DAY, "90 days": 90 * DAY}
POLLS = 50

_MEMORY = """
import sys, threading
from pathlib import Path
def anonymous():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous"))
from claudometer.store.history import History
from tests.benchmarks.store import minutely
readings = list(minutely(1))
before = anonymous()
history = History(Path(sys.argv[1]))
def work():
    for one in readings:
        history.record([one], now=lambda: one.fetched_at, gap_s=1200, is_verified=True)
    history.points(history.series()[0].key, readings[0].fetched_at)
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(anonymous() - before)
"""


def minutely(days: int) -> Iterator[Reading]:
    """Yield a reading a minute for so many days.

    Each has three limits, with decimals that move in most minutes of a working day.
    """
    chance = random.Random(16)  # noqa: S311 - no secret
    used = [0.0, 0.0, 0.0]
    for minute in range(days * DAY_MINUTES):
        now = BEGIN + minute * MINUTE
        session_ends = BEGIN + ((now - BEGIN) // (5 * HOUR) + 1) * 5 * HOUR
        week_ends = BEGIN + ((now - BEGIN) // WEEK + 1) * WEEK
        if session_ends - now > 5 * HOUR - MINUTE:
            used[0] = 0.0
        if week_ends - now > WEEK - MINUTE:
            used[1:] = 0.0, 0.0
        if 8 <= now.hour < 22:
            used = [each + chance.random() * pace for each, pace in zip(used, (0.5, 0.03, 0.04), strict=True)]
        jitter = timedelta(seconds=chance.uniform(-2, 2))
        yield reading(
            session(round(used[0], 1), session_ends + jitter),
            weekly(round(used[1], 1), week_ends + jitter),
            fable(round(used[2], 1), week_ends + jitter),
            fetched_at=now,
        )


def by_day(days: int) -> Iterator[list[Reading]]:
    """Yield the same readings, those of a day at a time; a week goes on over midnight."""
    readings = minutely(days)
    for _ in range(days):
        yield list(islice(readings, DAY_MINUTES))


def main() -> None:
    """Print the figures, each with its goal."""
    parser = argparse.ArgumentParser(prog="dev.py bench store")
    parser.add_argument("--kills", type=int, default=1000, help="how often to kill a writer")
    parser.add_argument("--days", type=int, default=365, help="how many days of readings to write")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "state", "history.db")
        _fill(path, options.days)
        _ask(path, options.days)
        print(f"memory of the tray          {_memory_mb(Path(folder, 'm')):.1f} MB            ≤ 2 MB")
        began = time.monotonic()
        report = kill_writers(Path(folder, "k", "history.db"), options.kills, seed=16)
        print(
            f"SIGKILL, {report.kills} times        {report.lost} of {report.written} readings lost, "
            f"{report.damaged} files damaged ({time.monotonic() - began:.0f} s)   0"
        )


def _fill(path: Path, days: int) -> None:
    history = History(path)
    for day, batch in enumerate(by_day(days)):
        history.record(batch, now=FakeClock(batch[-1].fetched_at).now, gap_s=1200, is_verified=True)
        if day + 1 in (1, 30, days):
            clock_ms, processor_ms = _polls(history, batch[-1])
            print(
                f"a poll after {day + 1:3} days         {clock_ms:.2f} ms          the same    "
                f"({processor_ms:.2f} ms of processor)"
            )
    history.close()
    print(f"size after {days} days         {path.stat().st_size / 1e6:.1f} MB           ≤ 30 MB")


def _polls(history: History, last: Reading) -> tuple[float, float]:
    """Return the median milliseconds of a transaction of one reading: by the clock, and of the processor."""
    clock_ms, processor_ms = [], []
    for number in range(1, POLLS + 1):
        at = last.fetched_at + timedelta(seconds=number)
        one = reading(session(number % 90), weekly(number % 80), fable(number % 70), fetched_at=at)
        began, used = time.perf_counter(), time.process_time()
        history.record([one], now=FakeClock(at).now, gap_s=1200, is_verified=True)
        processor_ms.append((time.process_time() - used) * 1000)
        clock_ms.append((time.perf_counter() - began) * 1000)
    return statistics.median(clock_ms), statistics.median(processor_ms)


def _ask(path: Path, days: int) -> None:
    history = History(path)
    now = BEGIN + days * DAY
    history.series()
    for name, span in (RANGES | {f"{days} days": days * DAY}).items():
        began, used = time.perf_counter(), time.process_time()
        points = history.curve(SESSION, now - span, now)
        resets = history.resets(since=now - span)
        processor_ms = (time.process_time() - used) * 1000
        asked_ms = (time.perf_counter() - began) * 1000
        began = time.perf_counter()
        chart_of(points, 5 * 3600, since=now - span, until=now, now=now, region=UTC_REGION)
        drawn_ms = (time.perf_counter() - began) * 1000
        print(
            f"query of {name:10}        {asked_ms:5.1f} ms         ≤ 50 ms     "
            f"({processor_ms:.1f} ms of processor; {len(points)} points, {len(resets)} resets; "
            f"chart {drawn_ms:.0f} ms)"
        )
    history.close()


def _memory_mb(folder: Path) -> float:
    env = os.environ | {"PYTHONPATH": f"{ROOT / 'app'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-c", _MEMORY, str(folder / "history.db")]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1000


if __name__ == "__main__":
    main()
