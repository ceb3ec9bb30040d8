"""Sends requests to the running app, for the command line and the window. Blocks.

Kept free of heavy imports, because ``claudometer status`` loads it: the error classes are imported on use.
"""

from __future__ import annotations

import time

from claudometer.control import endpoint, protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket
    from collections.abc import Generator, Iterator, Mapping
    from typing import Any

    from claudometer.control.protocol import Message
    from claudometer.control.wire.answers import Event, ViewName
    from claudometer.control.wire.report import AccountReport
    from claudometer.domain.errors import ClaudometerError

DEFAULT_TIMEOUT_S = 5.0
"""The app answers from memory, within milliseconds. One that takes this long hangs."""

BUSY_PATIENCE_S = 5.0
"""How long to repeat a request that the app refuses because it is busy."""

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 0.5
"""Between two tries at a busy app. Longer each time, since what keeps it busy may be these very tries."""

_CHUNK_BYTES = 16 * 1024


class ControlClient:
    """Sends requests to the app that listens at ``path``, each over a connection of its own."""

    def __init__(self, path: str, *, busy_patience_s: float = BUSY_PATIENCE_S) -> None:
        self._path = path
        self._busy_patience_s = busy_patience_s

    def ask(
        self, op: str, params: Mapping[str, object] | None = None, *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> Message | None:
        """Return the result; ``None`` if no app runs, or if it ended before it answered.

        Raises:
            InvalidSettingError: a setting was refused; ``field`` names it.
            ClaudometerError: the app's own error, or one of these: ``APP_UNRESPONSIVE``: no answer within
                ``timeout_s`` seconds; ``APP_BUSY``: it has had too many clients for ``BUSY_PATIENCE_S``;
                ``PROTOCOL_MISMATCH``: it is of another version.
        """
        try:
            return self._request(_encode(op, params), timeout_s)
        except (_NobodyListensError, _ConnectionClosedError):
            return None

    def call(
        self, op: str, params: Mapping[str, object] | None = None, *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> Message:
        """Return the result.

        Raises:
            ClaudometerError: ``NOT_RUNNING``; ``APP_ENDED``, it ended before it answered; and everything
                that :meth:`ask` raises.
        """
        try:
            return self._request(_encode(op, params), timeout_s)
        except _NobodyListensError:
            raise _failure("not_running") from None
        except _ConnectionClosedError:
            raise _failure("app_ended") from None

    def report(self) -> AccountReport | None:
        """Return the report of the account that the app shows, ``None`` if no app runs.

        Raises:
            ClaudometerError: as :meth:`ask` and :func:`shown_report` do.
        """
        answer = self.ask("status")
        return None if answer is None else shown_report(answer.get("accounts"))

    def subscribe(self, view: ViewName, *, tick_s: float = 1.0) -> Generator[Event | None, None, None]:
        """Yield every message of the app's stream, and ``None`` after each ``tick_s`` without one.

        Ends when the app ends, at once when none runs. Close the generator to unsubscribe.

        Args:
            view: "card" for our own window, for which the app keeps room; "report" for all others.
            tick_s: in seconds.

        Raises:
            ClaudometerError: as :meth:`ask` raises.
        """
        line = _encode("subscribe", {"view": view})
        try:
            reader, _ = self._exchange_unless_busy(line, DEFAULT_TIMEOUT_S)
            try:
                yield from _messages(reader, tick_s)
            finally:
                reader.close()
        except (_NobodyListensError, _ConnectionClosedError):
            return

    def _request(self, line: bytes, timeout_s: float) -> Message:
        reader, result = self._exchange_unless_busy(line, timeout_s)
        reader.close()
        return result

    def _exchange_unless_busy(self, line: bytes, timeout_s: float) -> tuple[_Reader, Message]:
        """Send a request, and repeat it while the app is busy. The caller closes the returned reader.

        Raises:
            _NobodyListensError, _ConnectionClosedError, ClaudometerError
        """
        started, pause_s, is_busy = time.monotonic(), _FIRST_PAUSE_S, False
        while True:
            try:
                return self._exchange(line, started + timeout_s)
            # Two errors, because a busy app needs patience and a hung one must be ended.
            except TimeoutError as error:
                raise _failure("app_busy" if is_busy else "app_unresponsive") from error
            except _BusyError:
                is_busy = True
                # Checked before the pause: a caller with a short timeout must not wait longer than that.
                if time.monotonic() + pause_s > started + min(timeout_s, self._busy_patience_s):
                    raise _failure("app_busy") from None
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _exchange(self, line: bytes, deadline: float) -> tuple[_Reader, Message]:
        connection = endpoint.connect(self._path, deadline - time.monotonic())
        if connection is None:
            raise _NobodyListensError
        reader = _Reader(connection)
        try:
            _send(connection, line)
            return reader, _result(reader.read(deadline))
        # Also on Ctrl+C: the connection would stay open until the garbage collector finds it.
        except BaseException:
            reader.close()
            raise


def shown_report(accounts: Any) -> AccountReport:  # noqa: ANN401 - a list of AccountReport, of our own version
    """Return the report of the account that is shown in the tray.

    Raises:
        ClaudometerError: ``PROTOCOL_MISMATCH``: no account is shown, so the app is of another version.
    """
    for account in accounts or ():
        if account["shown"]:
            report: AccountReport = account
            return report
    raise _failure("protocol_mismatch")


class _NobodyListensError(Exception):
    """No app runs, or it does not listen yet or any more."""


class _ConnectionClosedError(Exception):
    """The app closed the connection before its answer was complete."""


class _BusyError(Exception):
    """The app has too many clients at the moment."""


class _Reader:
    """Splits the received bytes into messages. After a timeout, an incomplete message is kept."""

    def __init__(self, connection: socket) -> None:
        self._connection = connection
        self._buffer = b""

    def read(self, deadline: float) -> Message:
        """Return the next message.

        Raises:
            TimeoutError: none has arrived by ``deadline``, in monotonic seconds.
            _ConnectionClosedError: the other end has closed.
            ClaudometerError: ``PROTOCOL_MISMATCH``: the line is not a message.
        """
        while b"\n" not in self._buffer:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            # Set for each chunk, or a program that sends a byte a second would never reach the deadline.
            self._connection.settimeout(left_s)
            self._buffer += self._receive()
            # Another program may listen there, and must not fill our memory.
            if len(self._buffer) > protocol.MAX_LINE_BYTES + _CHUNK_BYTES:
                raise _failure("protocol_mismatch")
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            return protocol.decode(line)
        except protocol.ProtocolError as error:
            raise _failure("protocol_mismatch") from error

    def close(self) -> None:
        self._connection.close()

    def _receive(self) -> bytes:
        try:
            chunk = self._connection.recv(_CHUNK_BYTES)
        except ConnectionError as error:
            raise _ConnectionClosedError from error
        if not chunk:
            raise _ConnectionClosedError
        return chunk


def _encode(op: str, params: Mapping[str, object] | None = None) -> bytes:
    try:
        return protocol.encode(protocol.request(op, params))
    except protocol.ProtocolError as error:
        raise _failure(error.code, facts=error.facts) from error


def _send(connection: socket, line: bytes) -> None:
    try:
        connection.sendall(line)
    except ConnectionError:
        return  # a busy app may refuse and close before it reads anything. Its refusal can still be read


def _messages(reader: _Reader, tick_s: float) -> Iterator[Event | None]:
    while True:
        event: Any  # an Event, if the app is of our own version
        try:
            event = reader.read(time.monotonic() + tick_s)
        except TimeoutError:
            event = None
        yield event


def _result(answer: Message) -> Message:
    result = answer.get("result")
    if answer.get("ok") is True and isinstance(result, dict):
        return result
    error = answer.get("error")
    if not isinstance(error, dict):
        raise _failure("protocol_mismatch")
    code, facts = error.get("code"), error.get("facts")
    reason = facts.get("reason") if isinstance(facts, dict) else None
    if code == protocol.BUSY or (code == "request_invalid" and reason == protocol.TOO_MANY):
        raise _BusyError
    if code == "request_invalid" and reason == protocol.UNKNOWN_OPERATION:
        raise _failure("protocol_mismatch")  # the app is older than the operation
    raise _failure(code, error.get("field"), facts)


def _failure(code: object, field: object = None, facts: object = None) -> ClaudometerError:
    """Return the error that ``code`` names. An unknown code means that the app is of another version."""
    from claudometer.domain.errors import (  # noqa: PLC0415 - only a failure pays for it
        ClaudometerError,
        ErrorCode,
        InvalidSettingError,
    )

    if not isinstance(code, str) or code not in set(ErrorCode):
        return ClaudometerError(ErrorCode.PROTOCOL_MISMATCH)
    given = facts.items() if isinstance(facts, dict) else ()
    # Facts become keyword arguments: one named `code`, from another version, would be a TypeError.
    known = {name: value for name, value in given if name not in {"self", "code", "field"}}
    if isinstance(field, str):
        return InvalidSettingError(field, ErrorCode(code), **known)
    return ClaudometerError(ErrorCode(code), **known)
