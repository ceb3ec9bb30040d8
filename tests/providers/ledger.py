"""A ledger that tests can read: it keeps the reports of requests in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.providers.server import Server

if TYPE_CHECKING:
    from claudometer.domain.clock import Clock
    from claudometer.domain.ledger import RequestRecord


class Ledger:
    """Takes reports as the real one does."""

    def __init__(self) -> None:
        self.records: list[RequestRecord] = []

    async def note(self, record: RequestRecord) -> None:
        self.records.append(record)


def server_at(base_url: str, clock: Clock, ledger: Ledger | None = None) -> Server:
    return Server(base_url, clock=clock, note=(ledger or Ledger()).note)
