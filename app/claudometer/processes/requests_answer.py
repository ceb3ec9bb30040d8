"""Answers the window's request for the list of requests. Reads the ledger off the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.ledger import summarize
from claudometer.present.messages.errors import message_for_code
from claudometer.present.request_panel import failure_panel, panel_for
from claudometer.processes.kept_state import read_shared_rate
from claudometer.system.ledger import read_requests
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from claudometer.control.wire.answers import RequestsAnswer
    from claudometer.control.wire.page import RequestPanel
    from claudometer.domain.region import Region

LATEST = 10
"""How many requests the window lists one by one; ``claudometer requests`` lists them all."""


async def requests_answer(
    ledger: Path | None, lock_file: Path | None, now: datetime, region: Region
) -> RequestsAnswer:
    """Return the panel of requests; if the ledger cannot be read, it says why.

    Args:
        ledger: its folder, ``None`` in the demo.
        lock_file: of the app. The state is kept beside it while its own folder cannot be written.
    """
    try:
        return {"panel": await _panel(ledger, lock_file, now, region)}
    except ClaudometerError as error:
        # Any other error belongs to the whole window; this one concerns only the panel.
        if error.code is not ErrorCode.LEDGER_UNREADABLE:
            raise
        words = message_for_code(error.code, error.facts)
        return {"panel": failure_panel(words.title, words.hint)}


async def _panel(ledger: Path | None, lock_file: Path | None, now: datetime, region: Region) -> RequestPanel:
    if ledger is None:
        return panel_for(None, (), now, region)
    try:
        records = await off_loop(read_requests, ledger, now)
        shared_rate = await off_loop(read_shared_rate, ledger, lock_file)
    except TimeoutError:  # a network home that does not respond
        raise ClaudometerError(ErrorCode.LEDGER_UNREADABLE, folder=str(ledger)) from None
    today = summarize(records, now.astimezone(region.zone).date(), region.zone)
    latest = records[: -LATEST - 1 : -1]  # newest first
    return panel_for(today, latest, now, region, shared_rate=shared_rate)
