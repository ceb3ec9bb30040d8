"""The demo's history: its past is written before any new reading, whichever thread comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from claudometer.processes.opening_history import DEMO_PAST, find_history
from tests.clocks import NOON, FakeClock
from tests.histories import ACCOUNT, LONG_AGO
from tests.readings import reading, session

if TYPE_CHECKING:
    from pathlib import Path


def test_two_threads_that_begin_at_once_both_find_the_whole_past(tmp_path: Path) -> None:
    for number in range(3):
        history = find_history(tmp_path / str(number), FakeClock(), demo=True)
        now = reading(session(40), fetched_at=NOON)
        with ThreadPoolExecutor(2) as threads:
            recorded = threads.submit(history.record, [now], now=lambda: NOON, gap_s=7200)
            found = threads.submit(history.series, ACCOUNT).result(60)
            recorded.result(60)
        assert len(found) > 1, "the forecast learns from it"
        (key,) = (each.key for each in history.series(ACCOUNT) if each.key.limit_id == "session")
        first = history.points(key, LONG_AGO)[0]
        assert NOON - first.at > DEMO_PAST / 2
        history.close()
