"""A listener in place of the app that sends every caller the same line, as a broken or busy app would."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from claudometer.control import endpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


OTHER_VERSION = b'{"id":1,"ok":false,"error":{"code":"protocol_mismatch","facts":{"expected":2}}}\n'
"""How an app refuses a request when it speaks another version of the protocol."""

OLDER_STATUS = b'{"id":1,"ok":true,"result":{"schema":1,"limits":[]}}\n'
"""How an app of version 0.1.0 answers ``status``: with the report alone, and not by account."""


class Impostor:
    """Answers each request with ``line`` and closes the connection. ``on_caller`` is called before that."""

    def __init__(self, path: str, line: bytes, on_caller: Callable[[], object] = lambda: None) -> None:
        self._line = line
        self._on_caller = on_caller
        self._listener = endpoint.listen(path)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self._thread.join(10)

    def close(self) -> None:
        """Stop listening, so that callers find no app."""
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # already closed
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            with caller:
                caller.recv(1000)
                self._on_caller()
                with suppress(BrokenPipeError):  # on a busy machine the caller may have given up
                    caller.sendall(self._line)
