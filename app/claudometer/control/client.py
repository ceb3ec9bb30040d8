"""Talks to the running app: blocking, standard library only. The command line and the window use it.

Kept free of heavy imports, since ``claudometer status`` loads it: errors are imported when there is one.
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
    from claudometer.domain.errors import ClaudometerError

DEFAULT_TIMEOUT_S = 5.0
_CHUNK_BYTES = 16 * 1024


class ControlClient:
    """Asks the app that listens at ``path``. Every request has a connection of its own."""

    def __init__(self, path: str) -> None:
        self._path = path

    def ask(
        self, op: str, params: Mapping[str, object] | None = None, *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> Message | None:
        """Return the result, or ``None`` when no app runs, or when it ended before it answered.

        Raises:
            InvalidSettingError: a setting was refused; ``field`` says which.
            ClaudometerError: what the app answered; ``APP_UNRESPONSIVE`` without an answer in ``timeout_s``;
                ``PROTOCOL_MISMATCH`` when it is of another version.
        """
        line = _encode(op, params)
        deadline = time.monotonic() + timeout_s
        try:
            connection = endpoint.connect(self._path, timeout_s)
            if connection is None:
                return None
            try:
                connection.sendall(line)
                answer = _Reader(connection).read(deadline)
            finally:
                connection.close()
        except TimeoutError as error:
            raise _failure("app_unresponsive") from error
        except ConnectionError:
            return None
        return None if answer is None else _result(answer)

    def call(
        self, op: str, params: Mapping[str, object] | None = None, *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> Message:
        """Return the result.

        Raises:
            ClaudometerError: ``NOT_RUNNING``, and everything that :meth:`ask` raises.
        """
        result = self.ask(op, params, timeout_s=timeout_s)
        if result is None:
            raise _failure("not_running")
        return result

    def subscribe(self, view: ViewName, *, tick_s: float = 1.0) -> Generator[Event | None, None, None]:
        """Yield every message of the app's stream, and ``None`` after each ``tick_s`` without one.

        Ends when the app ends, at once when none runs. Close the generator to unsubscribe.

        Raises:
            ClaudometerError: the app refused, or is of another version.
        """
        try:
            connection = endpoint.connect(self._path, DEFAULT_TIMEOUT_S)
            if connection is None:
                return
            try:
                connection.sendall(_encode("subscribe", {"view": view}))
                reader = _Reader(connection)
                answer = reader.read(time.monotonic() + DEFAULT_TIMEOUT_S)
                if answer is not None:
                    _result(answer)
                    yield from _messages(reader, tick_s)
            finally:
                connection.close()
        except TimeoutError as error:
            raise _failure("app_unresponsive") from error
        except ConnectionError:
            return


class _Reader:
    """Cuts what arrives into messages. Keeps a half-arrived one over a timeout."""

    def __init__(self, connection: socket) -> None:
        self._connection = connection
        self._buffer = b""

    def read(self, deadline: float) -> Message | None:
        """Return the next message, ``None`` when the other end has closed.

        Raises:
            TimeoutError: none has arrived by ``deadline``, in monotonic seconds.
        """
        while b"\n" not in self._buffer:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            self._connection.settimeout(left_s)
            chunk = self._connection.recv(_CHUNK_BYTES)
            if not chunk:
                return None
            self._buffer += chunk
            if len(self._buffer) > protocol.MAX_LINE_BYTES + _CHUNK_BYTES:
                raise _failure("protocol_mismatch")
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            return protocol.decode(line)
        except protocol.ProtocolError as error:
            raise _failure("protocol_mismatch") from error


def _encode(op: str, params: Mapping[str, object] | None = None) -> bytes:
    try:
        return protocol.encode(protocol.request(op, params))
    except protocol.ProtocolError as error:
        raise _failure(error.code, facts=error.facts) from error


def _messages(reader: _Reader, tick_s: float) -> Iterator[Event | None]:
    while True:
        message: Any  # an Event, if the app is of our version
        try:
            message = reader.read(time.monotonic() + tick_s)
        except TimeoutError:
            yield None
            continue
        if message is None:
            return
        yield message


def _result(answer: Message) -> Message:
    result = answer.get("result")
    if answer.get("ok") is True and isinstance(result, dict):
        return result
    error = answer.get("error")
    if not isinstance(error, dict):
        raise _failure("protocol_mismatch")
    raise _failure(error.get("code"), error.get("field"), error.get("facts"))


def _failure(code: object, field: object = None, facts: object = None) -> ClaudometerError:
    """Return the error that ``code`` names; one that this version does not know is another version's."""
    from claudometer.domain.errors import (  # noqa: PLC0415 - only a failure pays for it
        ClaudometerError,
        ErrorCode,
        InvalidSettingError,
    )

    if not isinstance(code, str) or code not in set(ErrorCode):
        return ClaudometerError(ErrorCode.PROTOCOL_MISMATCH)
    given = facts.items() if isinstance(facts, dict) else ()
    known = {name: value for name, value in given if name not in {"self", "code", "field"}}
    if isinstance(field, str):
        return InvalidSettingError(field, ErrorCode(code), **known)
    return ClaudometerError(ErrorCode(code), **known)
