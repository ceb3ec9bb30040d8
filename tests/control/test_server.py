"""The server, over a real socket: every operation, every refusal, and clients that misbehave."""

from __future__ import annotations

import gc
import json
import logging
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.control import protocol
from claudometer.control.client import ControlClient
from claudometer.control.server import Limits
from claudometer.domain.clock import SystemClock
from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.domain.events import QuitRequested, UpdateChanged, ViewChanged, WindowRequested
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Problem
from claudometer.present.messages import answers, form
from claudometer.processes.answers import Answers
from claudometer.processes.presenter import Presenter
from tests.control.running_server import IDENTITY, RunningServer
from tests.control.small_engine import BLOCKED, GatedEngine, SmallEngine
from tests.control.wire import Wire, encode_request
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "sk-ant-sid01-canary"


@pytest.fixture
def wire(server: RunningServer) -> Iterator[Wire]:
    connection = Wire(server.path)
    yield connection
    connection.close()


def card_in(event: Any) -> Any:  # noqa: ANN401 - read as the page reads it
    """Return the card of the account that is shown."""
    assert event["event"] == "card"
    (account,) = event["accounts"]
    assert (account["provider"], account["id"], account["shown"]) == ("claude", "account-1", True)
    return account["card"]


def test_every_operation_of_the_protocol_has_a_handler(engine: SmallEngine) -> None:
    presenter = Presenter(engine, SystemClock())
    program = Answers(engine, presenter, SystemClock(), IDENTITY, ledger=None)
    of_the_presenter = {"status", "card", "subscribe"}  # views, which the server takes from the presenter
    assert program.operations().keys() | of_the_presenter == protocol.OPERATIONS.keys()
    assert not program.operations().keys() & of_the_presenter


def test_ping_identifies_the_app(client: ControlClient) -> None:
    assert client.call("ping") == {"pid": os.getpid(), "version": "9.8.7", "demo": False, "windows": 0}


def test_ping_counts_the_windows_that_have_shown_their_data(client: ControlClient) -> None:
    assert client.call("window_ready") == {}
    assert client.call("window_ready") == {}
    assert client.call("ping")["windows"] == 2


def test_status_lists_the_accounts_each_with_the_public_report(client: ControlClient) -> None:
    (account,) = client.call("status")["accounts"]
    assert (account["provider"], account["id"], account["shown"]) == ("claude", "account-1", True)
    report = account["report"]
    assert report["schema"] == 1
    assert [limit["id"] for limit in report["limits"]] == ["session", "weekly", "weekly:fable"]


def test_refresh_says_that_it_was_accepted(client: ControlClient) -> None:
    assert client.call("refresh") == {"accepted": True, "message": None}


def test_refresh_says_until_when_requests_are_paused(client: ControlClient, engine: SmallEngine) -> None:
    engine.answer = BLOCKED
    answer = client.call("refresh")
    assert answer == {"accepted": False, "message": answers.NOT_YET_UNTIL.format(time="12:40")}


def test_settings_returns_the_form_with_its_messages(client: ControlClient) -> None:
    form = client.call("settings")["form"]
    assert form["interval_seconds"] is None
    assert form["login"]["message"] == "Login found in ~/.claude"


def test_saving_returns_the_new_form_and_never_the_key(client: ControlClient, engine: SmallEngine) -> None:
    answer = client.call("save_settings", {"interval_seconds": 120, "session_key": CANARY})
    assert answer["form"]["interval_seconds"] == engine.fields["interval_seconds"] == 120
    assert answer["message"] == answers.SAVED_TESTED
    assert CANARY not in json.dumps(answer)


def test_a_save_without_a_key_does_not_claim_to_have_tested_one(client: ControlClient) -> None:
    assert client.call("save_settings", {"interval_seconds": 120})["message"] == answers.SAVED


def test_forgetting_the_key_returns_the_new_form(client: ControlClient) -> None:
    answer = client.call("forget_key")
    assert answer["message"] == answers.FORGOTTEN
    assert answer["form"]["session_key"] == {"saved": False, "note": form.NO_KEY, "ends": None}


def test_a_program_without_updates_has_no_panel_about_them(client: ControlClient) -> None:
    assert client.call("update", {"do": "check"}) == {"panel": None}


