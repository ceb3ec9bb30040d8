"""Writes a reply to a socket, complete or with its fault."""

from __future__ import annotations

import os
import socket
import struct
import zlib
from dataclasses import replace
from email.utils import format_datetime
from http.client import responses
from typing import TYPE_CHECKING

from tests.simulator.script import Fault, Reply

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

SLOW_PAUSE_S = 0.05  # per byte: shorter than a client's read timeout, so that only a total timeout helps
CHUNK = b"x" * 16_384
BOMB_BYTES = 16 * 1024 * 1024  # decompressed, more than a client should read


def send(
    connection: socket.socket, reply: Reply, stopping: threading.Event, now: Callable[[], datetime]
) -> None:
    """Send ``reply``, with ``now`` as its ``Date``. A client that closes the connection early is no error."""
    if stopping.wait(reply.delay_s):
        return
    while reply.hold is not None and not reply.hold.wait(0.01):
        if stopping.is_set():
            return
    if "date" not in {name.lower() for name in reply.headers}:
        reply = replace(reply, headers={**reply.headers, "Date": format_datetime(now(), usegmt=True)})
    try:
        _send(connection, reply, stopping)
    except OSError:
        return


def _send(connection: socket.socket, reply: Reply, stopping: threading.Event) -> None:
    if reply.fault is None:
        connection.sendall(_head(reply, len(reply.content())) + reply.content())
    else:
        _FAULTS[reply.fault](connection, reply, stopping)


def _head(reply: Reply, length: int | None, *extra: str) -> bytes:
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = [
        f"HTTP/1.1 {reply.status} {responses.get(reply.status, 'Unknown')}",
        size,
        "Connection: close",
        *extra,
    ]
    named = {name.lower() for name in reply.headers}
    if "content-type" not in named:
        lines.append(f"Content-Type: {reply.content_type()}")
    lines += [f"{name}: {value}" for name, value in reply.headers.items() if value]
    lines += [f"Set-Cookie: {cookie}" for cookie in reply.cookies]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _drop(_connection: socket.socket, _reply: Reply, _stopping: threading.Event) -> None:
    """Send nothing; the handler closes the connection after every reply."""


def _hang(_connection: socket.socket, _reply: Reply, stopping: threading.Event) -> None:
    stopping.wait()


def _send_garbage(connection: socket.socket, _reply: Reply, _stopping: threading.Event) -> None:
    connection.sendall(b"220 mail.example.org ready\r\n")


def _send_bomb(connection: socket.socket, reply: Reply, _stopping: threading.Event) -> None:
    # At its quickest: a client that waits a second for the first byte must get it on a busy machine, too.
    packer = zlib.compressobj(1, wbits=zlib.MAX_WBITS | 16)
    packed = [packer.compress(bytes(BOMB_BYTES // 64)) for _ in range(64)]
    body = b"".join([*packed, packer.flush()])
    connection.sendall(_head(reply, len(body), "Content-Encoding: gzip") + body)


def _send_slowly(connection: socket.socket, reply: Reply, stopping: threading.Event) -> None:
    body = reply.content()
    connection.sendall(_head(reply, len(body)))
    for position in range(len(body)):
        if stopping.wait(SLOW_PAUSE_S):
            return
        connection.sendall(body[position : position + 1])


def _send_half(connection: socket.socket, reply: Reply, _stopping: threading.Event) -> None:
    body = reply.content()
    connection.sendall(_head(reply, len(body)) + body[: len(body) // 2])


def _send_old_http(connection: socket.socket, reply: Reply, _stopping: threading.Event) -> None:
    head = f"HTTP/1.0 {reply.status} OK\r\nContent-Type: {reply.content_type()}\r\n\r\n"
    connection.sendall(head.encode("latin-1") + reply.content())


def _send_more(connection: socket.socket, reply: Reply, _stopping: threading.Event) -> None:
    body = reply.content()
    connection.sendall(_head(reply, len(body) // 2) + body)


def _send_two_lengths(connection: socket.socket, reply: Reply, _stopping: threading.Event) -> None:
    body = reply.content()
    connection.sendall(_head(reply, len(body), f"Content-Length: {len(body) // 2}") + body)


def _reset(connection: socket.socket, reply: Reply, stopping: threading.Event) -> None:
    _send_half(connection, reply, stopping)
    # With a linger time of zero, close sends RST instead of FIN.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


def _send_endlessly(connection: socket.socket, reply: Reply, stopping: threading.Event) -> None:
    connection.sendall(_head(reply, None))
    while not stopping.is_set():
        connection.sendall(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))


_FAULTS: dict[Fault, Callable[[socket.socket, Reply, threading.Event], None]] = {
    Fault.DROP: _drop,
    Fault.RESET: _reset,
    Fault.SHORT: _send_half,
    Fault.SLOW: _send_slowly,
    Fault.HANG: _hang,
    Fault.ENDLESS: _send_endlessly,
    Fault.BOMB: _send_bomb,
    Fault.OLD_HTTP: _send_old_http,
    Fault.TOO_FEW: _send_more,
    Fault.TWO_LENGTHS: _send_two_lengths,
    Fault.GARBAGE: _send_garbage,
}
