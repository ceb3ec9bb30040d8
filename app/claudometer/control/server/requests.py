"""Reads the request ledger for the window, off the loop. Writes nothing, knows no word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.ledger import record_to_wire, summarize, summary_to_wire
from claudometer.system.ledger import read_requests
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from claudometer.domain.clock import Clock

LATEST = 10
"""How many requests are listed one by one; ``claudometer requests`` lists them all."""


class RequestReader:
    """Answers what was sent today, as ``zone`` (``None``: the machine's own) counts days."""

    def __init__(self, folder: Path | None, clock: Clock, zone: tzinfo | None) -> None:
        """Read the ledger in ``folder``; ``None`` for a program that sends nothing and keeps none."""
        self._folder = folder
        self._clock = clock
        self._zone = zone

    async def read(self) -> dict[str, Any]:
        """Return today's summary and the latest requests, newest first.

        Raises:
            ClaudometerError: ``LEDGER_UNREADABLE``.
        """
        if self._folder is None:
            return {"kept": False, "today": None, "latest": []}
        try:
            return await off_loop(self._read, self._folder)
        except TimeoutError:
            raise ClaudometerError(ErrorCode.LEDGER_UNREADABLE, folder=str(self._folder)) from None

    def _read(self, folder: Path) -> dict[str, Any]:
        now = self._clock.now()
        records = read_requests(folder, now)
        today = summarize(records, now.astimezone(self._zone).date(), self._zone)
        return {
            "kept": True,
            "today": summary_to_wire(today),
            "latest": [record_to_wire(record) for record in reversed(records[-LATEST:])],
        }
