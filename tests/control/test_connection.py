"""What a connection guarantees about a line that it has sent."""

from __future__ import annotations

import asyncio
import socket

from claudometer.control.server.connection import Connection, Limits

LINE = b"x" * 60_000 + b"\n"
SMALL_BUFFER = 4096


def receive_all(reader: socket.socket) -> bytes:
    received = b""
    while piece := reader.recv(65536):
        received += piece
    return received


def test_a_sent_line_reaches_a_slow_reader_even_if_the_connection_closes_right_away() -> None:
    asyncio.run(_send_to_a_slow_reader())


async def _send_to_a_slow_reader() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BUFFER)
        ours.setblocking(False)
        connection = await Connection.open(ours, Limits())

        async def send_and_close() -> None:
            await connection.send(LINE)
            connection.close()

        sending = asyncio.create_task(send_and_close())
        await asyncio.sleep(0.1)
        assert not sending.done()  # the socket's buffer has no room for the line
        assert await asyncio.to_thread(receive_all, theirs) == LINE
        await sending
