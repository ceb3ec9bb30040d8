"""Tests that problems with the request ledger are logged and raise nothing."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.ledger import RequestRecord
from claudometer.domain.next_poll import Reason
from claudometer.processes.opening_history import find_notes
from claudometer.store.connecting import FILE_NAME
from claudometer.store.history import History
from claudometer.store.kept_requests import KeptRequests
from claudometer.system import off_loop, request_notes
from tests.clocks import NOON
from tests.kept_requests import kept_requests

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

RECORD = RequestRecord(NOON, "api.anthropic.com", "/api/oauth/usage", "ok", 200, 0.4, Reason.INTERVAL)


def test_a_problem_with_the_ledger_and_its_end_are_each_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    folder = tmp_path / "state"
    folder.write_text("in the way")
    history = History(folder / FILE_NAME)
    notes = find_notes(folder, history)
    for _ in range(3):
        asyncio.run(notes.note(RECORD))
    folder.unlink()
    for _ in range(2):
        asyncio.run(notes.note(RECORD))
    history.close()
    own = [record.levelname for record in caplog.records if record.name == request_notes.__name__]
    assert own == ["WARNING", "INFO"]
    assert kept_requests(folder, NOON) == [RECORD] * 5, "those of the time of the fault were kept in memory"


class HangingStore(KeptRequests):
    """Its first write takes longer than anybody waits; the disk responds in the end."""

    responds = threading.Event()

    def write(self) -> None:
        self.responds.wait()
        super().write()


def test_a_request_whose_write_took_too_long_is_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(off_loop, "FILE_TIMEOUT_S", 0.05)
    history = History(tmp_path / FILE_NAME)
    store = HangingStore(history, tmp_path / "requests.jsonl")
    notes = request_notes.RequestNotes(store)

    async def story() -> None:
        for number in range(3):
            await notes.note(replace(RECORD, http_status=number))
        store.responds.set()
        off_loop.finish_calls()
        await notes.note(replace(RECORD, http_status=3))

    asyncio.run(story())
    history.close()
    assert [each.http_status for each in kept_requests(tmp_path, NOON)] == [0, 1, 2, 3]
