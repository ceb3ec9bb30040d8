"""Sends a GET request without a proxy, over a connection of its own: httpx's transport by asyncio and h11.

httpx's own transport loads httpcore and anyio, which would cost the tray 2.4 MB for a few requests an hour.
Requests through a proxy, which few users have, still use it.

Imported inside functions only, as ``providers.transport`` is.
"""

from __future__ import annotations

import asyncio
import socket
from asyncio import timeout
from collections import Counter, deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import h11
import httpx

from claudometer.providers.proxies import DEFAULT_PORTS
from claudometer.system.off_loop import run_abandonable

if TYPE_CHECKING:
    import ssl
    from asyncio import StreamReader, StreamWriter, Task
    from collections.abc import AsyncIterator, Iterator

    Address = tuple[int, int, int, Any]
    """Family, type and protocol of a socket, and what to connect it to."""

MAX_HEAD_BYTES = 100 * 1024
"""A response whose status line and headers are longer is refused, as httpcore does."""

READ_BYTES = 64 * 1024

HEAD_START_S = 0.25
"""How long one address of a host may take before the next one is tried in parallel (RFC 8305)."""


class DirectTransport(httpx.AsyncBaseTransport):
    """Opens a connection for each request, and closes it with the response.

    Raises httpx's own exceptions, each chained to its cause.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request without a body, and return the response, whose body is still to be read."""
        limits_s = request.extensions["timeout"]
        try:
            async with timeout(limits_s["connect"]):
                reader, writer = await self._open(request.url)
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no connection in time") from error
        except (OSError, ExceptionGroup) as error:  # an SSLError is an OSError
            raise httpx.ConnectError("no connection") from error
        exchange = _Exchange(reader, writer, limits_s["read"])
        try:
            return await exchange.run(request)
        except BaseException:
            await exchange.aclose()
            raise

    async def _open(self, url: httpx.URL) -> tuple[StreamReader, StreamWriter]:
        connected = await _connect(url.raw_host, url.port or DEFAULT_PORTS[url.scheme])
        is_secure = url.scheme == "https"
        return await asyncio.open_connection(  # closes the socket if it fails, or is canceled
            sock=connected,
            ssl=self._tls if is_secure else None,
            server_hostname=url.raw_host.decode("ascii") if is_secure else None,
        )


class _Exchange(httpx.AsyncByteStream):
    """A request and its response on an open connection; as a stream, the response's body."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, read_s: float | None) -> None:
        self._reader = reader
        self._writer = writer
        self._read_s = read_s
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)

    async def run(self, request: httpx.Request) -> httpx.Response:
        """Send the request, and return the response once its headers are there."""
        with _httpx_exceptions():
            head = h11.Request(
                method=request.method, target=request.url.raw_path, headers=request.headers.raw
            )
            # A server may refuse and close before it has read everything. Its response can still be read.
            with suppress(OSError):
                self._writer.write(self._http.send(head) + self._http.send(h11.EndOfMessage()))
                await self._writer.drain()
        while not isinstance(event := await self._next_event(), h11.Response):
            pass  # an interim response (1xx): the final one follows
        return httpx.Response(event.status_code, headers=event.headers.raw_items(), stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body as the server sends it."""
        while isinstance(event := await self._next_event(), h11.Data):
            yield bytes(event.data)

    async def aclose(self) -> None:
        """Close the connection at once: nothing more is expected from the server."""
        self._writer.transport.abort()

    async def _next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        with _httpx_exceptions():
            while (event := self._http.next_event()) is h11.NEED_DATA:
                async with timeout(self._read_s):
                    received = await self._reader.read(READ_BYTES)
                if not received and self._http.their_state is h11.SEND_RESPONSE:
                    raise httpx.RemoteProtocolError("closed without a response")
                self._http.receive_data(received)
        return event


@contextmanager
def _httpx_exceptions() -> Iterator[None]:
    """Convert exceptions on an open connection into httpx's."""
    try:
        yield
    except TimeoutError as error:
        raise httpx.ReadTimeout("no more bytes in time") from error
    except OSError as error:
        raise httpx.ReadError("the connection broke") from error
    except h11.RemoteProtocolError as error:
        raise httpx.RemoteProtocolError("no HTTP") from error
    except h11.LocalProtocolError as error:
        raise httpx.LocalProtocolError("no request") from error


async def _connect(host: bytes, port: int) -> socket.socket:
    """Connect to the address of a host that answers first: one of its families may lead nowhere.

    Args:
        host: bytes, because for a string Python would load the tables of its IDNA codec.

    Raises:
        OSError: the name has no address.
        ExceptionGroup: no address could be reached; it has each address's ``OSError``.
    """
    loop = asyncio.get_running_loop()
    # Not `loop.getaddrinfo`: Python waits for its thread at exit, even if the lookup never returns.
    found = await run_abandonable(
        lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), timeout_s=None
    )
    waiting = _interleave([(family, kind, proto, address) for family, kind, proto, _, address in found])
    attempts: set[Task[socket.socket]] = set()
    failures: list[Exception] = []
    try:
        while waiting or attempts:
            if waiting:
                attempts.add(loop.create_task(_try(waiting.popleft())))
            head_start_s = HEAD_START_S if waiting else None
            done, _ = await asyncio.wait(attempts, timeout=head_start_s, return_when=asyncio.FIRST_COMPLETED)
            for attempt in done:
                attempts.remove(attempt)
                try:
                    return attempt.result()
                except OSError as error:
                    failures.append(error)
        raise ExceptionGroup("no address could be reached", failures)
    finally:
        for attempt in attempts:
            attempt.cancel()
            attempt.add_done_callback(_drop)


def _interleave(found: list[Address]) -> deque[Address]:
    """Order addresses so that their families alternate, each in the system's own order."""
    seen: Counter[int] = Counter()
    turns = []
    for address in found:
        turns.append((seen[address[0]], address))
        seen[address[0]] += 1
    return deque(address for _, address in sorted(turns, key=lambda turn: turn[0]))


async def _try(address: Address) -> socket.socket:
    family, kind, proto, target = address
    connecting = socket.socket(family, kind, proto)
    try:
        connecting.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connecting, target)
    except BaseException:
        connecting.close()
        raise
    return connecting


def _drop(attempt: Task[socket.socket]) -> None:
    """Close the connection of an attempt that came too late."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()
