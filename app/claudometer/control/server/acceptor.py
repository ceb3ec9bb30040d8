"""Accepts connections at the listening socket, even while the process has no file descriptor left.

asyncio's own server logs a traceback for each failed ``accept`` and retries, up to a hundred times in each
iteration of the loop, which fills the log within seconds.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

BATCH = 64
"""Most connections to accept in one iteration of the loop: other tasks must run during a burst, too."""

LOG_EVERY_S = 60.0
"""A process that is short of descriptors may fail and recover many times a second."""

log = logging.getLogger(__name__)


class Acceptor:
    """Hands every connection that arrives at ``listener`` to ``on_connection``, as a non-blocking socket.

    Args:
        make_room: closes a connection without a request, and returns whether there was one.
        pause_s: how long to wait after a failed ``accept`` before the next attempt, in seconds.
    """

    def __init__(
        self,
        listener: socket.socket,
        on_connection: Callable[[socket.socket], None],
        make_room: Callable[[], bool],
        *,
        pause_s: float,
    ) -> None:
        self._listener = listener
        self._on_connection = on_connection
        self._make_room = make_room
        self._pause_s = pause_s
        self._loop = asyncio.get_running_loop()
        self._retry: asyncio.TimerHandle | None = None
        self._logged_at: float | None = None
        # A client may hang up between the loop's wake-up and `accept`, which would then block the loop.
        listener.setblocking(False)
        self._resume()

    def close(self) -> None:
        """Stop accepting and close the listening socket. Connections still in its queue are reset."""
        if self._retry is not None:
            self._retry.cancel()
        self._loop.remove_reader(self._listener)
        self._listener.close()

    def _resume(self) -> None:
        self._retry = None
        self._loop.add_reader(self._listener, self._accept_waiting)

    def _accept_waiting(self) -> None:
        for _ in range(BATCH):
            try:
                connection, _ = self._listener.accept()
            # The queue is empty, or its first client has already gone: neither says anything about
            # descriptors.
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._recover(error)
                return
            connection.setblocking(False)
            self._on_connection(connection)

    def _recover(self, error: OSError) -> None:
        """Free a descriptor, or pause: the socket stays readable, so the loop would spin on it."""
        self._log(error)
        if self._make_room():
            return  # the descriptor is free in the next iteration of the loop
        self._loop.remove_reader(self._listener)
        # No event announces a free descriptor, so try again after a while.
        self._retry = self._loop.call_later(self._pause_s, self._resume)

    def _log(self, error: OSError) -> None:
        now = time.monotonic()
        if self._logged_at is None or now - self._logged_at >= LOG_EVERY_S:
            self._logged_at = now
            log.warning("no connection can be accepted for now: %s", error.strerror)