def test_a_refused_setting_names_its_field(client: ControlClient) -> None:
    with pytest.raises(InvalidSettingError) as caught:
        client.call("save_settings", {"interval_seconds": 1})
    assert caught.value.field == "interval_seconds"
    assert caught.value.code is ErrorCode.INTERVAL_OUT_OF_RANGE
    assert caught.value.facts == {"low": 10, "high": 3600}


def test_an_expected_failure_keeps_its_code(client: ControlClient) -> None:
    client.call("forget_key")
    with pytest.raises(ClaudometerError) as caught:
        client.call("forget_key")
    assert caught.value.code is ErrorCode.KEYRING_LOCKED


def test_an_unexpected_failure_is_logged_once_and_the_server_goes_on(
    client: ControlClient, engine: SmallEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.broken = True
    with caplog.at_level(logging.ERROR), pytest.raises(ClaudometerError) as caught:
        client.call("settings")
    assert caught.value.code is ErrorCode.INTERNAL
    assert caught.value.facts == {}
    assert [record.message for record in caplog.records] == ["the operation settings failed"]
    assert client.call("ping")["version"] == "9.8.7"


@pytest.mark.parametrize(("op", "event"), [("open_window", WindowRequested), ("quit", QuitRequested)])
def test_a_request_to_the_program_is_published_on_its_bus(
    op: str, event: type[object], client: ControlClient, server: RunningServer
) -> None:
    published = threading.Event()
    server.do(lambda: server.engine.bus.subscribe(event, lambda _: published.set()))
    assert client.call(op) == {}
    assert published.wait(60)


def test_quit_gets_a_response_even_though_it_ends_the_server(
    client: ControlClient, server: RunningServer
) -> None:
    server.do(lambda: server.engine.bus.subscribe(QuitRequested, lambda _: server._leave.set()))
    assert client.call("quit") == {}
    server.stop()
    assert client.ask("ping") is None
    assert not Path(server.path).exists()


def test_a_connection_may_be_used_for_several_requests(wire: Wire) -> None:
    for number in range(3):
        line = protocol.encode(protocol.request("ping", number=number))
        assert wire.exchange(line)["id"] == number


def test_an_unknown_operation_is_refused_and_the_next_request_answered(wire: Wire) -> None:
    refused = wire.exchange(protocol.encode({"v": 1, "id": 5, "op": "__class__", "params": {}}))
    assert refused == {
        "id": 5,
        "ok": False,
        "error": {"code": "request_invalid", "facts": {"reason": "unknown_operation"}},
    }
    assert wire.exchange(encode_request("ping"))["ok"] is True


def test_another_version_is_refused_and_the_next_request_answered(wire: Wire) -> None:
    refused = wire.exchange(protocol.encode({"v": 99, "id": 6, "op": "ping", "params": {}}))
    assert refused["error"] == {"code": "protocol_mismatch", "facts": {"expected": 1}}
    assert refused["id"] == 6
    assert wire.exchange(encode_request("ping"))["ok"] is True


def test_an_oversize_line_is_refused_and_the_connection_ends(wire: Wire) -> None:
    refused = wire.exchange(b"x" * (protocol.MAX_LINE_BYTES + 2))
    assert refused["error"] == {"code": "request_invalid", "facts": {"reason": "too_long"}}
    with suppress(ConnectionResetError):  # part of the line was never read
        assert wire.receive() is None


def test_the_longest_allowed_line_is_read(wire: Wire) -> None:
    room = protocol.MAX_LINE_BYTES - len(encode_request("save_settings", session_key=""))
    line = encode_request("save_settings", session_key="k" * room)
    assert len(line) == protocol.MAX_LINE_BYTES
    assert wire.exchange(line)["ok"] is True


def test_a_connection_that_sends_nothing_is_closed(engine: SmallEngine, socket_path: str) -> None:
    with RunningServer(engine, socket_path, limits=Limits(idle_s=0.1)) as server:
        silent = Wire(server.path)
        assert silent.receive() is None
        silent.close()


def test_a_connection_that_sends_half_a_request_is_closed(engine: SmallEngine, socket_path: str) -> None:
    with RunningServer(engine, socket_path, limits=Limits(idle_s=0.1)) as server:
        stalled = Wire(server.path)
        stalled.socket.sendall(encode_request("ping")[:10])
        assert stalled.receive() is None
        stalled.close()


def test_a_slow_request_does_not_delay_others(socket_path: str) -> None:
    engine = GatedEngine()
    with RunningServer(engine, socket_path) as server:
        slow, quick = Wire(server.path), Wire(server.path)
        slow.socket.sendall(encode_request("refresh"))
        assert engine.refreshing.acquire(timeout=60)
        assert quick.exchange(encode_request("ping"))["ok"]
        server.do(engine.gate.set)
        assert slow.receive()["ok"]
        slow.close()
        quick.close()


def test_a_subscriber_gets_the_current_card_and_then_every_change(wire: Wire, server: RunningServer) -> None:
    assert wire.exchange(encode_request("subscribe", view="card")) == {"id": 1, "ok": True, "result": {}}
    first = card_in(wire.receive())
    assert first == server.client_card()
    server.do(server.engine.show, replace(server.engine.snapshot, refreshing=True))
    second = card_in(wire.receive())
    assert (first["refreshing"], second["refreshing"]) == (False, True)
    assert second["revision"] > first["revision"]


def test_a_subscriber_to_reports_gets_only_reports(
    wire: Wire, server: RunningServer, client: ControlClient
) -> None:
    wire.exchange(encode_request("subscribe", view="report"))
    event = wire.receive()
    assert event["event"] == "report"
    assert event["accounts"][0]["report"]["status"] == "ok"
    client.call("open_window")
    server.do(server.engine.show, replace(server.engine.snapshot, status=Status.OFFLINE))
    event = wire.receive()
    assert (event["event"], event["accounts"][0]["report"]["status"]) == ("report", "offline")


def test_an_unchanged_report_is_not_sent_again(wire: Wire, server: RunningServer) -> None:
    wire.exchange(encode_request("subscribe", view="report"))
    wire.receive()
    server.do(server.engine.show, replace(server.engine.snapshot, refreshing=True))  # not in a report
    time.sleep(0.05)  # time in which the first change would be sent
    server.do(server.engine.show, replace(server.engine.snapshot, status=Status.OFFLINE))
    assert wire.receive()["accounts"][0]["report"]["status"] == "offline"


@pytest.mark.parametrize("params", [{}, {"view": "snapshot"}, {"view": None}, {"view": ["card"]}])
def test_a_subscription_to_an_unknown_view_is_refused(wire: Wire, params: dict[str, object]) -> None:
    refused = wire.exchange(encode_request("subscribe", **params))
    assert refused["error"] == {"code": "request_invalid", "facts": {"reason": "unknown_view"}}


def test_a_subscriber_is_told_to_focus_when_the_window_is_requested(
    wire: Wire, server: RunningServer, client: ControlClient
) -> None:
    wire.exchange(encode_request("subscribe", view="card"))
    wire.receive()
    client.call("open_window")
    assert wire.receive() == {"event": "focus", "place": None}


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"page": "settings"}, {"page": "settings", "limit": None}),
        ({"page": "usage", "limit": "weekly"}, {"page": "usage", "limit": "weekly"}),
        ({"page": "usage", "limit": 7}, {"page": "usage", "limit": None}),
        ({"page": "of a newer version"}, None),
        ({"page": ["usage"]}, None),
    ],
)
def test_a_subscriber_learns_what_the_window_should_show(
    wire: Wire, server: RunningServer, client: ControlClient, params: dict[str, object], place: object
) -> None:
    wire.exchange(encode_request("subscribe", view="card"))
    wire.receive()
    client.call("open_window", params)
    assert wire.receive() == {"event": "focus", "place": place}


