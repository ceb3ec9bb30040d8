"""``claudometer alerts`` and ``mute``: without an app, with one, and with a file of any kind."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.alerts.record import AlertRecord
from claudometer.domain.alerts.silence import Fate, Silence
from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.alert_list import NONE
from claudometer.present.messages.cli import describe
from claudometer.system.alert_file import AlertFile, Kept
from tests.clocks import NOON
from tests.sentences import title

if TYPE_CHECKING:
    from tests.cli.program import Program
    from tests.control.running_server import RunningServer

RECORD = AlertRecord(
    at=NOON,
    kind="threshold",
    account="claude/account-1",
    subject="session",
    threshold=75,
    window_end=NOON + timedelta(hours=2),
    title="Session: 76 % used",
    body="Resets at 14:00, in 2 h 0 min.",
    fate=Fate.SHOWN,
    taken=False,
)


def keep(program: Program, kept: Kept) -> None:
    folder = program.home.state / "claudometer"
    folder.mkdir(parents=True, exist_ok=True)
    AlertFile(folder).write(kept)


def test_without_any_alert_it_says_so(program: Program) -> None:
    answer = program.run("alerts")
    assert (answer.code, answer.out.strip(), answer.err) == (0, NONE, "")
    assert program.run("alerts", "--json").json() == {"schema": 1, "muted_until": None, "alerts": []}


def test_the_list_says_whether_the_desktop_took_each(program: Program) -> None:
    keep(program, Kept(records=(RECORD,), silence=Silence(NOON)))
    answer = program.run("alerts")
    assert answer.code == 0
    assert "Session: 76 % used" in answer.out
    assert "Not taken by the desktop" in answer.out
    assert all(len(line) <= 80 for line in answer.out.splitlines())
    assert program.run("alerts", "--json").json()["alerts"] == [
        {
            "at": "2026-08-20T12:00:00Z",
            "kind": "threshold",
            "limit": "session",
            "threshold": 75,
            "window_ends_at": "2026-08-20T14:00:00Z",
            "title": "Session: 76 % used",
            "text": "Resets at 14:00, in 2 h 0 min.",
            "fate": "shown",
            "taken": False,
        }
    ]


@pytest.mark.parametrize("content", [b"\0", b"[1]", json.dumps({"records": [1, {}]}).encode()])
def test_a_damaged_file_is_an_empty_list(program: Program, content: bytes) -> None:
    folder = program.home.state / "claudometer"
    folder.mkdir(parents=True)
    (folder / "alerts.json").write_bytes(content)
    assert program.run("alerts", "--json").json()["alerts"] == []


@pytest.mark.parametrize("words", [("alerts", "test"), ("mute",), ("mute", "off")])
def test_what_needs_the_app_says_that_none_runs(program: Program, words: tuple[str, ...]) -> None:
    answer = program.run(*words)
    assert (answer.code, answer.out) == (69, "")
    assert title(ErrorCode.NOT_RUNNING) in answer.err


def test_an_unknown_time_and_an_unknown_action_are_refused(program: Program) -> None:
    answer = program.run("mute", "2h")
    assert (answer.code, answer.out) == (64, "")
    assert describe("unknown_time", "2h") in answer.err
    assert program.run("alerts", "tset").code == 64
    assert program.run("alerts", "test", "--json").code == 64


def test_an_app_without_alerts_refuses_to_mute(program: Program, app: RunningServer) -> None:
    answer = program.run("mute", "1h")
    assert (answer.code, answer.out) == (69, "")
    assert answer.err


def test_the_demo_has_no_alerts(program: Program) -> None:
    keep(program, Kept(records=(RECORD,)))
    assert program.run("--demo", "alerts", "--json").json()["alerts"] == []
