"""A raw connection to the control socket, to send what the client never would."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

from claudometer.control import protocol


class Wire:
    """A connection that sends any bytes and reads line by line. Waits for the server at most a minute."""

    def __init__(self, path: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(60)
        while True:
            try:
                self.socket.connect(path)
                break
            except BlockingIOError:  # the listener's queue is briefly full
                time.sleep(0.005)
        self.file = self.socket.makefile("rb")

    def exchange(self, line: bytes) -> Any:  # noqa: ANN401 - whatever came
        self.socket.sendall(line)
        return self.receive()

    def receive(self) -> Any:  # noqa: ANN401 - whatever came
        line = self.file.readline()
        return json.loads(line) if line else None

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def encode_request(op: str, **params: object) -> bytes:
    return protocol.encode(protocol.request(op, params))
