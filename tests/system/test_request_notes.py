"""Tests that problems with the request ledger are logged and raise nothing."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from claudometer.domain.ledger import RequestRecord
from claudometer.domain.next_poll import Reason
from claudometer.system.ledger import RequestFile
from claudometer.system.request_notes import RequestNotes
from tests.clocks import NOON

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
    file = RequestFile(folder / "requests.jsonl")
    notes = RequestNotes(file)
    for _ in range(3):
        asyncio.run(notes.note(RECORD))
    folder.unlink()
    for _ in range(2):
        asyncio.run(notes.note(RECORD))
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert file.read(NOON) == [RECORD, RECORD]
