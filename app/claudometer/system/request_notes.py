"""Writes the request ledger from the loop, and keeps a failing file from holding up the numbers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from claudometer.domain.ledger import RequestRecord
    from claudometer.system.ledger import RequestFile

log = logging.getLogger(__name__)


class RequestNotes:
    """Writes requests down, off the loop. A failure of the file is logged once, and holds up no number."""

    def __init__(self, file: RequestFile) -> None:
        self._file = file
        self._failing = False

    async def note(self, record: RequestRecord) -> None:
        """Add a request to the ledger."""
        try:
            await off_loop(self._file.append, record)
        except OSError as error:
            # Once: a full disk would add a line for each request, to a log on the same disk.
            if not self._failing:
                log.warning("requests cannot be written down: %s", error.strerror or error)
            self._failing = True
        else:
            if self._failing:
                log.info("requests are written down again")
            self._failing = False
