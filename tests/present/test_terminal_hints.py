"""Hints in a terminal: nothing to click, and a command that exits promises no later attempt."""

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
# About the tray and the window: a terminal never shows these.
ABOUT_THE_DESKTOP = {
    ErrorCode.TRAY_TOOLKIT_MISSING,
    ErrorCode.TRAY_HOST_MISSING,
    ErrorCode.WINDOW_FAILED,
}


def hint(code: ErrorCode, terminal: Terminal) -> str:
    failed = replace(snapshot(status=Status.OFFLINE), problem=Problem(code))
    report = report_for(view(failed), terminal)
    assert report["message"] == message_for(Problem(code), UTC_REGION).title
    return str(report["hint"])


@pytest.mark.parametrize("code", sorted(set(ErrorCode) - ABOUT_THE_DESKTOP))
def test_a_command_that_prints_once_promises_no_later_attempt(code: ErrorCode) -> None:
    shown = hint(code, Terminal.ONCE)
    assert shown
    assert not PROMISES.search(shown)


@pytest.mark.parametrize("terminal", Terminal)
@pytest.mark.parametrize("code", sorted(set(ErrorCode) - ABOUT_THE_DESKTOP))
def test_no_terminal_hint_mentions_something_to_click(code: ErrorCode, terminal: Terminal) -> None:
    assert not re.search(r"click|tray|paste it here", hint(code, terminal), re.IGNORECASE)


@pytest.mark.parametrize("terminal", [Terminal.APP, Terminal.WATCH])
def test_only_a_process_that_keeps_running_promises_to_try_again(terminal: Terminal) -> None:
    assert "tries again automatically" in hint(ErrorCode.TIMED_OUT, terminal)
    assert "Try again later." in hint(ErrorCode.TIMED_OUT, Terminal.ONCE)


def test_the_refresh_command_is_suggested_only_while_the_app_runs() -> None:
    assert "claudometer refresh" in hint(ErrorCode.KEYRING_LOCKED, Terminal.APP)
    assert "claudometer refresh" not in hint(ErrorCode.KEYRING_LOCKED, Terminal.WATCH)
