"""``claudometer requests``: lists what other commands requested, without an app and with few imports."""

from __future__ import annotations

import sqlite3
import sysconfig
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import RequestRecord, encode_record
from claudometer.domain.next_poll import Cause, Reason
from claudometer.present.messages.requests import DEMO_SENDS_NOTHING, NOTHING_RECORDED, NOTHING_SAVED, SHARED
from claudometer.store.schema import VERSION
from tests import canary
from tests.cli.loaded_modules import modules_loaded_by
from tests.kept_requests import keep_requests, kept_requests
from tests.kept_state import change_state
from tests.sentences import hint, title
from tests.simulator.account import CHAT_ORGANIZATION, Token, write_login

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.program import Program
    from tests.simulator.server import Simulator


@pytest.fixture
def file(program: Program) -> Path:
    return program.home.path / ".local" / "state" / "claudometer" / "history.db"


@pytest.fixture
def older(file: Path) -> Path:
    """Where versions up to 0.1 write their requests."""
    return file.with_name("requests.jsonl")


def made(seconds_ago: float = 0) -> RequestRecord:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=seconds_ago)
    return RequestRecord(at, "api.anthropic.com", "/api/oauth/usage", "ok", 200, 0.4, Reason.QUIET)


@pytest.fixture
def written(file: Path) -> RequestRecord:
    """A request made just now, as the app would have recorded it."""
    record = made()
    keep_requests(file.parent, record)
    return record


def test_the_requests_of_status_are_listed_with_their_reason(program: Program, simulator: Simulator) -> None:
    write_login(program.home.path / ".claude")
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "cli"}
    assert program.run("status").code in {0, 1}
    simulator.play("rate_limited_hour")
    program.run("status")
    answer = program.run("requests", "--json")
    assert (answer.code, answer.err) == (0, "")
    listed = answer.json()
    assert listed["schema"] == 1
    assert [(each["outcome"], each["http_status"], each["retry_after_s"]) for each in listed["requests"]] == [
        ("ok", 200, None),
        ("rate_limited", 429, 3600.0),
    ]
    for each in listed["requests"]:
        assert (each["host"], each["path"]) == ("127.0.0.1", "/api/oauth/usage")
        assert each["reason"] == Cause.ONE_SHOT
        assert each["at"].endswith("Z")
        assert 0 < each["duration_s"] < 30
    assert len(simulator.requests) == 2


def test_no_secret_and_no_id_is_in_the_list_or_its_file(
    program: Program, simulator: Simulator, file: Path
) -> None:
    write_login(program.home.path / ".claude", canary.ACCESS_TOKEN)
    simulator.account.tokens[canary.ACCESS_TOKEN] = Token()
    simulator.account.session_keys.add(canary.SESSION_KEY)
    program.env |= simulator.environment() | {"CLAUDOMETER_SESSION_KEY": canary.SESSION_KEY}
    for mode in ("cli", "web"):
        program.env["CLAUDOMETER_MODE"] = mode
        assert program.run("status").code in {0, 1}
    shown = program.run("requests").out + program.run("requests", "--json").out
    kept = repr(kept_requests(file.parent, datetime.now(UTC)))
    shown += kept
    # In the list for programs, and in the file; the table shortens it: "/…/{id}/usage".
    assert shown.count("/api/organizations/{id}/usage") == 2
    assert "/…/{id}/usage" in shown
    assert canary.secrets_in(shown) == []
    assert canary.files_with_secrets(file.parent) == []
    assert CHAT_ORGANIZATION not in shown


def test_the_table_fits_in_eighty_columns_and_ends_with_a_summary_of_the_day(
    program: Program, written: RequestRecord
) -> None:
    answer = program.run("requests")
    assert answer.code == 0
    assert "api.anthropic.com/api/oauth/usage" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80
    assert answer.out.splitlines()[-2:] == ["  1 request today, to api.anthropic.com.", ""]


def test_an_empty_list_says_so_and_succeeds(program: Program, file: Path) -> None:
    answer = program.run("requests")
    assert (answer.code, answer.out) == (0, f"\n  {NOTHING_RECORDED}\n\n")
    assert program.run("requests", "--json").json() == {"schema": 1, "requests": []}
    assert not file.parent.exists()


def test_a_refusal_that_our_own_requests_do_not_explain_is_reported_until_the_rate_is_back(
    program: Program, simulator: Simulator, file: Path
) -> None:
    write_login(program.home.path / ".claude")
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "cli"}
    program.run("status")
    assert "other programs" not in program.run("requests").out
    simulator.play("rate_limited_hour")
    program.run("status")
    assert SHARED.format(count=10) in " ".join(program.run("requests").out.split())
    change_state(
        file.parent, lambda state: [entry.update(share=1.0) for entry in state["allowances"].values()]
    )
    assert "other programs" not in program.run("requests").out


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"allowances": [1]}', b'{"allowances": {"a": [], "b": {}}}']
)
def test_a_damaged_state_file_does_not_prevent_the_list(
    program: Program, file: Path, written: RequestRecord, content: bytes
) -> None:
    file.with_name("state.json").write_bytes(content)
    answer = program.run("requests")
    assert (answer.code, answer.err) == (0, "")
    assert written.path in answer.out


