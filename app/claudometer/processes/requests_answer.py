"""Answers the window's request for the list of requests. Reads the ledger off the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.ledger import summarize
from claudometer.present.request_panel import failure_panel, panel_for
from claudometer.processes.kept_state import read_shared_rate
from claudometer.store.older_requests import with_older
from claudometer.store.requests import unread
from claudometer.system.off_loop import off_loop, off_loop_at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from claudometer.control.wire.answers import RequestsAnswer
    from claudometer.control.wire.page import RequestPanel
    from claudometer.domain.ledger import RequestRecord
    from claudometer.domain.region import Region
    from claudometer.domain.snapshot import Problem
    from claudometer.processes.history_answer import HistoryReader

LATEST = 10
"""How many requests the window lists one by one; ``claudometer requests`` lists them all."""


async def requests_answer(
    folder: Path | None,
    past: HistoryReader | None,
    lock_file: Path | None,
    now: datetime,
    region: Region,
) -> RequestsAnswer:
    """Return the panel of requests; of what cannot be read, it says why.

    Args:
        folder: of the state, ``None`` in the demo.
        past: has the requests, ``None`` in a program that keeps none.
        lock_file: of the app. The state is kept beside it while its own folder cannot be written.
    """
    if folder is None:
        return {"panel": panel_for(None, (), now, region)}

    def read() -> tuple[list[RequestRecord], Problem | None]:
        records, fault = ([], None) if past is None else past.requests(now)
        return with_older(records, folder, now), fault

    try:
        records, fault = await off_loop_at(past, read)
        shared_rate = await off_loop(read_shared_rate, folder, lock_file)
    except ClaudometerError as error:
        return {"panel": _failure(error)}
    except OSError:  # a network home that does not respond
        return {"panel": _failure(ClaudometerError(ErrorCode.LEDGER_UNREADABLE, folder=str(folder)))}
    missing = None if fault is None else unread(fault)
    trouble = None if missing is None else ClaudometerError(missing.code, **dict(missing.facts))
    if trouble is not None and not records:
        return {"panel": _failure(trouble)}
    today = summarize(records, now.astimezone(region.zone).date(), region.zone)
    latest = records[: -LATEST - 1 : -1]  # newest first
    panel = panel_for(today, latest, now, region, shared_rate=shared_rate)
    if trouble is not None:  # what only memory has is listed all the same
        words = _failure(trouble)
        panel["hint"] = f"{words['summary']} {words['hint']}"
    return {"panel": panel}


def _failure(error: ClaudometerError) -> RequestPanel:
    from claudometer.present.messages.errors import message_for_code  # noqa: PLC0415 - 0.2 MB, seldom needed

    words = message_for_code(error.code, error.facts)
    return failure_panel(words.title, words.hint)
