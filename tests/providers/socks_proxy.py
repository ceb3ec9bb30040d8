"""A SOCKS 5 proxy for one connection (RFC 1928), without a network behind it: it records the destination."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

NO_AUTHENTICATION = b"\x05\x00"
CONNECTED = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
DOMAIN_NAME = 3


class SocksProxy:
    """Accepts one client, records the host and port that it asks for, reports success, and hangs up."""

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.destination = ("", 0)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rwb", buffering=0) as stream:
            _version, methods = stream.read(2)
            stream.read(methods)
            stream.write(NO_AUTHENTICATION)
            _version, _command, _reserved, kind = stream.read(4)
            host = stream.read(stream.read(1)[0]) if kind == DOMAIN_NAME else stream.read(4)
            self.destination = (host.decode(), int.from_bytes(stream.read(2), "big"))
            stream.write(CONNECTED)
            # A socket that is closed with unread data is reset, and a reset is not what this test is about.
            connection.shutdown(socket.SHUT_WR)
            while stream.read(4096):
                pass