def test_the_lines_of_an_older_version_are_listed_and_nothing_changes_on_the_disk(
    program: Program, file: Path, older: Path, written: RequestRecord
) -> None:
    line = encode_record(made(60))
    old = encode_record(replace(written, at=written.at - timedelta(days=8)))
    older.write_bytes(old + line + encode_record(written) + line[:30])
    before = {each.name: each.read_bytes() for each in file.parent.iterdir()}
    listed = program.run("requests", "--json").json()["requests"]
    assert [each["at"] for each in listed] == sorted(each["at"] for each in listed)
    assert len(listed) == 2
    # SQLite's own files for sharing it come and go beside it.
    assert {name: (file.parent / name).read_bytes() for name in before} == before


def test_without_a_database_the_lines_of_an_older_version_are_listed(program: Program, older: Path) -> None:
    older.parent.mkdir(parents=True)
    older.write_bytes(encode_record(made(60)) + encode_record(made(30)))
    assert len(program.run("requests", "--json").json()["requests"]) == 2
    assert [each.name for each in older.parent.iterdir()] == [older.name]


def test_status_takes_the_lines_of_an_older_version_over(
    program: Program, simulator: Simulator, file: Path, older: Path
) -> None:
    older.parent.mkdir(parents=True)
    older.write_bytes(encode_record(made(60)) + encode_record(made(30)))
    write_login(program.home.path / ".claude")
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "cli"}
    program.run("status")
    assert not older.exists()
    kept = kept_requests(file.parent, datetime.now(UTC))
    assert [each.host for each in kept] == ["api.anthropic.com", "api.anthropic.com", "127.0.0.1"]
    assert len(program.run("requests", "--json").json()["requests"]) == 3


def test_the_demo_says_that_it_sends_nothing(program: Program, written: RequestRecord) -> None:
    sentence = f"{DEMO_SENDS_NOTHING}\n"
    answer = program.run("--demo", "requests")
    assert (answer.code, answer.out, answer.err) == (0, f"\n  {sentence}\n", "")
    answer = program.run("--demo", "requests", "--json")
    assert (answer.code, answer.json(), answer.err) == (0, {"schema": 1, "requests": []}, sentence)


def test_an_unreadable_list_is_reported_with_what_is_in_its_place(
    program: Program, file: Path, older: Path
) -> None:
    file.mkdir(parents=True)
    answer = program.run("requests")
    assert (answer.code, answer.out) == (69, "")
    facts = {"reason": "history.is_folder", "path": str(file)}
    assert title(ErrorCode.LEDGER_UNREADABLE) in answer.err
    assert hint(ErrorCode.LEDGER_UNREADABLE, **facts) in answer.err
    assert f"{file} is a folder, not a file. Move it away." in answer.err
    file.rmdir()
    older.mkdir()
    answer = program.run("requests")
    assert (answer.code, answer.out) == (69, "")
    assert title(ErrorCode.LEDGER_UNREADABLE) in answer.err
    assert f"{older} is not a regular file. Move it away." in answer.err


def test_beside_a_newer_schema_the_list_says_that_some_are_missing(
    program: Program, file: Path, written: RequestRecord
) -> None:
    with closing(sqlite3.connect(file)) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = file.read_bytes()
    answer = program.run("requests", "--json")
    assert (answer.code, len(answer.json()["requests"])) == (0, 1)
    assert title(ErrorCode.HISTORY_NEWER) in answer.err
    assert str(file) in answer.err
    assert file.read_bytes() == before


def test_an_empty_list_to_which_nothing_can_be_added_does_not_say_that_nothing_was_sent(
    program: Program, file: Path, written: RequestRecord
) -> None:
    with closing(sqlite3.connect(file)) as newer:
        newer.execute("DELETE FROM requests")
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
        newer.commit()
    answer = program.run("requests")
    assert (answer.code, " ".join(answer.out.split())) == (0, NOTHING_SAVED)
    assert title(ErrorCode.HISTORY_NEWER) in answer.err


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_nothing_heavy_is_loaded(words: list[str], program: Program, written: RequestRecord) -> None:
    loaded = modules_loaded_by(program, "requests", *words, paths=[sysconfig.get_path("purelib")])
    assert "claudometer.store.requests" in loaded
    heavy = {
        "httpx",
        "pydantic",
        "asyncio",
        "filelock",
        "ssl",
        "claudometer.processes.headless",
        "claudometer.processes.tray_program",
    }
    assert loaded & heavy == set()
