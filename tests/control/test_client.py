"""The client against a server that is absent, silent, busy, dying or of another version."""

from __future__ import annotations

import queue
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from claudometer.control import endpoint, protocol
from claudometer.control.client import ControlClient
from claudometer.domain.errors import ErrorCode, InvalidSettingError
from tests.control.refusals import code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from claudometer.control.wire.answers import FocusEvent
    from tests.control.running_server import RunningServer

    Treatment = Callable[[socket.socket], object]
    Impostor = Callable[[Treatment], ControlClient]

FOCUS: FocusEvent = {"event": "focus", "place": None}


@pytest.fixture
def impostor(socket_path: str) -> Iterator[Impostor]:
    """Return a function that sets how the next caller is treated, and returns a client that can call."""
    listener = endpoint.listen(socket_path)
    threads: list[threading.Thread] = []
    treatments: queue.SimpleQueue[Treatment] = queue.SimpleQueue()

    def serve() -> None:
        try:
            caller, _ = listener.accept()
        except OSError:  # the test has ended, and fewer calls came than treatments were set
            return
        with caller:
            treatments.get()(caller)

    def start(treat: Treatment) -> ControlClient:
        treatments.put(treat)
        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return ControlClient(socket_path)

    yield start
    listener.shutdown(socket.SHUT_RDWR)  # ends the threads' accept, which close does not
    for thread in threads:
        thread.join(60)
    listener.close()


def answering(line: bytes) -> Treatment:
    def treat(caller: socket.socket) -> None:
        caller.recv(1000)
        caller.sendall(line)

    return treat


def test_without_an_app_ask_returns_none_and_call_raises(socket_path: str) -> None:
    client = ControlClient(socket_path)
    assert client.ask("ping") is None
    assert code_of(lambda: client.call("ping")) is ErrorCode.NOT_RUNNING
    assert list(client.subscribe("card")) == []


def test_an_app_that_never_responds_is_reported_after_the_timeout(impostor: Impostor) -> None:
    gave_up = threading.Event()
    client = impostor(lambda _: gave_up.wait(60))
    started = time.monotonic()
    assert code_of(lambda: client.ask("ping", timeout_s=0.2)) is ErrorCode.APP_UNRESPONSIVE
    assert time.monotonic() - started < 30
    gave_up.set()


def test_an_app_that_responds_byte_by_byte_is_reported_after_the_timeout(impostor: Impostor) -> None:
    def drip(caller: socket.socket) -> None:
        with suppress(BrokenPipeError):
            while True:
                caller.sendall(b" ")
                time.sleep(0.05)

    client = impostor(drip)
    assert code_of(lambda: client.ask("ping", timeout_s=0.2)) is ErrorCode.APP_UNRESPONSIVE


def leave_at_once(caller: socket.socket) -> None:
    caller.recv(1000)


@pytest.mark.parametrize("leave", [leave_at_once, answering(b'{"id":1,"ok":tr')])
def test_ask_returns_none_when_the_app_ends_before_its_response_is_complete(
    leave: Treatment, impostor: Impostor
) -> None:
    assert impostor(leave).ask("ping") is None


@pytest.mark.parametrize("leave", [leave_at_once, answering(b'{"id":1,"ok":tr')])
def test_call_raises_when_the_app_ends_before_its_response_is_complete(
    leave: Treatment, impostor: Impostor
) -> None:
    client = impostor(leave)
    assert code_of(lambda: client.call("ping")) is ErrorCode.APP_ENDED


BUSY = b'{"id":0,"ok":false,"error":{"code":"app_busy","facts":{}}}\n'
BUSY_OF_0_1_0 = (
    b'{"id":0,"ok":false,"error":{"code":"request_invalid","facts":{"reason":"too_many_connections"}}}\n'
)
PONG = b'{"id":1,"ok":true,"result":{"pid":1}}\n'


@pytest.mark.parametrize("busy", [BUSY, BUSY_OF_0_1_0])
def test_a_request_refused_as_busy_is_repeated_until_it_succeeds(busy: bytes, impostor: Impostor) -> None:
    for line in (busy, busy, PONG):
        client = impostor(answering(line))
    assert client.call("ping") == {"pid": 1}


def test_an_app_that_refuses_as_busy_before_it_reads_is_not_taken_for_gone(impostor: Impostor) -> None:
    impostor(lambda caller: caller.sendall(BUSY))
    assert impostor(answering(PONG)).call("ping") == {"pid": 1}


