"""Serves the command line, the window and a second launch. Runs on the event loop; contains no sentences."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.control import endpoint, protocol
from claudometer.control.server.acceptor import Acceptor
from claudometer.control.server.admission import Admission
from claudometer.control.server.connection import Connection, Limits
from claudometer.control.server.subscription import Subscription
from claudometer.domain.errors import ClaudometerError, InvalidSettingError
from claudometer.system.file_watch import FileWatch
from claudometer.system.files import make_private_folder
from claudometer.system.off_loop import off_loop_at

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from claudometer.control.protocol import Request
    from claudometer.control.server.application import Application, Handler
    from claudometer.control.wire.answers import CardAnswer, Refusal, StatusAnswer, ViewName

log = logging.getLogger(__name__)


class ControlServer:
    """Listens at one socket until stopped.

    Args:
        on_change: called when ``is_listening`` may have changed after the start.
    """

    def __init__(
        self,
        application: Application,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._application = application
        self._handlers: dict[str, Handler] = {
            **application.operations(),
            "status": self._status,
            "card": self._card,
        }
        self._limits = limits
        self._admission = Admission(limits)
        self._tasks: set[asyncio.Task[None]] = set()
        self._acceptor: Acceptor | None = None
        self._path = ""
        self._stopped = False
        self._on_change = on_change
        self.failure: OSError | None = None
        """Why the socket could not be made when that was tried last; ``None`` if it could."""

    async def start(self, path: str) -> None:
        """Listen at ``path``, and run :meth:`keep_listening` beside it. The caller holds the lock.

        Raises:
            OSError: it is not possible now. :meth:`keep_listening` tries again.
        """
        self._path = path
        try:
            self._listen()
        except OSError as error:
            self.failure = error
            raise

    @property
    def is_listening(self) -> bool:
        """Whether clients can reach the app, as far as is known."""
        return self._acceptor is not None and self.failure is None

    async def stop(self) -> None:
        """Stop listening, end every connection, remove the socket. Release the lock afterwards."""
        self._stopped = True
        if self._acceptor is None:
            return
        # The file first: from now on a second launch finds no app and waits for the lock to be free, instead
        # of joining a queue that nobody serves.
        with suppress(OSError):
            endpoint.remove(self._path)
        self._acceptor.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            # A client that never reads must not keep the program from ending.
            await asyncio.wait(self._tasks, timeout=self._limits.stop_s)

    def _listen(self) -> None:
        # The folder may be gone with the file, for example after a partial logout.
        make_private_folder(Path(self._path).parent)
        previous, self._acceptor = (
            self._acceptor,
            Acceptor(
                endpoint.listen(self._path),
                self._accept,
                self._admission.drop_longest_waiting,
                pause_s=self._limits.accept_pause_s,
            ),
        )
        if previous is not None:
            previous.close()  # its socket file is gone, so no client can reach it

    async def keep_listening(self) -> None:
        """Listen again whenever the socket file was removed, until canceled. Without it, no client finds us.

        Programs that clean up temporary files remove it, and some systems empty the runtime folder at a
        partial logout.
        """
        file = FileWatch(lambda: [self._path])
        while True:
            await asyncio.sleep(self._limits.file_check_s)
            if self.is_listening and not await file.may_have_changed():
                continue
            try:
                await self._listen_if_needed()
                self.failure = None
            except OSError as error:
                if self.failure is None:  # log the first of many attempts
                    log.warning("there is no socket, and listening again failed: %s", error)
                self.failure = error
            self._on_change()

    async def _listen_if_needed(self) -> None:
        # If listening has never succeeded, a file at the path is a stale one.
        is_ours = self._acceptor is not None and await off_loop_at(
            self._path, lambda: os.path.lexists(self._path)
        )
        # Checked after the wait: `stop` removes the file, and the server must not come back for that.
        if not is_ours and not self._stopped:
            was_removed = self._acceptor is not None
            self._listen()
            if was_removed:
                log.warning("the socket file was removed; listening again")
            else:
                log.warning("the socket can be made now; listening")

    def _accept(self, accepted: socket.socket) -> None:
        if not endpoint.is_same_user(accepted):
            log.warning("refused a connection of another user")
            accepted.close()
            return
        # Kept in a set, because the loop has only weak references: a collected task ends in the middle.
        task = asyncio.create_task(self._serve(accepted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: accepted.close())  # also if it was canceled before its first step

    async def _serve(self, accepted: socket.socket) -> None:
        connection = await Connection.open(accepted, self._limits)
        try:
            await self._converse(connection)
        except (ConnectionError, TimeoutError) as error:
            log.debug("a client left early: %s", type(error).__name__)
        finally:
            connection.close()

    async def _converse(self, connection: Connection) -> None:
        while (request := await self._next_request(connection)) is not None:
            try:
                # A stream takes over the connection, because its client only listens.
                if request["op"] == "subscribe":
                    await self._stream(connection, request)
                    return
                # Counted until the answer is made, not until it is sent: for slow readers there is `write_s`.
                with self._admission.request(request):
                    answer = await self._answer(request)
            except protocol.ProtocolError as error:
                await connection.refuse(error)
            else:
                await connection.send(answer)

    async def _next_request(self, connection: Connection) -> Request | None:
        with self._admission.waiting(connection):
            return await connection.read_request()

    async def _stream(self, connection: Connection, request: Request) -> None:
        view = _subscribed_view(request)
        if view is None:
            number, reason = request["id"], protocol.UNKNOWN_VIEW
            await connection.refuse(protocol.ProtocolError("request_invalid", number=number, reason=reason))
            return
        with self._admission.stream(request), Subscription(self._application, view) as subscription:
            await connection.send(protocol.encode(protocol.success(request["id"], {})))
            await connection.stream(subscription)

    async def _status(self, _params: Mapping[str, object]) -> StatusAnswer:
        return {"accounts": self._application.views.reports()}

    async def _card(self, _params: Mapping[str, object]) -> CardAnswer:
        return {"accounts": self._application.views.cards()}

    async def _answer(self, request: Request) -> bytes:
        """Carry out a request. Any failure becomes its answer, so that no request ends the server."""
        number = request["id"]
        try:
            result = await self._handlers[request["op"]](request["params"])
            return protocol.encode(protocol.success(number, result))
        except ClaudometerError as error:
            return protocol.encode(protocol.failure(number, _wire_error(error)))
        except Exception:  # barrier
            # The answer has no details: it is shown, and an exception may quote what the user typed.
            log.exception("the operation %s failed", request["op"])
            return protocol.encode(protocol.failure(number, {"code": "internal", "facts": {}}))


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
