"""The bridge, over a real socket to a scripted app: it passes on requests and responses, and never raises."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.control.client import ControlClient
from claudometer.domain.errors import ErrorCode
from claudometer.domain.snapshot import Snapshot
from claudometer.domain.usage import Mode
from claudometer.present.messages import answers
from claudometer.present.messages.errors import message_for_code
from claudometer.present.messages.requests import DEMO_SENDS_NOTHING
from claudometer.ui.window import bridge
from claudometer.ui.window.bridge import Bridge
from claudometer.ui.window.feed import Feed, follow
from claudometer.ui.window.page_api import page_functions
from tests.form_states import form_state
from tests.page.scenarios import NOW, request, sent, snapshot, web_form
from tests.readings import session
from tests.ui.window.scripted_app import ScriptedApp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CANARY = "sk-ant-sid01-CANARY-0123456789abcdefghij"


class Window:
    """The page's side: the exposed functions by name, as pywebview offers them."""

    def __init__(self, app: ScriptedApp, path: Path) -> None:
        self.app = app
        self.feed = Feed()
        self.closed = 0
        self.came_forward = 0
        control = ControlClient(str(path))
        bridge = Bridge(control, self.feed)
        functions = page_functions(bridge, self._close, log_folder="/the/log")
        self.api: dict[str, Callable[..., Any]] = {each.__name__: each for each in functions}
        self.follower = threading.Thread(
            target=follow,
            args=(control.subscribe("card"), self.feed),
            kwargs={"come_forward": self._come_forward},
            daemon=True,
        )
        self.follower.start()

    def _close(self) -> None:
        self.closed += 1

    def _come_forward(self) -> None:
        self.came_forward += 1


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    path = tmp_path / "s"
    app = ScriptedApp(path, snapshot(), form_state(), now=lambda: NOW)
    made = Window(app, path)
    made.feed.wait_for_card(0, timeout_s=60)
    yield made
    app.close()
    made.follower.join(60)
    assert not made.follower.is_alive()


def test_the_page_may_call_these_functions_and_no_more(window: Window) -> None:
    calls = {
        "load",
        "next_view",
        "save",
        "forget",
        "refresh",
        "requests",
        "resets",
        "save_resets",
        "choose_folder",
        "close",
    }
    calls |= {"update", "next_update", "doctor", "alerts", "history"}
    assert set(window.api) == calls


def test_loading_returns_the_form_and_the_first_view(window: Window) -> None:
    answer = window.api["load"]()
    assert answer["ok"] is True
    assert answer["form"]["login"]["message"] == "Login found in ~/.claude"
    assert answer["view"]["headline"] == "Claude Max 5x"
    assert answer["view"]["limits"][0]["percent_text"] == "81\u00a0% used"
    assert answer["view"]["sequence"] == 1


def test_a_page_that_loads_before_the_stream_requests_the_card(tmp_path: Path) -> None:
    app = ScriptedApp(tmp_path / "s", Snapshot(mode=Mode.CLI), form_state())
    answer: Any = Bridge(ControlClient(str(tmp_path / "s")), Feed()).load()
    app.close()
    assert answer["view"]["tone"] == "starting"
    assert answer["view"]["sequence"] == 0


@pytest.mark.parametrize(("demo", "program"), [(False, "claudometer"), (True, "claudometer --demo")])
def test_the_commands_of_the_pages_ask_the_demo_in_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo: bool, program: str
) -> None:
    def typed(*, demo: bool = False) -> str:
        return "claudometer --demo" if demo else "claudometer"

    monkeypatch.setattr(bridge, "typed_command", typed)
    app = ScriptedApp(tmp_path / "s", Snapshot(mode=Mode.CLI), form_state(demo=demo))
    answer: Any = Bridge(ControlClient(str(tmp_path / "s")), Feed()).load()
    app.close()
    assert answer["commands"] == {
        "install-status-line": "claudometer statusline --install",
        "requests": f"{program} requests",
        "alerts": f"{program} alerts",
    }


