"""One client's connection, seen from the server: requests in, lines out, both with limits."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.control import protocol

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

    from claudometer.control.protocol import Request
    from claudometer.control.server.feed import Feed
    from claudometer.control.wire.answers import Event

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What clients may take of us.

    Attributes:
        connections: at the same time.
        idle_s: between two requests of one connection.
        write_s: for a reader that does not read.
        stop_s: for all connections together, when the server stops.
        look_s: between two looks whether the socket file is still there.
    """

    connections: int = 32
    idle_s: float = 30.0
    write_s: float = 60.0
    stop_s: float = 2.0
    look_s: float = 10.0


class Connection:
    """Reads requests and writes lines. ``ConnectionError`` or ``TimeoutError``: the client is gone."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, limits: Limits) -> None:
        self._reader = reader
        self._writer = writer
        self._limits = limits
        writer.transport.set_write_buffer_limits(high=0)  # so that `drain` waits until all is gone

    async def read_request(self) -> Request | None:
        """Return the next request, refusing what is none; ``None`` when the conversation is over."""
        while True:
            try:
                async with asyncio.timeout(self._limits.idle_s):
                    return protocol.parse_request(await self._reader.readuntil(b"\n"))
            except protocol.ProtocolError as error:
                await self.refuse(error)
            except asyncio.LimitOverrunError:
                await self.refuse(protocol.ProtocolError("request_invalid", reason=protocol.TOO_LONG))
                return None  # where the next request begins can no longer be told
            except asyncio.IncompleteReadError:
                return None

    async def refuse(self, error: protocol.ProtocolError) -> None:
        """Say why a line was not a request."""
        refusal = protocol.failure(error.number, {"code": error.code, "facts": error.facts})
        await self.send(protocol.encode(refusal))

    async def send(self, line: bytes) -> None:
        """Write one line and wait until the system has taken it."""
        self._writer.write(line)
        async with asyncio.timeout(self._limits.write_s):
            await self._writer.drain()

    async def stream(self, feed: Feed) -> None:
        """Send all news until the client closes its end, or says anything more."""
        tasks = (asyncio.create_task(self._pump(feed)), asyncio.create_task(self._reader.read(1)))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        """Close at once. What `send` returned from is with the system; the rest has no reader."""
        self._writer.transport.abort()

    async def _pump(self, feed: Feed) -> None:
        while True:
            for event in await feed.take():
                line = _encode_event(event)
                if line:
                    await self.send(line)


def _encode_event(event: Event) -> bytes:
    try:
        return protocol.encode(event)
    except protocol.ProtocolError:
        log.warning("a %s is too large to be sent and was left out", event["event"])
        return b""
