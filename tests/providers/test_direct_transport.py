"""Requests without a proxy: several addresses, odd responses, and what is left open or loaded afterwards."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import subprocess
import sys
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from claudometer.providers.direct_transport import DirectTransport
from tests.waiting import TIMEOUT_S

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from tests.simulator import Simulator

PATIENT = httpx.Timeout(20.0)  # far longer than any response takes, so that a slow machine fails no test


@asynccontextmanager
async def server(
    *parts: bytes, waits: bool = False, begun: asyncio.Event | None = None
) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Serve one response in parts. Yield the address, and what is set once the connection has ended.

    Args:
        waits: whether to answer nothing until the client ends the connection.
        begun: set once there is a connection.
    """
    ended = asyncio.Event()

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        if begun is not None:
            begun.set()
        if not waits:
            await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.01)
        if waits:
            await reader.read()
        writer.close()
        ended.set()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}", ended


async def get(url: str, timeouts: httpx.Timeout = PATIENT) -> httpx.Response:
    async with httpx.AsyncClient(
        transport=DirectTransport(ssl.create_default_context()), timeout=timeouts, trust_env=False
    ) as client:
        return await client.get(url)


def got(*parts: bytes) -> httpx.Response:
    async def run() -> httpx.Response:
        async with server(*parts) as (address, ended):
            response = await get(f"http://{address}/")
            await asyncio.wait_for(ended.wait(), TIMEOUT_S)
            return response

    return asyncio.run(run())


def test_a_response_may_come_in_any_pieces() -> None:
    whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    response = got(*(whole[index : index + 7] for index in range(0, len(whole), 7)))
    assert (response.status_code, response.headers["x-a"], response.content) == (200, "1", b"abcde")


def test_early_hints_are_not_the_response() -> None:
    response = got(b"HTTP/1.1 103 Early Hints\r\n\r\n", b"HTTP/1.1 204 No Content\r\n\r\n")
    assert response.status_code == 204


def test_a_body_may_end_with_the_connection() -> None:
    assert got(b"HTTP/1.0 200 OK\r\n\r\nab", b"cd").content == b"abcd"


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",),
        (b"SSH-2.0-OpenSSH\r\n",),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 30_000,),
    ],
    ids=["nothing", "short", "another protocol", "endless headers"],
)
def test_an_invalid_response_is_an_error(parts: Sequence[bytes]) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        got(*parts)


def test_a_silent_server_times_out_and_the_connection_ends() -> None:
    async def run() -> None:
        async with server(waits=True) as (address, ended):
            with pytest.raises(httpx.ReadTimeout):
                await get(f"http://{address}/", httpx.Timeout(20.0, read=0.1))
            await asyncio.wait_for(ended.wait(), TIMEOUT_S)

    asyncio.run(run())


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_canceled_request_ends_its_connection(scheme: str) -> None:
    async def run() -> None:
        begun = asyncio.Event()
        async with server(waits=True, begun=begun) as (address, ended):
            request = asyncio.create_task(get(f"{scheme}://{address}/"))
            await asyncio.wait_for(begun.wait(), TIMEOUT_S)
            request.cancel()
            with pytest.raises(asyncio.CancelledError):
                await request
            await asyncio.wait_for(ended.wait(), TIMEOUT_S)

    asyncio.run(run())
    gc.collect()  # a socket that was left open says so, which fails the test


def test_a_server_that_hangs_in_the_handshake_is_no_connection() -> None:
    async def run() -> None:
        async with server(waits=True) as (address, ended):
            with pytest.raises(httpx.ConnectTimeout):
                await get(f"https://{address}/", httpx.Timeout(20.0, connect=0.5))
            await asyncio.wait_for(ended.wait(), TIMEOUT_S)

    asyncio.run(run())


@contextmanager
def hanging_address() -> Iterator[tuple[str, int]]:
    """Yield an address whose kernel does not answer: its queue of connections is full."""
    with ExitStack() as sockets:
        listening = sockets.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()


@pytest.fixture
def resolved_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[tuple[str, int]]], None]:
    def resolve(addresses: Sequence[tuple[str, int]]) -> None:
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address) for address in addresses
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)

    return resolve


@pytest.mark.parametrize("dead", ["refuses", "hangs"])
def test_a_dead_address_costs_no_more_than_its_head_start(
    simulator: Simulator, resolved_to: Callable[[Sequence[tuple[str, int]]], None], dead: str
) -> None:
    async def run() -> httpx.Response:
        begun = asyncio.get_running_loop().time()
        response = await get("http://two-addresses.test/api/oauth/usage")
        # Without a head start, the second address would wait for the timeout of the first, 20 s.
        assert asyncio.get_running_loop().time() - begun < 10
        return response

    host, _, port = simulator.base_url.removeprefix("http://").partition(":")
    refusing = ("127.0.0.1", 1)
    with hanging_address() as hanging:
        resolved_to([hanging if dead == "hangs" else refusing, (host, int(port))])
        assert asyncio.run(run()).status_code == 401, "the request has no token"
    gc.collect()  # as above


def test_addresses_that_all_fail_are_an_error_that_has_each_reason(
    resolved_to: Callable[[Sequence[tuple[str, int]]], None],
) -> None:
    resolved_to([("127.0.0.1", 1), ("127.0.0.1", 2)])
    with pytest.raises(httpx.ConnectError) as caught:
        asyncio.run(get("http://two-addresses.test/"))
    group = caught.value.__cause__
    assert isinstance(group, ExceptionGroup)
    assert [type(each) for each in group.exceptions] == [ConnectionRefusedError, ConnectionRefusedError]


def test_httpcore_and_anyio_are_not_loaded_without_a_proxy(simulator: Simulator) -> None:
    script = (
        "import asyncio, sys\n"
        "from claudometer.providers.client import Exchange\n"
        "print(asyncio.run(Exchange().get(sys.argv[1], {})).status)\n"
        "print(*sorted(sys.modules.keys() & {'anyio', 'httpcore', 'socksio', 'typing_extensions'}))\n"
    )
    command = [sys.executable, "-c", script, f"{simulator.oauth_url}/usage"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "401\n\n", "the status, and none of the modules"