def test_the_next_view_comes_with_the_next_snapshot(window: Window) -> None:
    seen = window.api["load"]()["view"]["sequence"]
    answers: list[dict[str, Any]] = []
    waiting = threading.Thread(target=lambda: answers.append(window.api["next_view"](seen)))
    waiting.start()
    window.app.publish(snapshot(session(12.0)))
    waiting.join(60)
    assert answers[0]["view"]["limits"][0]["percent_text"] == "12\u00a0% used"
    assert answers[0]["view"]["sequence"] > seen


def test_a_card_with_only_new_times_is_passed_on_with_the_same_revision(window: Window) -> None:
    first = window.api["load"]()["view"]
    window.app.let_time_pass()
    moved_on = window.api["next_view"](first["sequence"])["view"]
    assert moved_on["sequence"] > first["sequence"]
    assert moved_on["revision"] == first["revision"]


def test_a_page_that_has_seen_nothing_gets_the_newest_at_once(window: Window) -> None:
    window.api["load"]()
    assert window.api["next_view"]()["ok"] is True
    assert window.api["next_view"]("nonsense")["ok"] is True


def test_when_the_app_ends_every_waiting_call_returns(window: Window) -> None:
    seen = window.api["load"]()["view"]["sequence"]
    answers: list[dict[str, Any]] = []
    calls = [threading.Thread(target=lambda: answers.append(window.api["next_view"](seen))) for _ in range(3)]
    for call in calls:
        call.start()
    window.app.close()
    for call in calls:
        call.join(60)
    assert [(answer["ok"], answer["gone"], answer["message"]) for answer in answers] == [
        (False, True, message_for_code(ErrorCode.NOT_RUNNING).title)
    ] * 3


def test_saving_sends_the_fields_and_returns_the_new_form(window: Window) -> None:
    answer = window.api["save"]({"interval_seconds": 300})
    assert ("save_settings", {"interval_seconds": 300}) in window.app.requested
    assert answer["form"]["interval_seconds"] == 300
    assert answer["message"] == "Saved."


def test_a_saved_key_was_tested_and_is_never_returned(window: Window) -> None:
    window.app.form = web_form()
    answer = window.api["save"]({"session_key": CANARY})
    assert answer["message"] == answers.SAVED_TESTED
    assert CANARY not in repr(answer)


@pytest.mark.parametrize("fields", [None, [], "mode", 7, {"mode": "cli", "__class__": "x"}, {"quit": True}])
def test_a_save_of_anything_but_known_fields_is_refused(window: Window, fields: object) -> None:
    answer = window.api["save"](fields)
    assert answer["ok"] is False
    assert [op for op, _ in window.app.requested if op == "save_settings"] == []


def test_a_refused_field_is_named_with_message_and_hint(window: Window) -> None:
    window.app.refusals["save_settings"] = {
        "code": "session_key_malformed",
        "facts": {"reason": "api_key"},
        "field": "session_key",
    }
    answer = window.api["save"]({"session_key": "sk-ant-api03-x"})
    assert answer["ok"] is False
    assert answer["field"] == "session_key"
    assert answer["message"] == message_for_code(ErrorCode.SESSION_KEY_MALFORMED, {"reason": "api_key"}).title
    assert answer["hint"]


def test_a_key_that_could_not_be_tested_gets_a_hint_without_a_promised_retry(window: Window) -> None:
    window.app.refusals["save_settings"] = {
        "code": "server_error",
        "facts": {"http_status": 503},
        "field": "session_key",
    }
    answer = window.api["save"]({"session_key": CANARY})
    assert answer["hint"] == answers.SAVE_HINTS[ErrorCode.SERVER_ERROR]


def test_a_refusal_of_the_whole_form_names_no_field(window: Window) -> None:
    window.app.refusals["save_settings"] = {"code": "settings_unwritable", "facts": {"folder": "/etc"}}
    answer = window.api["save"]({"mode": "cli"})
    assert answer["field"] is None
    assert answer["hint"] == message_for_code(ErrorCode.SETTINGS_UNWRITABLE, {"folder": "/etc"}).hint


