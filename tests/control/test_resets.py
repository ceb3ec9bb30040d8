"""The resets over the real socket: of the account that is shown, and the CSV of two years in pieces."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.control.client import ControlClient
from claudometer.domain.usage import AccountId, AccountKey
from claudometer.present.messages import resets as words
from claudometer.store.history import History
from claudometer.ui.window.bridge import Bridge
from claudometer.ui.window.feed import Feed
from tests.clocks import NOON, FakeClock
from tests.control.running_server import RunningServer
from tests.histories import ACCOUNT, record_all
from tests.readings import reading, session, snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.control.small_engine import SmallEngine

SESSION = timedelta(hours=5)
COUNT = 700


def record_resets(path: Path) -> History:
    """Return a history of ``COUNT`` sessions, each reset at the time that was announced."""
    history = History(path / "state" / "history.db")
    begin = NOON - COUNT * SESSION
    readings = []
    for number in range(COUNT + 1):
        ends = begin + (number + 1) * SESSION
        for minutes, percent in ((1, 2.0), (299, 90.0)):
            at = ends - SESSION + timedelta(minutes=minutes)
            readings.append(reading(session(percent, ends), fetched_at=at))
    record_all(history, *readings)
    return history


def test_the_list_and_the_whole_csv_come_in_lines_that_fit(
    engine: SmallEngine, socket_path: str, tmp_path: Path
) -> None:
    engine.history = record_resets(tmp_path)
    engine.snapshot = replace(snapshot(), account=ACCOUNT)
    with RunningServer(engine, socket_path, clock=FakeClock()):
        bridge = Bridge(ControlClient(socket_path), Feed())
        panel = ControlClient(socket_path).call("resets")["panel"]
        assert panel["summary"].startswith(f"{COUNT} resets recorded since ")
        text = bridge.resets_csv()
        assert text is not None
        assert text.count("\r\n") == COUNT + 1
        assert len(text) > 64 * 1024, "more than a line has room for"
        engine.snapshot = replace(engine.snapshot, account=AccountKey(ACCOUNT.provider, AccountId("nobody")))
        assert ControlClient(socket_path).call("resets")["panel"]["summary"] == words.NONE_YET
        engine.snapshot = replace(engine.snapshot, account=None)
        assert ControlClient(socket_path).call("resets")["panel"]["summary"] == words.NO_ACCOUNT
        assert bridge.resets_csv() is None
    engine.history.close()


def test_a_history_that_cannot_be_read_is_not_called_empty(
    engine: SmallEngine, socket_path: str, tmp_path: Path
) -> None:
    history = History(tmp_path / "history.db")
    (tmp_path / "history.db").mkdir()
    record_all(history, reading(session(40), fetched_at=NOON))
    engine.history = history
    engine.snapshot = replace(snapshot(), account=ACCOUNT)
    with RunningServer(engine, socket_path, clock=FakeClock()):
        panel = ControlClient(socket_path).call("resets")["panel"]
    assert "is a folder, not a file" in panel["summary"]
    assert panel["hint"]
    history.close()


def test_a_program_without_a_history_says_so(engine: SmallEngine, socket_path: str) -> None:
    with RunningServer(engine, socket_path):
        assert ControlClient(socket_path).call("resets")["panel"]["summary"] == words.NO_HISTORY
