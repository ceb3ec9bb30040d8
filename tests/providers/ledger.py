"""A ledger that tests can read: it keeps the records of requests in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.providers.client import Client

if TYPE_CHECKING:
    from claudometer.domain.clock import Clock
    from claudometer.domain.ledger import RequestRecord


class Ledger:
    """Receives records as the real ledger does."""

    def __init__(self) -> None:
        self.records: list[RequestRecord] = []

    async def note(self, record: RequestRecord) -> None:
        self.records.append(record)


def client_at(base_url: str, clock: Clock, ledger: Ledger | None = None) -> Client:
    return Client(base_url, clock=clock, note=(ledger or Ledger()).note)