def test_a_slow_reader_gets_the_newest_card_and_not_a_backlog(wire: Wire, server: RunningServer) -> None:
    """The client does not read during ten thousand changes, far more than the system's buffers hold."""
    wire.exchange(encode_request("subscribe", view="card"))
    first, changes = server.engine.snapshot, 10_000
    for start in range(0, changes, 100):
        server.do(_show_many, server.engine, range(start, start + 100), _large_notices(6_000))
    server.do(server.engine.show, replace(first, refreshing=True))
    received = 0
    while True:
        newest = card_in(wire.receive())
        received += 1
        if newest["refreshing"]:
            break
    assert newest == server.client_card()
    assert received < 200


def _large_notices(size: int) -> tuple[Problem, ...]:
    return (Problem(ErrorCode.WINDOW_FAILED, facts=(("folder", "n" * size),)),)


def _show_many(engine: SmallEngine, numbers: range, notices: tuple[Problem, ...]) -> None:
    for number in numbers:
        status = Status.OK if number % 2 else Status.OFFLINE
        engine.show(replace(engine.snapshot, status=status, notices=notices))


def test_a_client_that_never_reads_is_dropped(engine: SmallEngine, socket_path: str) -> None:
    with RunningServer(engine, socket_path, limits=Limits(write_s=0.2)) as server:
        silent = Wire(server.path)
        silent.exchange(encode_request("subscribe", view="card"))
        deadline = time.monotonic() + 60
        while _subscribers(server):
            server.do(_show_many, server.engine, range(50), _large_notices(30_000))
            assert time.monotonic() < deadline
        silent.close()


