"""Answers the command line, the window and a second launch. Lives on the loop; knows no words, no sources."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.control import endpoint, protocol
from claudometer.control.server.connection import Connection, Limits
from claudometer.control.server.feed import Feed
from claudometer.control.server.operations import Application, Identity, Operations
from claudometer.domain.errors import ClaudometerError, InvalidSettingError
from claudometer.system.files import make_private_folder

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

    from claudometer.control.protocol import Request
    from claudometer.control.wire.answers import Refusal, ViewName

SETTLE_S = 0.01
"""A connection that was taken a moment before the end needs some rounds of the loop to reach its task."""

log = logging.getLogger(__name__)

_NO_MORE = protocol.ProtocolError("request_invalid", reason=protocol.TOO_MANY)


class ControlServer:
    """Listens at one socket until stopped."""

    def __init__(
        self,
        application: Application,
        identity: Identity,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> None:
        self._application = application
        self._handlers = Operations(application, identity).table()
        self._limits = limits
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._path = ""
        self._keeper: asyncio.Task[None] | None = None

    async def start(self, path: str) -> None:
        """Listen at ``path``. The caller holds the lock.

        Raises:
            OSError: it is not possible.
        """
        self._path = path
        await self._listen()
        self._keeper = asyncio.create_task(self._keep_listening())

    async def stop(self) -> None:
        """Stop listening, end every connection, remove the socket. Release the lock afterwards."""
        if self._server is None or self._keeper is None:
            return
        self._keeper.cancel()
        endpoint.remove(self._path)
        await _close_listener(self._server)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._limits.stop_s)

    async def _listen(self) -> None:
        make_private_folder(Path(self._path).parent)
        listener = endpoint.listen(self._path)
        before, self._server = (
            self._server,
            await asyncio.start_unix_server(self._accept, sock=listener, limit=protocol.MAX_LINE_BYTES),
        )
        if before is not None:
            before.close()  # nobody could reach it any more

    async def _keep_listening(self) -> None:
        """Come back when the socket was cleared away: nobody could reach the app or even end it otherwise.

        Folders for temporary files are swept, and some systems empty the runtime folder at a partial logout.
        """
        while True:
            await asyncio.sleep(self._limits.look_s)
            if await asyncio.to_thread(os.path.lexists, self._path):
                continue
            try:
                await self._listen()
                log.warning("the socket was gone; listening anew")
            except OSError as error:
                log.warning("the socket is gone, and listening anew failed: %s", error)

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        connection = Connection(reader, writer, self._limits)
        if not endpoint.is_same_user(writer.get_extra_info("socket")):
            log.warning("a connection of another user was refused")
            connection.close()
            return
        task = asyncio.create_task(self._serve(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: connection.close())  # also of one cancelled before it began

    async def _serve(self, connection: Connection) -> None:
        try:
            await self._converse(connection)
        except (ConnectionError, TimeoutError) as error:
            log.debug("a client left in the middle: %s", type(error).__name__)

    async def _converse(self, connection: Connection) -> None:
        if len(self._tasks) > self._limits.connections:
            await connection.refuse(_NO_MORE)
            return
        while (request := await connection.read_request()) is not None:
            if request["op"] == "subscribe":
                await self._stream(connection, request)
                return
            await connection.send(await self._answer(request))

    async def _stream(self, connection: Connection, request: Request) -> None:
        view = _subscribed_view(request)
        if view is None:
            number, reason = request["id"], protocol.UNKNOWN_VIEW
            await connection.refuse(protocol.ProtocolError("request_invalid", number=number, reason=reason))
            return
        with Feed(self._application, view) as feed:
            await connection.send(protocol.encode(protocol.success(request["id"], {})))
            await connection.stream(feed)

    async def _answer(self, request: Request) -> bytes:
        """Carry out a request. Whatever goes wrong becomes its answer: no request ends the server."""
        number = request["id"]
        try:
            result = await self._handlers[request["op"]](request["params"])
            return protocol.encode(protocol.success(number, result))
        except ClaudometerError as error:
            return protocol.encode(protocol.failure(number, _wire_error(error)))
        except Exception:  # barrier
            log.exception("the operation %s failed", request["op"])
            return protocol.encode(protocol.failure(number, {"code": "internal", "facts": {}}))


async def _close_listener(server: asyncio.Server) -> None:
    """Take no more connections, let those just taken reach their task, then close.

    asyncio before Python 3.13 fails, and leaks the connection, when a server is closed between a connection's
    accept and the round of the loop that makes its transport: https://github.com/python/cpython/issues/109564
    """
    loop = asyncio.get_running_loop()
    for listener in server.sockets:
        loop.remove_reader(listener)
    await asyncio.sleep(SETTLE_S)
    server.close()


def _subscribed_view(request: Request) -> ViewName | None:
    match request["params"].get("view"):
        case "card":
            return "card"
        case "report":
            return "report"
        case _:
            return None


def _wire_error(error: ClaudometerError) -> Refusal:
    if isinstance(error, InvalidSettingError):
        return {"code": error.code.value, "facts": error.facts, "field": error.field}
    return {"code": error.code.value, "facts": error.facts}
