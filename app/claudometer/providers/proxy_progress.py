"""How far a request has come on its way through a proxy: what failed before the server was reached is the
proxy's. Follows the trace events of httpcore, which have the same names for both kinds of clients."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Stage(IntEnum):
    """``SECURING``: a proxy with an https address is connected, and TLS with it is not ready yet."""

    AWAY = 0
    SECURING = 1
    CONNECTED = 2
    THROUGH = 3


_STAGES = {
    "connection.connect_tcp.complete": Stage.CONNECTED,
    "connection.start_tls.started": Stage.SECURING,
    "connection.start_tls.complete": Stage.CONNECTED,
    "proxy.start_tls.started": Stage.THROUGH,
    "socks.connect_tcp.complete": Stage.CONNECTED,
    "socks.start_tls.started": Stage.THROUGH,
}


class ProxyProgress:
    """The stage of one request through a proxy. ``note`` and ``note_async`` are its ``trace`` extensions."""

    def __init__(self) -> None:
        self.stage = Stage.AWAY

    def note(self, event: str, _info: Mapping[str, object]) -> None:
        self.stage = _STAGES.get(event, self.stage)

    async def note_async(self, event: str, info: Mapping[str, object]) -> None:
        self.note(event, info)