def test_forgetting_returns_the_form(window: Window) -> None:
    answer = window.api["forget"]()
    assert answer["message"] == answers.FORGOTTEN
    assert answer["form"]["session_key"]["saved"] is False


def test_an_accepted_refresh_has_no_message(window: Window) -> None:
    assert window.api["refresh"]() == {"ok": True, "accepted": True, "message": None}


def test_a_refused_refresh_says_until_when_requests_are_paused(window: Window) -> None:
    message = answers.NOT_YET_UNTIL.format(time="12:40")
    window.app.refresh_answer = {"accepted": False, "message": message}
    assert window.api["refresh"]()["message"] == message


def test_requests_returns_the_panel(window: Window) -> None:
    window.app.requests = sent(request(2), request(5))
    assert window.api["requests"]() == {"ok": True, "panel": sent(request(2), request(5))}


def test_an_app_without_a_ledger_says_that_it_sends_nothing(window: Window) -> None:
    assert window.api["requests"]()["panel"]["summary"] == DEMO_SENDS_NOTHING


def test_without_an_app_every_function_returns_an_error(window: Window) -> None:
    window.app.close()
    for name in ("load", "save", "forget", "refresh"):
        answer = window.api[name]({}) if name == "save" else window.api[name]()
        assert (answer["ok"], answer["message"]) == (False, message_for_code(ErrorCode.NOT_RUNNING).title), (
            name
        )


def test_close_closes_the_window(window: Window) -> None:
    assert window.api["close"]() == {"ok": True}
    assert window.closed == 1


def test_the_page_gets_a_new_place_to_show_once_per_click(window: Window) -> None:
    first = window.api["load"]()
    assert first["place"] is None
    window.app.ask_to_come_forward({"page": "usage", "limit": "weekly"})
    answer = window.api["next_view"](first["view"]["sequence"])
    assert answer["place"] == {"page": "usage", "limit": "weekly", "number": 1}
    window.app.ask_to_come_forward({"page": "settings", "limit": None})
    answer = window.api["next_view"](answer["view"]["sequence"])
    assert answer["place"] == {"page": "settings", "limit": None, "number": 2}
    window.app.publish(replace(snapshot(), refreshing=True))
    assert window.api["next_view"](answer["view"]["sequence"])["place"]["number"] == 2


def test_a_request_for_the_window_brings_it_forward(window: Window) -> None:
    window.api["load"]()
    window.app.ask_to_come_forward()
    window.app.publish(replace(snapshot(), refreshing=True))
    window.feed.wait_for_card(1, timeout_s=60)
    assert window.came_forward == 1


@pytest.mark.parametrize("arguments", [(1, 2, 3), ({}, {}, {})])
def test_a_wrong_number_of_arguments_returns_an_error(
    window: Window, arguments: tuple[object, ...], caplog: pytest.LogCaptureFixture
) -> None:
    answer = window.api["save"](*arguments)
    assert answer["ok"] is False
    assert answer["hint"] == message_for_code(ErrorCode.INTERNAL, {"folder": "/the/log"}).hint
    assert len(caplog.records) == 1


def test_an_unexpected_error_is_logged_once_without_the_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class BrokenControl:
        def call(self, op: str, params: object = None, *, timeout_s: float = 0) -> dict[str, Any]:
            raise RuntimeError(op)

    functions = page_functions(Bridge(BrokenControl(), Feed()), lambda: None)
    save = next(function for function in functions if function.__name__ == "save")
    with caplog.at_level(logging.DEBUG):
        answer = save({"session_key": CANARY})
    assert answer["ok"] is False
    assert answer["message"] == message_for_code(ErrorCode.INTERNAL).title
    assert [record.levelname for record in caplog.records if record.exc_info] == ["ERROR"]
    assert CANARY not in caplog.text
