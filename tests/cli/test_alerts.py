"""``claudometer alerts`` and ``mute``: without an app, with one, and with a file of any kind."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.alerts.past_alerts import AlertRecord, Kept
from claudometer.domain.alerts.silence import Fate, Silence
from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.alert_list import MAY_LACK, NONE, NONE_SAVED
from claudometer.present.messages.cli import describe
from claudometer.store.alerts import KeptAlerts
from claudometer.store.connecting import FILE_NAME
from claudometer.store.history import History
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
    with closing(History(folder / FILE_NAME)) as history:
        assert KeptAlerts(history).write(kept)


def test_without_any_alert_it_says_so(program: Program) -> None:
    answer = program.run("alerts")
    assert (answer.code, answer.out.strip(), answer.err) == (0, NONE, "")
    assert program.run("alerts", "--json").json() == {
        "schema": 1,
        "muted_until": None,
        "muted_limits": [],
        "alerts": [],
    }


@pytest.mark.parametrize("records", [(), (RECORD,)])
def test_what_is_muted_is_listed_below(program: Program, records: tuple[AlertRecord, ...]) -> None:
    later = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=400)
    limits = {("claude/account-1", "weekly:fable"): later, ("claude/account-1", "session"): NOON}
    keep(program, Kept(records=records, silence=Silence(later, limits)))
    answer = program.run("alerts")
    words = answer.out.split()
    assert answer.code == 0
    assert "All alerts: muted until" in " ".join(words)
    assert "Fable: muted until" in " ".join(words)
    assert "Session: muted" not in answer.out
    assert " ".join(words).endswith("mute off” shows alerts again.")
    until = later.strftime("%Y-%m-%dT%H:%M:%SZ")
    listed = program.run("alerts", "--json").json()
    assert listed["muted_until"] == until
    assert listed["muted_limits"] == [{"limit": "weekly:fable", "until": until}]


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


def test_the_export_has_the_alerts_and_clearing_the_history_deletes_them(program: Program) -> None:
    keep(program, Kept(records=(RECORD,)))
    (alert,) = program.run("export", "--json").json()["alerts"]
    assert (alert["limit"], alert["threshold"], alert["taken"]) == ("session", 75, False)
    assert program.run("history", "clear", "--yes").code == 0
    assert program.run("export", "--json").json()["alerts"] == []
    assert program.run("alerts", "--json").json()["alerts"] == []


def test_a_file_of_an_older_version_has_no_alerts(program: Program) -> None:
    keep(program, Kept(records=(RECORD,)))
    with closing(sqlite3.connect(program.home.state / "claudometer" / FILE_NAME)) as raw:
        raw.executescript("DROP TABLE alerts; DROP TABLE alert_memory; PRAGMA user_version = 1")
    assert program.run("alerts", "--json").json()["alerts"] == []


def test_a_damaged_history_is_reported(program: Program) -> None:
    folder = program.home.state / "claudometer"
    folder.mkdir(parents=True)
    (folder / FILE_NAME).write_bytes(b"no database" * 1000)
    answer = program.run("alerts", "--json")
    assert (answer.code, answer.out) == (69, "")
    facts = {"reason": "damaged", "path": str(folder / FILE_NAME)}
    assert title(ErrorCode.HISTORY_UNREADABLE, **facts) in answer.err


@pytest.mark.parametrize(
    ("records", "note"), [((), NONE_SAVED), ((RECORD,), MAY_LACK)], ids=["none saved", "one saved"]
)
def test_while_nothing_can_be_saved_it_says_so_and_why(
    program: Program, records: tuple[AlertRecord, ...], note: str
) -> None:
    """Some may have been shown and lost, so the list must not claim that there were none."""
    keep(program, Kept(records=records))
    file = program.home.state / "claudometer" / FILE_NAME
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer, listed = program.run("alerts"), program.run("alerts", "--json")
    assert answer.code == listed.code == 0
    assert note in " ".join(answer.out.split())
    assert NONE not in answer.out
    assert answer.err == listed.err
    assert str(file) in answer.err
    assert answer.err.startswith("claudometer: The history is not saved: ")
    assert len(listed.json()["alerts"]) == len(records)
    assert program.run("alerts").err == ""


@pytest.mark.parametrize("words", [("alerts", "test"), ("mute",), ("mute", "off")])
def test_what_needs_the_app_says_that_none_runs(program: Program, words: tuple[str, ...]) -> None:
    answer = program.run(*words)
    assert (answer.code, answer.out) == (69, "")
    assert title(ErrorCode.NOT_RUNNING) in answer.err


def test_an_unknown_time_and_an_unknown_action_are_refused(program: Program) -> None:
    answer = program.run("mute", "2h")
    assert (answer.code, answer.out) == (64, "")
    assert describe("unknown_time", "2h", command="mute") in answer.err
    assert program.run("alerts", "tset").code == 64
    assert program.run("alerts", "test", "--json").code == 64


def test_an_app_without_alerts_refuses_to_mute(program: Program, app: RunningServer) -> None:
    answer = program.run("mute", "1h")
    assert (answer.code, answer.out) == (69, "")
    assert title(ErrorCode.REQUEST_INVALID) in answer.err


def test_the_demo_has_no_alerts(program: Program) -> None:
    keep(program, Kept(records=(RECORD,)))
    assert program.run("--demo", "alerts", "--json").json()["alerts"] == []
