"""The client against a server that is absent, mute, dying or of another kind."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest

from claudometer.control import endpoint, protocol
from claudometer.control.client import ControlClient
from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from tests.control.running_server import RunningServer

    Treatment = Callable[[socket.socket], object]
    Impostor = Callable[[Treatment], ControlClient]


@pytest.fixture
def impostor(socket_path: str) -> Iterator[Impostor]:
    """Start a listener that treats its one caller as told; give the client that will call."""
    listener = endpoint.listen(socket_path)
    listener.settimeout(10)
    threads: list[threading.Thread] = []

    def start(treat: Treatment) -> ControlClient:
        def serve() -> None:
            caller, _ = listener.accept()
            with caller:
                treat(caller)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return ControlClient(socket_path)

    yield start
    for thread in threads:
        thread.join(10)
    listener.close()


def code_of(call: Callable[[], object]) -> ErrorCode:
    with pytest.raises(ClaudometerError) as caught:
        call()
    return caught.value.code


def answering(line: bytes) -> Treatment:
    def treat(caller: socket.socket) -> None:
        caller.recv(1000)
        caller.sendall(line)

    return treat


def test_without_an_app_asking_gives_nothing_and_calling_an_error(socket_path: str) -> None:
    client = ControlClient(socket_path)
    assert client.ask("ping") is None
    assert code_of(lambda: client.call("ping")) is ErrorCode.NOT_RUNNING
    assert list(client.subscribe("card")) == []


def test_an_app_that_never_answers_is_unresponsive_in_time(impostor: Impostor) -> None:
    client = impostor(lambda _: time.sleep(0.6))
    started = time.monotonic()
    assert code_of(lambda: client.ask("ping", timeout_s=0.2)) is ErrorCode.APP_UNRESPONSIVE
    assert time.monotonic() - started < 0.5


def test_an_app_that_drips_its_answer_is_unresponsive_in_time(impostor: Impostor) -> None:
    def drip(caller: socket.socket) -> None:
        with contextlib.suppress(BrokenPipeError):
            for _ in range(12):
                caller.sendall(b" ")
                time.sleep(0.05)

    client = impostor(drip)
    started = time.monotonic()
    assert code_of(lambda: client.ask("ping", timeout_s=0.2)) is ErrorCode.APP_UNRESPONSIVE
    assert time.monotonic() - started < 0.5


def test_an_app_that_ends_before_it_answers_counts_as_none(impostor: Impostor) -> None:
    assert impostor(lambda caller: caller.recv(1000)).ask("ping") is None


def test_an_app_that_ends_in_the_middle_of_its_answer_counts_as_none(impostor: Impostor) -> None:
    assert impostor(answering(b'{"id":1,"ok":tr')).ask("ping") is None


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
def test_an_answer_that_makes_no_sense_is_another_versions(line: bytes, impostor: Impostor) -> None:
    client = impostor(answering(line))
    assert code_of(lambda: client.ask("ping")) is ErrorCode.PROTOCOL_MISMATCH


def test_facts_cannot_take_the_place_of_the_code(impostor: Impostor) -> None:
    line = (
        b'{"id":1,"ok":false,"error":{"code":"offline","field":"mode","facts":{"code":1,"self":2,"low":3}}}\n'
    )
    with pytest.raises(InvalidSettingError) as caught:
        impostor(answering(line)).ask("ping")
    assert (caught.value.code, caught.value.facts) == (ErrorCode.OFFLINE, {"low": 3})


def test_a_request_too_long_for_the_wire_is_refused_here(socket_path: str) -> None:
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


def test_a_half_arrived_message_outlives_a_tick(impostor: Impostor) -> None:
    def halting(caller: socket.socket) -> None:
        caller.recv(1000)
        caller.sendall(b'{"id":1,"ok":true,"result":{}}\n{"event":')
        time.sleep(0.2)
        caller.sendall(b'"focus"}\n')

    messages = list(impostor(halting).subscribe("card", tick_s=0.05))
    assert messages[-1] == {"event": "focus"}
    assert set(map(str, messages[:-1])) == {"None"}


def test_a_refused_subscription_is_an_error(impostor: Impostor) -> None:
    line = (
        b'{"id":0,"ok":false,"error":{"code":"request_invalid","facts":{"reason":"too_many_connections"}}}\n'
    )
    client = impostor(answering(line))
    assert code_of(lambda: list(client.subscribe("card"))) is ErrorCode.REQUEST_INVALID