def _subscribers(server: RunningServer) -> int:
    """Return how many subscriptions the server's streams have on the bus."""
    kinds = (ViewChanged, UpdateChanged, WindowRequested)
    presenters_own = 1  # the presenter subscribes to one of these kinds
    return sum(len(server.engine.bus._subscribers[kind]) for kind in kinds) - presenters_own


def test_a_subscriber_that_disconnects_leaves_no_subscription(server: RunningServer) -> None:
    leaving = Wire(server.path)
    leaving.exchange(encode_request("subscribe", view="card"))
    assert leaving.receive()["event"] == "card"
    assert _subscribers(server) == 3
    leaving.close()
    wait_for(lambda: not _subscribers(server), what="the end of the subscription")


def test_a_card_too_large_to_send_is_skipped_and_the_next_one_sent(
    wire: Wire, server: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    wire.exchange(encode_request("subscribe", view="card"))
    wire.receive()
    server.do(server.engine.show, replace(server.engine.snapshot, notices=_large_notices(120_000)))
    wait_for(lambda: "too large for the wire" in caplog.text, what="the attempt to send the large card")
    server.do(server.engine.show, replace(server.engine.snapshot, notices=(), refreshing=True))
    assert card_in(wire.receive())["notices"] == []


def test_stopping_ends_every_connection(server: RunningServer) -> None:
    idle, subscribed = Wire(server.path), Wire(server.path)
    subscribed.exchange(encode_request("subscribe", view="card"))
    subscribed.receive()
    server.stop()
    assert idle.receive() is None
    assert subscribed.receive() is None
    idle.close()
    subscribed.close()


def test_a_connection_accepted_while_the_server_stops_is_closed_too(server: RunningServer) -> None:
    late: list[Wire] = []
    server.stop_as_a_client_connects(lambda: late.append(Wire(server.path)))
    gc.collect()  # a connection left open would be reported here, and fail this test
    assert late[0].receive() is None
    late[0].close()


CONNECT_AS_NOBODY = """
import os, socket, sys
os.setuid(65534)
connection = socket.socket(socket.AF_UNIX)
connection.settimeout(5)
connection.connect(sys.argv[1])
try:
    connection.sendall(b'{"v":1,"id":1,"op":"ping","params":{}}\\n')
    print(connection.recv(100))
except (BrokenPipeError, ConnectionResetError):
    print(b"")
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another user")
def test_another_user_gets_no_response(server: RunningServer, short_folder: Path) -> None:
    short_folder.chmod(0o755)
    Path(server.path).chmod(0o666)
    answer = subprocess.run(
        [sys.executable, "-c", CONNECT_AS_NOBODY, server.path], capture_output=True, check=True
    )
    assert answer.stdout.strip() == b"b''"


@pytest.mark.parametrize("with_folder", [False, True])
def test_a_deleted_socket_is_created_again(
    engine: SmallEngine, short_folder: Path, *, with_folder: bool
) -> None:
    path = short_folder / "runtime" / "control.sock"
    path.parent.mkdir(mode=0o700)
    with RunningServer(engine, str(path), limits=Limits(file_check_s=0.05)):
        path.unlink()
        if with_folder:
            path.parent.rmdir()
        wait_for(lambda: ControlClient(str(path)).ask("ping"), what="the server at the new socket")
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert not path.exists()
