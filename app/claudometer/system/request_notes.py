"""Writes the request ledger from the loop. A disk that fails does not stop the numbers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from claudometer.domain.ledger import RequestRecord

log = logging.getLogger(__name__)


class RequestStore(Protocol):
    """Keeps requests; see ``store.kept_requests.KeptRequests``."""

    def add(self, record: RequestRecord) -> None: ...
    def write(self) -> None: ...


class RequestNotes:
    """Adds requests to the ledger, off the loop. A failure is logged once, and raises nothing."""

    def __init__(self, store: RequestStore) -> None:
        self._store = store
        self._failing = False

    async def note(self, record: RequestRecord) -> None:
        """Add a request to the ledger."""
        # Before the write, which may end too late or never: the next one then writes this request, too.
        self._store.add(record)
        try:
            await off_loop(self._store.write)
        except OSError as error:
            # Once, because on a full disk each request would log a line, on the same disk.
            if not self._failing:
                log.warning("requests cannot be written down: %s", error.strerror or error)
            self._failing = True
        else:
            if self._failing:
                log.info("requests are written down again")
            self._failing = False