def test_a_subscription_refused_as_busy_is_repeated_too(impostor: Impostor) -> None:
    impostor(answering(BUSY))
    client = impostor(answering(b'{"id":1,"ok":true,"result":{}}\n{"event":"focus","place":null}\n'))
    assert list(client.subscribe("card")) == [FOCUS]


@pytest.mark.parametrize("call", ["ask", "subscribe"])
def test_an_app_that_stays_busy_is_reported_as_busy_after_a_while(
    call: str, impostor: Impostor, socket_path: str
) -> None:
    for _ in range(3):  # the client calls at 0, 0.05 and 0.15 s, or less often on a busy machine
        impostor(answering(BUSY))
    client = ControlClient(socket_path, busy_patience_s=0.2)
    started = time.monotonic()
    if call == "ask":
        assert code_of(lambda: client.ask("quit")) is ErrorCode.APP_BUSY
    else:
        assert code_of(lambda: list(client.subscribe("card"))) is ErrorCode.APP_BUSY
    assert 0.1 < time.monotonic() - started < 30


def test_an_operation_unknown_to_the_app_means_another_version(impostor: Impostor) -> None:
    facts = b'{"reason":"unknown_operation"}'
    line = b'{"id":1,"ok":false,"error":{"code":"request_invalid","facts":' + facts + b"}}\n"
    client = impostor(answering(line))
    assert code_of(lambda: client.call("ping")) is ErrorCode.PROTOCOL_MISMATCH


@pytest.mark.parametrize(
    "line",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"[]\n",
        b"{}\n",
        b'{"id":1,"ok":true,"result":[]}\n',
        b'{"id":1,"ok":false,"error":"no"}\n',
        b'{"id":1,"ok":false,"error":{"code":"of_tomorrow","facts":{}}}\n',
        b'{"id":1,"ok":false,"error":{"code":{},"facts":{}}}\n',
        b"x" * (protocol.MAX_LINE_BYTES + 20_000),
    ],
)
def test_a_response_that_cannot_be_understood_means_another_version(line: bytes, impostor: Impostor) -> None:
    client = impostor(answering(line))
    assert code_of(lambda: client.ask("ping")) is ErrorCode.PROTOCOL_MISMATCH


def test_facts_cannot_replace_the_code(impostor: Impostor) -> None:
    line = (
        b'{"id":1,"ok":false,"error":{"code":"offline","field":"mode","facts":{"code":1,"self":2,"low":3}}}\n'
    )
    with pytest.raises(InvalidSettingError) as caught:
        impostor(answering(line)).ask("ping")
    assert (caught.value.code, caught.value.facts) == (ErrorCode.OFFLINE, {"low": 3})


def test_a_request_that_is_too_long_is_refused_before_it_is_sent(socket_path: str) -> None:
    client = ControlClient(socket_path)
    key = {"session_key": "k" * protocol.MAX_LINE_BYTES}
    assert code_of(lambda: client.ask("save_settings", key)) is ErrorCode.REQUEST_INVALID


def test_a_subscription_ticks_while_nothing_happens(client: ControlClient) -> None:
    stream = client.subscribe("card", tick_s=0.05)
    first = next(stream)
    assert first is not None
    assert first["event"] == "card"
    assert [next(stream), next(stream)] == [None, None]
    stream.close()


def test_a_subscription_ends_when_the_app_does(client: ControlClient, server: RunningServer) -> None:
    stream = client.subscribe("card", tick_s=5.0)
    next(stream)
    threading.Timer(0.1, server.stop).start()
    assert list(stream) == []


def test_a_partly_received_message_survives_a_tick(impostor: Impostor) -> None:
    ticked = threading.Event()

    def pause_halfway(caller: socket.socket) -> None:
        caller.recv(1000)
        caller.sendall(b'{"id":1,"ok":true,"result":{}}\n{"event":')
        assert ticked.wait(60)
        caller.sendall(b'"focus","place":null}\n')

    stream = impostor(pause_halfway).subscribe("card", tick_s=0.05)
    assert next(stream) is None
    ticked.set()
    assert [message for message in stream if message is not None] == [FOCUS]


def test_a_refused_subscription_is_an_error(impostor: Impostor) -> None:
    line = b'{"id":1,"ok":false,"error":{"code":"internal","facts":{}}}\n'
    client = impostor(answering(line))
    assert code_of(lambda: list(client.subscribe("card"))) is ErrorCode.INTERNAL
