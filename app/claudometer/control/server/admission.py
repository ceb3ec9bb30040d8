"""Limits how many clients the server serves, and chooses which ones give way when there are too many.

Waiting connections, requests in progress and streams are counted separately, so that none can use up the room
of the others. Quitting and opening the window are never refused, and the window has reserved room.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from claudometer.control.protocol import BUSY, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.control.protocol import Request
    from claudometer.control.server.connection import Connection, Limits

IMMEDIATE = frozenset({"ping", "quit", "open_window", "window_ready", "window_closing"})
"""Operations that are complete at once, so that they cannot accumulate: never refused."""

FOR_SCRIPTS = frozenset({"status", "refresh"})
"""Operations that scripts may send in any number. They cannot use the reserved room, the others can."""


class Admission:
    """Counts the clients of one server. Use it only on the loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._waiting: dict[Connection, None] = {}  # a dict keeps the order: the first has waited longest
        self._in_progress = 0
        self._streams = 0

    @contextmanager
    def waiting(self, connection: Connection) -> Iterator[None]:
        """Count a connection while it has no request. One too many, and the longest-waiting is dropped."""
        self._waiting[connection] = None
        if len(self._waiting) > self._limits.waiting:
            self.drop_longest_waiting()
        try:
            yield
        finally:
            # It may be gone already: dropped to make room.
            self._waiting.pop(connection, None)

    def drop_longest_waiting(self) -> bool:
        """Refuse the connection that has waited longest as ``app_busy``. Return whether there was one."""
        connection = next(iter(self._waiting), None)
        if connection is None:
            return False
        # Now, not when its task ends: a burst would otherwise dismiss the same one again and again.
        del self._waiting[connection]
        connection.dismiss(ProtocolError(BUSY))
        return True

    @contextmanager
    def request(self, request: Request) -> Iterator[None]:
        """Count a request while it is carried out.

        Raises:
            ProtocolError: ``app_busy``: too many are in progress.
        """
        op = request["op"]
        if op not in IMMEDIATE:
            self._check(request, self._in_progress, self._limits.requests, reserved=op not in FOR_SCRIPTS)
        self._in_progress += 1
        try:
            yield
        finally:
            self._in_progress -= 1

    @contextmanager
    def stream(self, request: Request) -> Iterator[None]:
        """Count a stream while it is open. Only our own window subscribes to the card.

        Raises:
            ProtocolError: ``app_busy``: too many are open.
        """
        is_window = request["params"].get("view") == "card"
        self._check(request, self._streams, self._limits.streams, reserved=is_window)
        self._streams += 1
        try:
            yield
        finally:
            self._streams -= 1

    def _check(self, request: Request, count: int, limit: int, *, reserved: bool) -> None:
        if count >= limit + (self._limits.reserved if reserved else 0):
            raise ProtocolError(BUSY, number=request["id"])
