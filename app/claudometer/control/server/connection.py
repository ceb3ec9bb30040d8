"""One client's connection, seen from the server: requests in, lines out, both within limits."""

from __future__ import annotations

import asyncio
import json  # noqa: F401 - loaded now: a refusal is sent when no file descriptor is left to load it with
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.control import protocol

if TYPE_CHECKING:
    import socket
    from asyncio import StreamReader, StreamWriter

    from claudometer.control.protocol import Request
    from claudometer.control.server.subscription import Subscription
    from claudometer.control.wire.answers import Event

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much clients may use. Counts are at one time, times are in seconds.

    The counts add up to 220 file descriptors: fewer than the 256 that a program may open on macOS.

    Attributes:
        waiting: connections without a request in progress; the longest-waiting gives way to a new one.
        requests: requests in progress.
        streams: open subscriptions.
        reserved: what the window may use beyond ``requests`` and beyond ``streams``.
        idle_s: how long a connection may take until its next request is complete.
        write_s: how long a client may take to read one line.
        stop_s: how long all connections together may take to end when the server stops.
        file_check_s: how often to check that the socket file is still there.
        accept_pause_s: how long to wait after a failed ``accept``.
    """

    waiting: int = 100
    requests: int = 50
    streams: int = 50
    reserved: int = 10
    idle_s: float = 30.0
    write_s: float = 60.0
    stop_s: float = 2.0
    file_check_s: float = 10.0
    accept_pause_s: float = 1.0


class Connection:
    """Reads requests and writes lines. Use :meth:`open`, and call :meth:`close` in any case.

    Every method raises ``ConnectionError`` or ``TimeoutError`` once the client is gone.
    """

    def __init__(self, reader: StreamReader, writer: StreamWriter, limits: Limits) -> None:
        self._reader = reader
        self._writer = writer
        self._limits = limits
        # With no room in asyncio's buffer, `drain` returns only when the system has taken the whole line:
        # `close` would discard what is still in that buffer.
        writer.transport.set_write_buffer_limits(high=0)

    @classmethod
    async def open(cls, accepted: socket.socket, limits: Limits) -> Connection:
        """Wrap a connected, non-blocking socket. The connection owns it from now on."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=protocol.MAX_LINE_BYTES, loop=loop)
        transport, stream_protocol = await loop.connect_accepted_socket(
            lambda: asyncio.StreamReaderProtocol(reader, loop=loop), accepted
        )
        return cls(reader, asyncio.StreamWriter(transport, stream_protocol, reader, loop), limits)

    async def read_request(self) -> Request | None:
        """Return the next valid request, refusing all others; ``None`` once the client has closed its end."""
        while True:
            try:
                # Without it, a client that sends half a line keeps its descriptor for ever.
                async with asyncio.timeout(self._limits.idle_s):
                    return protocol.parse_request(await self._reader.readuntil(b"\n"))
            except protocol.ProtocolError as error:
                await self.refuse(error)
            except asyncio.LimitOverrunError:
                await self.refuse(protocol.ProtocolError("request_invalid", reason=protocol.TOO_LONG))
                return None  # nothing says where in the stream the next request begins
            except asyncio.IncompleteReadError:
                return None

    async def refuse(self, error: protocol.ProtocolError) -> None:
        """Tell the client why its request was not carried out."""
        await self.send(protocol.encode(protocol.refusal(error)))

    async def send(self, line: bytes) -> None:
        """Write one line and wait until the system has taken it."""
        self._writer.write(line)
        # A stopped window (SIGSTOP) never reads: its stream must not hold this task for ever.
        async with asyncio.timeout(self._limits.write_s):
            await self._writer.drain()

    async def stream(self, subscription: Subscription) -> None:
        """Send every event until the client closes its end or sends anything."""
        # A subscriber never sends: a byte and an end of file both mean that it has gone.
        tasks = (asyncio.create_task(self._pump(subscription)), asyncio.create_task(self._reader.read(1)))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                # Raises what ended the stream. The server treats that as a client that left.
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            # A task that is only canceled would still hold the reader when the connection closes.
            await asyncio.gather(*tasks, return_exceptions=True)

    def dismiss(self, error: protocol.ProtocolError) -> None:
        """Send a refusal without waiting for it to be read, and close."""
        # Not awaited: the system takes a line this short at once, unless the client has stopped reading.
        self._writer.write(protocol.encode(protocol.refusal(error)))
        self.close()

    def close(self) -> None:
        """Close at once. A line that :meth:`send` has returned from still reaches its reader."""
        # Not `close`, which would first send what is left to a client that may never read it.
        self._writer.transport.abort()

    async def _pump(self, subscription: Subscription) -> None:
        while True:
            for event in await subscription.take():
                line = _encode_event(event)
                if line:
                    await self.send(line)


def _encode_event(event: Event) -> bytes:
    try:
        return protocol.encode(event)
    except protocol.ProtocolError:
        log.warning("a %s is too large for the wire and was not sent", event["event"])
        return b""
