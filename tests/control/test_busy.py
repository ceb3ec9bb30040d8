"""A server with too many clients says that it is busy; what the user does still gets through."""

from __future__ import annotations

import threading
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from claudometer.control.client import ControlClient
from claudometer.control.server import Limits
from claudometer.control.server.admission import IMMEDIATE
from claudometer.domain.errors import ErrorCode
from tests.control.refusals import code_of
from tests.control.running_server import RunningServer
from tests.control.small_engine import GatedEngine
from tests.control.wire import Wire, encode_request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.control.small_engine import SmallEngine

FEW = Limits(requests=2, streams=2, reserved=1)
IDLE = 150
"""More connections than the server keeps without a request."""


@pytest.fixture
def gated(socket_path: str) -> Iterator[tuple[GatedEngine, RunningServer]]:
    """A server whose unreserved places are all taken by refreshes that wait at the gate."""
    engine = GatedEngine()
    with RunningServer(engine, socket_path, limits=FEW) as server, ExitStack() as stack:
        for _ in range(FEW.requests):
            wire = stack.enter_context(closing(Wire(server.path)))
            wire.socket.sendall(encode_request("refresh"))
            assert engine.refreshing.acquire(timeout=60)
        yield engine, server


def impatient(server: RunningServer) -> ControlClient:
    return ControlClient(server.path, busy_patience_s=0.2)


@pytest.mark.parametrize("op", ["ping", "status", "refresh", "quit", "open_window", "settings"])
def test_connections_without_a_request_block_no_operation(op: str, server: RunningServer) -> None:
    with ExitStack() as stack:
        for _ in range(IDLE):
            stack.enter_context(closing(Wire(server.path)))
        assert ControlClient(server.path).call(op) is not None
        with closing(ControlClient(server.path).subscribe("report")) as stream:
            assert next(stream) is not None


def test_of_too_many_connections_the_one_idle_longest_is_dropped_with_a_reason(
    engine: SmallEngine, socket_path: str
) -> None:
    with RunningServer(engine, socket_path, limits=Limits(waiting=2)) as server, ExitStack() as stack:
        first, second, third = (stack.enter_context(closing(Wire(server.path))) for _ in range(3))
        assert first.receive()["error"]["code"] == "app_busy"
        assert first.receive() is None
        assert second.exchange(encode_request("ping"))["ok"]
        fourth = stack.enter_context(closing(Wire(server.path)))
        assert third.receive()["error"]["code"] == "app_busy"  # the second has been used since
        assert second.exchange(encode_request("ping"))["ok"]
        assert fourth.exchange(encode_request("ping"))["ok"]


def test_many_clients_at_once_are_all_answered(server: RunningServer) -> None:
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ControlClient(server.path).ask("status")))
        for _ in range(200)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 200
    assert None not in answers


def test_one_subscriber_too_many_is_refused_as_busy_but_our_window_is_admitted(
    engine: SmallEngine, socket_path: str
) -> None:
    with RunningServer(engine, socket_path, limits=FEW) as server, ExitStack() as stack:
        streams = [stack.enter_context(closing(impatient(server).subscribe("report"))) for _ in range(3)]
        for stream in streams[:2]:
            assert next(stream) is not None
        assert code_of(lambda: next(streams[2])) is ErrorCode.APP_BUSY
        window = stack.enter_context(closing(impatient(server).subscribe(view="card")))
        assert next(window) is not None
        assert code_of(lambda: next(impatient(server).subscribe(view="card"))) is ErrorCode.APP_BUSY
        streams[0].close()
        window.close()
        assert next(stack.enter_context(closing(ControlClient(server.path).subscribe("report")))) is not None


@pytest.mark.parametrize("op", ["status", "refresh"])
def test_one_request_too_many_is_refused_as_busy(op: str, gated: tuple[GatedEngine, RunningServer]) -> None:
    assert code_of(lambda: impatient(gated[1]).ask(op)) is ErrorCode.APP_BUSY


@pytest.mark.parametrize(
    "op", ["ping", "quit", "open_window", "window_ready", "settings", "requests", "history", "update"]
)
def test_a_busy_app_still_does_what_the_user_requests(
    op: str, gated: tuple[GatedEngine, RunningServer]
) -> None:
    assert impatient(gated[1]).call(op) is not None


def test_a_client_waits_until_a_busy_app_has_room(gated: tuple[GatedEngine, RunningServer]) -> None:
    engine, server = gated
    timer = threading.Timer(0.5, lambda: server.do(engine.gate.set))
    timer.start()
    assert ControlClient(server.path).call("status")["accounts"]
    timer.join()


def test_a_refused_connection_may_be_used_again(gated: tuple[GatedEngine, RunningServer]) -> None:
    engine, server = gated
    with closing(Wire(server.path)) as wire:
        refused = wire.exchange(encode_request("status"))
        assert (refused["id"], refused["error"]) == (1, {"code": "app_busy", "facts": {}})
        server.do(engine.gate.set)
        while (answer := wire.exchange(encode_request("status")))["ok"] is False:
            assert answer["error"]["code"] == "app_busy"


@pytest.mark.parametrize("op", sorted(IMMEDIATE))
def test_what_is_done_at_once_gets_through_even_when_the_reserved_places_are_taken(
    op: str, gated: tuple[GatedEngine, RunningServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above all quitting and opening the window: a user who cannot do that has to kill the program."""
    engine, server = gated

    async def form() -> dict[str, object]:
        engine.refreshing.release()
        await engine.gate.wait()
        return {}

    monkeypatch.setattr(engine, "form", form)  # as with a keyring that hangs
    with closing(Wire(server.path)) as wire:
        wire.socket.sendall(encode_request("settings"))
        assert engine.refreshing.acquire(timeout=60)
        assert code_of(lambda: impatient(server).call("settings")) is ErrorCode.APP_BUSY
        assert impatient(server).call(op) is not None


def test_quitting_and_the_window_are_done_at_once() -> None:
    assert {"quit", "open_window", "window_ready", "window_closing"} <= IMMEDIATE
