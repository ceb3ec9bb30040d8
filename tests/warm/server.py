"""The process that forks: it imports modules once, then forks for each request.

Each child gets the arguments, the environment, the folder and the standard streams of its request, and
returns to the caller's code, so that it ends as any Python process ends. This process starts no thread:
a fork would lose it. Linux only: it waits for its children by their descriptors.
"""

from __future__ import annotations

import array
import gc
import importlib
import io
import json
import os
import select
import socket
import struct
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

MAX_REQUEST_BYTES = 256 * 1024
NUMBER = struct.Struct("=i")
"""What is written to the last descriptor of a request: the process id, and at the end the exit code."""

_DESCRIPTORS = 4  # standard input, output and error, and the pipe for the numbers


@dataclass(frozen=True)
class Request:
    """What a child needs. ``at`` is for a caller that replaces the clocks."""

    arguments: list[str]
    env: dict[str, str]
    folder: str
    at: float | None = None


def serve(channel: socket.socket, modules: list[str]) -> Request:
    """Fork for every request; return in each child alone. The parent exits when ``channel`` is closed."""
    for module in modules:
        importlib.import_module(module)
    gc.freeze()  # else the collector of each child writes to every page, which copies it
    waiting = select.poll()
    waiting.register(channel, select.POLLIN)
    running: dict[int, tuple[int, int]] = {}
    while True:
        for descriptor, _ in waiting.poll():
            if descriptor in running:
                waiting.unregister(descriptor)
                _report_end(descriptor, *running.pop(descriptor))
                continue
            message, descriptors = _receive(channel)
            if not message:
                os._exit(0)
            pid = os.fork()
            if not pid:
                channel.close()
                for other, (_, reply) in running.items():
                    os.close(other)
                    os.close(reply)  # else the one who waits for its end waits for this child, too
                return _become(Request(**json.loads(message)), descriptors)
            end = os.pidfd_open(pid)
            running[end] = pid, _report_start(pid, descriptors)
            waiting.register(end, select.POLLIN)


def _receive(channel: socket.socket) -> tuple[bytes, list[int]]:
    descriptors = array.array("i")
    room = socket.CMSG_SPACE(_DESCRIPTORS * descriptors.itemsize)
    message, extra, _, _ = channel.recvmsg(MAX_REQUEST_BYTES, room)
    for _, _, data in extra:
        descriptors.frombytes(data)
    return message, list(descriptors)


def _report_start(pid: int, descriptors: list[int]) -> int:
    """Return the descriptor to which the end is reported."""
    *streams, reply = descriptors
    for stream in streams:
        os.close(stream)
    os.write(reply, NUMBER.pack(pid))
    return reply


def _report_end(descriptor: int, pid: int, reply: int) -> None:
    os.close(descriptor)
    _, status = os.waitpid(pid, 0)
    with suppress(BrokenPipeError):  # the caller has waited long enough
        os.write(reply, NUMBER.pack(os.waitstatus_to_exitcode(status)))
    os.close(reply)


def _become(request: Request, descriptors: list[int]) -> Request:
    """Make this process as one that was newly started for the request."""
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
    for descriptor in descriptors:
        os.close(descriptor)
    sys.stdin = _reopen(sys.stdin, 0, "r")
    sys.stdout = _reopen(sys.stdout, 1, "w")
    sys.stderr = _reopen(sys.stderr, 2, "w")
    os.environ.clear()
    os.environ.update(request.env)
    time.tzset()
    os.chdir(request.folder)
    return request


def _reopen(before: object, descriptor: int, mode: str) -> io.TextIOWrapper:
    assert isinstance(before, io.TextIOWrapper)
    return io.TextIOWrapper(
        open(descriptor, f"{mode}b", closefd=False),
        encoding=before.encoding,
        errors=before.errors,
        line_buffering=before.line_buffering,
    )


def open_channel(descriptor: int) -> socket.socket:
    """Return the socket of a descriptor that this process inherited."""
    return socket.socket(fileno=descriptor)
