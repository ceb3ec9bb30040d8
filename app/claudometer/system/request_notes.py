"""Writes the request ledger from the loop. A file that cannot be written does not stop the numbers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from claudometer.domain.ledger import RequestRecord
    from claudometer.system.ledger import RequestFile

log = logging.getLogger(__name__)


class RequestNotes:
    """Adds requests to the ledger, off the loop. A failure is logged once, and raises nothing."""

    def __init__(self, file: RequestFile) -> None:
        self._file = file
        self._failing = False

    async def note(self, record: RequestRecord) -> None:
        """Add a request to the ledger."""
        try:
            await off_loop(self._file.append, record)
        except OSError as error:
            # Once, because on a full disk each request would log a line, on the same disk.
            if not self._failing:
                log.warning("requests cannot be written down: %s", error.strerror or error)
            self._failing = True
        else:
            if self._failing:
                log.info("requests are written down again")
            self._failing = False
