"""``claudometer history``, ``resets`` and ``export``: what was recorded, as plots, tables, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.usage import AccountId
from claudometer.present.messages.history import (
    CLEAR_QUESTION,
    CLEARED,
    DEMO_KEEPS_NONE,
    NO_HISTORY,
    NO_RESETS,
    NOT_CLEARED,
    NOTHING_TO_CLEAR,
)
from claudometer.store.history import History
from claudometer.store.schema import VERSION
from tests.cli.terminal import Terminal
from tests.histories import LONG_AGO
from tests.readings import reading, session, weekly
from tests.sentences import title
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.program import Program
    from tests.simulator.server import Simulator

HOUR = timedelta(hours=1)


@pytest.fixture
def file(program: Program) -> Path:
    return program.home.path / ".local" / "state" / "claudometer" / "history.db"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def recorded(file: Path, now: datetime) -> Path:
    """Nine hours of an account, with a session that was reset on time four hours ago."""
    history = History(file)
    reset = now - 4 * HOUR
    readings = []
    for minutes in range(-540, 1, 5):
        at = now + timedelta(minutes=minutes)
        ends = reset if at < reset else reset + 5 * HOUR
        percent = (at - (ends - 5 * HOUR)) / (5 * HOUR) * 80
        readings.append(reading(session(percent, ends), weekly(29, now + 50 * HOUR), fetched_at=at))
    history.record(readings, now=lambda: now, gap_s=1200)
    history.close()
    return file


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_what_status_fetched_is_in_the_history(program: Program, simulator: Simulator) -> None:
    write_login(program.home.path / ".claude")
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "cli"}
    assert program.run("status").code in {0, 1}
    answer = program.run("history", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json()
    assert found["schema"] == 1
    assert [each["id"] for each in found["limits"]] == ["session", "weekly", "weekly:fable"]
    (point,) = found["limits"][0]["points"]
    assert (point["percent"], point["source"], point["joined"]) == (81.0, "oauth", False)
    assert point["at"] == point["until"]
    assert point["at"].endswith("Z")
    assert len(simulator.requests) == 1


def test_an_account_is_found_by_the_id_that_accounts_lists(program: Program, simulator: Simulator) -> None:
    write_login(program.home.path / ".claude")
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "cli"}
    assert program.run("status").code in {0, 1}
    listed = program.run("accounts", "--json").json()["accounts"]
    for words in (("--account", listed[0]["id"]), ()):
        found = program.run("history", "--json", *words).json()
        assert len(found["limits"]) == 3
        assert len(program.run("resets", "--json", *words).json()["resets"]) == 0


@pytest.mark.usefixtures("recorded")
def test_the_plots_fit_in_eighty_columns_and_the_reset_is_in_them(program: Program) -> None:
    answer = program.run("history", "--days", "1")
    assert (answer.code, answer.err) == (0, "")
    assert max(map(len, answer.out.splitlines())) <= 80
    assert "Session, the last 24 hours" in answer.out
    assert "Weekly, the last 24 hours" in answer.out
    one = program.run("history", "--days=1", "--limit", "session").out
    assert "Weekly" not in one
    assert "░" in one
    assert "┊" in one


@pytest.mark.usefixtures("recorded")
def test_json_and_csv_have_the_same_points(program: Program) -> None:
    objects = program.run("history", "--json", "--limit", "session").json()["limits"]
    table = rows(program.run("history", "--csv", "--limit", "session").out)
    points = objects[0]["points"]
    assert len(table) == len(points) == 109
    assert [float(row["percent"]) for row in table] == [point["percent"] for point in points]
    assert [row["joined"] for row in table[:2]] == ["false", "true"]
    assert {row["account"] for row in table} == {"account-1"}
    assert [each["cause"] for each in objects[0]["resets"]] == ["on_time"]


@pytest.mark.usefixtures("recorded")
def test_the_days_are_counted_back_from_now(program: Program) -> None:
    found = program.run("history", "--json", "--days", "1").json()
    assert datetime.fromisoformat(found["now"]) - datetime.fromisoformat(found["since"]) == timedelta(days=1)


@pytest.mark.usefixtures("recorded")
def test_the_reset_is_listed_with_what_was_promised_and_seen(program: Program, now: datetime) -> None:
    (found,) = program.run("resets", "--json").json()["resets"]
    stamp = (now - 4 * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (found["limit"], found["label"], found["cause"]) == ("session", "Session", "on_time")
    assert found["promised_at"] == found["seen_after"] == stamp
    assert found["percent_before"] > 75
    assert found["percent_after"] == 0
    (row,) = rows(program.run("resets", "--csv").out)
    assert (row["cause"], row["promised_at"]) == ("on_time", stamp)
    shown = program.run("resets").out
    assert "on time" in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.usefixtures("recorded")
def test_everything_of_all_accounts_is_exported_with_the_requests(
    program: Program, file: Path, now: datetime
) -> None:
    history = History(file)
    one = reading(session(5), fetched_at=now)
    history.record(
        [replace(one, account=replace(one.account, id=AccountId("other")))], now=lambda: now, gap_s=1200
    )
    history.close()
    found = program.run("export", "--json").json()
    assert [each["id"] for each in found["accounts"]] == ["account-1", "other"]
    assert found["requests"] == []
    assert found["alerts"] == []
    table = rows(program.run("export", "--csv").out)
    kinds = [row["record"] for row in table]
    assert (kinds.count("point"), kinds.count("reset")) == (109 + 1 + 1, 1)


def test_a_name_that_looks_like_a_formula_is_no_formula_in_a_spreadsheet(
    program: Program, file: Path, now: datetime
) -> None:
    history = History(file)
    history.record(
        [reading(replace(session(5), label="=HYPERLINK(1)"), fetched_at=now)], now=lambda: now, gap_s=1200
    )
    history.close()
    assert rows(program.run("history", "--csv").out)[0]["label"] == "'=HYPERLINK(1)"


def test_without_a_history_every_command_says_so_and_creates_nothing(program: Program, file: Path) -> None:
    assert NO_HISTORY in " ".join(program.run("history").out.split())
    assert NO_RESETS in program.run("resets").out
    assert program.run("history", "--json").json()["limits"] == []
    assert rows(program.run("export", "--csv").out) == []
    assert program.run("history", "clear", "--yes").out == f"{NOTHING_TO_CLEAR}\n"
    assert not file.exists()


@pytest.mark.usefixtures("recorded")
def test_another_account_is_shown_only_when_it_is_asked_for(
    program: Program, file: Path, now: datetime
) -> None:
    history = History(file)
    one = reading(session(5), fetched_at=now + HOUR)
    history.record(
        [replace(one, account=replace(one.account, id=AccountId("other")))], now=lambda: now, gap_s=1200
    )
    history.close()
    ours = program.run("history", "--json", "--account", "account-1").json()
    assert (ours["account"]["id"], len(ours["limits"])) == ("account-1", 2)
    assert program.run("history", "--json", "--account", "other").json()["account"]["id"] == "other"
    unknown = program.run("history", "--account", "nobody")
    assert (unknown.code, unknown.out) == (64, "")


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    "variables",
    [
        {"CLAUDE_CONFIG_DIR": "/folder/without/login"},
        {"CLAUDOMETER_MODE": "cli"},
        {"CLAUDOMETER_SESSION_KEY": f"sk-ant-sid01-{'A' * 60}-AAAA"},
    ],
)
def test_the_last_account_is_no_answer_about_one_that_the_environment_names(
    program: Program, variables: dict[str, str]
) -> None:
    assert program.run("history", "--json").json()["account"]["id"] == "account-1"
    program.env |= variables
    found = program.run("history", "--json").json()
    assert found["limits"] == []
    assert found["account"] is None or found["account"]["id"] != "account-1"
    assert program.run("resets", "--json").json()["resets"] == []


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    "words",
    [
        ("history", "--days", "0"),
        ("history", "--days", "-1"),
        ("history", "--days", "732"),
        ("history", "--days", "many"),
        ("history", "--json", "--csv"),
        ("history", "--limit", "monthly"),
        ("history", "erase"),
        ("history", "--yes"),
        ("resets", "--json", "--csv"),
        ("export",),
        ("export", "--json", "--csv"),
    ],
)
def test_wrong_usage_ends_with_64_and_one_line_that_says_why(
    program: Program, words: tuple[str, ...]
) -> None:
    answer = program.run(*words)
    assert (answer.code, answer.out) == (64, "")
    assert answer.err.startswith("claudometer: ")


def test_a_damaged_and_a_newer_file_are_reported_and_left_alone(program: Program, recorded: Path) -> None:
    recorded.write_bytes(content := b"no database" * 500)
    for words in (("history",), ("resets",), ("export", "--json")):
        answer = program.run(*words)
        assert (answer.code, answer.out) == (69, "")
        assert title(ErrorCode.HISTORY_UNREADABLE, reason="damaged", path=str(recorded)) in answer.err
    assert recorded.read_bytes() == content
    recorded.unlink()
    connection = sqlite3.connect(recorded)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    answer = program.run("history")
    assert answer.code == 69
    assert title(ErrorCode.HISTORY_NEWER) in answer.err
    assert str(recorded) in answer.err


def test_the_file_is_read_while_a_running_app_writes_it(
    program: Program, recorded: Path, now: datetime
) -> None:
    app = History(recorded)
    app.record([reading(session(99), fetched_at=now)], now=lambda: now, gap_s=1200)
    found = program.run("history", "--json", "--limit", "session").json()
    assert len(found["limits"][0]["points"]) >= 109
    assert program.run("history", "clear", "--yes").out == f"{CLEARED}\n"
    app.record([reading(session(3), fetched_at=now + HOUR)], now=lambda: now, gap_s=1200)
    assert [each.percent for each in app.points(app.series()[0].key, LONG_AGO)] == [3]
    app.close()


def test_clearing_deletes_damaged_files_too(program: Program, recorded: Path) -> None:
    aside = recorded.with_name("history.broken.db")
    aside.write_bytes(b"damaged")
    answer = program.run("history", "clear", "--yes")
    assert (answer.code, answer.out) == (0, f"{CLEARED}\n")
    assert not aside.exists()
    assert program.run("export", "--json").json()["accounts"] == []


def test_clearing_a_damaged_file_leaves_nothing_of_it(program: Program, recorded: Path) -> None:
    with recorded.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    answer = program.run("history", "clear", "--yes")
    assert (answer.code, answer.out) == (0, f"{CLEARED}\n")
    assert [each.name for each in recorded.parent.glob("history*")] == ["history.db", "history.db.lock"]


def test_without_a_terminal_nothing_is_deleted_unless_yes_is_given(program: Program, recorded: Path) -> None:
    before = recorded.read_bytes()
    answer = program.run("history", "clear")
    assert (answer.code, answer.out) == (64, "")
    assert answer.err.startswith("claudometer: ")
    assert "--yes" in answer.err
    assert recorded.read_bytes() == before


@pytest.mark.parametrize(
    ("typed", "result", "code"),
    [("y\n", CLEARED, 0), ("n\n", NOT_CLEARED, 69), ("\n", NOT_CLEARED, 69)],
)
@pytest.mark.usefixtures("recorded")
def test_on_a_terminal_it_asks_first(program: Program, typed: str, result: str, code: int) -> None:
    with Terminal(program.command("history", "clear"), program.environment) as terminal:
        terminal.wait_for(CLEAR_QUESTION.strip())
        terminal.type(typed)
        assert terminal.wait() == code
        assert result in " ".join(terminal.screen.text.split())


def test_the_demo_has_a_month_of_history_and_reads_no_file(program: Program, file: Path) -> None:
    found = program.run("--demo", "history", "--json", "--days", "30").json()
    assert {each["id"] for each in found["limits"]} == {"session", "weekly", "weekly:fable"}
    assert len(found["limits"][0]["points"]) > 300
    assert program.run("--demo", "--plan", "ultra", "history").code == 0
    assert len(program.run("--demo", "resets", "--json").json()["resets"]) > 50
    assert json.loads(program.run("--demo", "export", "--json").out)["requests"] == []
    demo = program.run("--demo", "history", "clear", "--yes")
    assert (demo.code, demo.err) == (0, f"claudometer: {DEMO_KEEPS_NONE}\n")
    assert not file.exists()
