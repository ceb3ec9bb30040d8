"""In a terminal nothing can be clicked, and a single answer promises nothing that nobody keeps."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.region import UTC_REGION
from claudometer.domain.snapshot import Problem
from claudometer.present.messages.errors import message_for
from claudometer.present.messages.terminal import Terminal
from claudometer.present.report import report_for
from tests.readings import snapshot
from tests.views import view

PROMISES = re.compile(r"automatically|tries again|will try|tray", re.IGNORECASE)
OF_THE_APP = {
    ErrorCode.TRAY_TOOLKIT_MISSING,
    ErrorCode.TRAY_HOST_MISSING,
    ErrorCode.WINDOW_FAILED,
}


def hint(code: ErrorCode, terminal: Terminal) -> str:
    failed = replace(snapshot(status=Status.OFFLINE), problem=Problem(code))
    report = report_for(view(failed), terminal)
    assert report["message"] == message_for(Problem(code), UTC_REGION).title
    return str(report["hint"])


@pytest.mark.parametrize("code", sorted(set(ErrorCode) - OF_THE_APP))
def test_without_an_app_no_hint_promises_what_an_app_would_do(code: ErrorCode) -> None:
    said = hint(code, Terminal.ONCE)
    assert said
    assert not PROMISES.search(said)


@pytest.mark.parametrize("terminal", Terminal)
@pytest.mark.parametrize("code", sorted(set(ErrorCode) - OF_THE_APP))
def test_no_hint_in_a_terminal_is_about_something_to_click(code: ErrorCode, terminal: Terminal) -> None:
    assert not re.search(r"click|tray|paste it here", hint(code, terminal), re.IGNORECASE)


@pytest.mark.parametrize("terminal", [Terminal.APP, Terminal.WATCH])
def test_who_stays_keeps_the_promise_to_try_again(terminal: Terminal) -> None:
    assert "tries again automatically" in hint(ErrorCode.TIMED_OUT, terminal)
    assert "Try again later." in hint(ErrorCode.TIMED_OUT, Terminal.ONCE)


def test_refreshing_by_command_is_for_those_who_have_an_app_running() -> None:
    assert "claudometer refresh" in hint(ErrorCode.KEYRING_LOCKED, Terminal.APP)
    assert "claudometer refresh" not in hint(ErrorCode.KEYRING_LOCKED, Terminal.WATCH)
