"""Budgets and last readings in the store: shared by processes, durable, and never lost with the database."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.bucket_codec import DAMAGED, EMPTIED_AT
from claudometer.domain.older_state import MOVED
from claudometer.processes.kept_state import STATE_NAME
from claudometer.store.connecting import FILE_NAME
from claudometer.store.disk import Disk
from claudometer.store.history import History
from claudometer.store.schema import VERSION
from claudometer.store.state import StoredState
from claudometer.system.state import JsonState
from tests.histories import percents, record
from tests.readings import session

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def state(folder: Path) -> Iterator[StoredState]:
    with closing(open_state(folder)) as state:
        yield state


def open_state(folder: Path) -> StoredState:
    """Open the state, as each process does."""
    return StoredState(Disk(folder / FILE_NAME), folder / STATE_NAME)


def bucket(tokens: float, *sent_minutes: int, at: int = 0) -> dict[str, Any]:
    """Return a bucket as JSON, counted ``at`` minutes after noon."""
    return {
        "tokens": tokens,
        "counted_at": (NOON + timedelta(minutes=at)).isoformat(),
        "blocked_until": None,
        "strikes": 0,
        "share": 1.0,
        "sent": [(NOON + timedelta(minutes=each)).isoformat() for each in sent_minutes],
        "uptime": None,
    }


def write_older(folder: Path, **members: Any) -> None:  # noqa: ANN401 - any JSON
    """Write the file as version 0.1.0 does."""
    JsonState(folder / STATE_NAME).change(lambda file: file.update(members))


def read_file(folder: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((folder / STATE_NAME).read_bytes())
    return kept


def tokens_in(kept: dict[str, Any], key: str = "claude/a") -> float:
    return float(kept["allowances"][key]["tokens"])


def spend(state: StoredState, minute: int, key: str = "claude/a") -> None:
    def edit(kept: dict[str, Any]) -> None:
        entry = kept.setdefault("allowances", {}).get(key, bucket(8.0))
        entry["tokens"] -= 1
        entry["counted_at"] = (NOON + timedelta(minutes=minute)).isoformat()
        entry["sent"] = [*entry["sent"], entry["counted_at"]]
        kept["allowances"][key] = entry

    state.change(edit)


@contextmanager
def locked_by_another_program(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_what_version_0_1_left_is_taken_over_once_and_its_numbers_leave_the_file(
    folder: Path, state: StoredState
) -> None:
    readings = {"claude/b": {"percent": 1}, "claude/a": {"percent": 2}}
    write_older(folder, allowances={"claude/a": bucket(3.0)}, readings=readings, updates={"checked_at": "x"})
    before = state.read()
    assert list(before["readings"]) == ["claude/b", "claude/a"]
    assert (before["updates"], tokens_in(before)) == ({"checked_at": "x"}, 3.0)
    assert read_file(folder)["readings"] == readings, "a look changes nothing"
    state.change(lambda kept: kept.update(new=1))
    assert state.read() == before | {"new": 1}
    assert read_file(folder) == {"allowances": before["allowances"], MOVED: True}
    state.change(lambda kept: kept["readings"].clear())
    with closing(open_state(folder)) as again:
        assert "readings" not in again.read()
        assert tokens_in(again.read()) == 3.0


def test_an_older_version_that_runs_beside_this_one_uses_up_the_same_budget(
    folder: Path, state: StoredState
) -> None:
    write_older(folder, allowances={"claude/a": bucket(8.0)})
    spend(state, 1)
    spend(state, 3)
    older = read_file(folder)["allowances"]["claude/a"]
    assert older["tokens"] == 7, "the older version starts from what this one had sent when it took over"
    sent = [*older["sent"], (NOON + timedelta(minutes=2)).isoformat()]
    write_older(folder, allowances={"claude/a": bucket(6.0, at=2) | {"sent": sent}})
    assert tokens_in(state.read()) == 5
    spend(state, 4)
    assert tokens_in(state.read()) == 4
    assert tokens_in(read_file(folder)) == 4
    assert len(state.read()["allowances"]["claude/a"]["sent"]) == 4


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\0" * 100])
def test_a_damaged_file_of_an_older_version_leaves_no_budget(
    folder: Path, state: StoredState, content: bytes
) -> None:
    folder.mkdir()
    (folder / STATE_NAME).write_bytes(content)
    assert DAMAGED in state.read()
    state.change(lambda kept: kept.update(new=1))
    assert state.read() == {DAMAGED: True, "new": 1}


def test_a_kill_while_the_file_is_taken_over_loses_nothing(
    folder: Path, state: StoredState, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_older(folder, allowances={"claude/a": bucket(3.0)}, readings={"claude/a": {"percent": 2}})

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("claudometer.store.state.write_atomically", kill)
        with pytest.raises(KeyboardInterrupt):
            spend(state, 1)
    with closing(open_state(folder)) as again:
        assert tokens_in(again.read()) == 2
        spend(again, 2)
        assert tokens_in(again.read()) == 1
        assert again.read()["readings"] == {"claude/a": {"percent": 2}}
    assert MOVED in read_file(folder)


def run_changers(folder: Path, count: int, *names: str) -> list[subprocess.Popen[bytes]]:
    env = os.environ | {"PYTHONPATH": f"{ROOT / 'app'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "tests.store.state_changer", str(folder)]
    return [
        subprocess.Popen([*command, name, str(count)], stdout=subprocess.PIPE, env=env, cwd=ROOT)
        for name in names
    ]


def taken(state: StoredState) -> dict[str, int]:
    entries = state.read().get("allowances", {})
    return {key.removeprefix("claude/"): entry["taken"] for key, entry in entries.items()}


def test_processes_that_change_it_at_the_same_time_lose_no_change(folder: Path, state: StoredState) -> None:
    changers = run_changers(folder, 60, "a", "b", "c", "d")
    for changer in changers:
        changer.communicate(timeout=120)
        assert changer.returncode == 0
    assert taken(state) == {"a": 60, "b": 60, "c": 60, "d": 60, "all": 240}
    assert not (folder / STATE_NAME).exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_processes_that_are_killed_at_any_moment_lose_no_token_that_they_took(
    folder: Path, state: StoredState
) -> None:
    chance, counted = random.Random(16), 0  # noqa: S311 - no secret
    for number in range(60):
        names = (f"{number}a", f"{number}b")
        changers = run_changers(folder, 10_000, *names)
        lines = [changer.stdout.readline() for changer in changers if changer.stdout]
        time.sleep(chance.uniform(0, 0.1))
        for name, changer, line in zip(names, changers, lines, strict=True):
            changer.kill()
            with changer:
                printed = (line + changer.stdout.read()).count(b"\n") if changer.stdout else 0
            # The last one may have been taken and not printed.
            assert printed <= taken(state)[name] <= printed + 1
            counted += taken(state)[name]
    assert taken(state)["all"] == counted
    assert not {DAMAGED, EMPTIED_AT} & state.read().keys()
    with closing(sqlite3.connect(folder / FILE_NAME)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version = {VERSION + 1}")


def test_under_a_newer_schema_the_file_goes_on_and_not_a_byte_of_the_database_changes(
    folder: Path, state: StoredState
) -> None:
    spend(state, 1)
    state.change(lambda kept: kept.update(readings={"claude/a": {"percent": 2}}))
    state.close()
    make_newer(folder / FILE_NAME)
    before = (folder / FILE_NAME).read_bytes()
    for minute in (2, 3):  # each a program of its own
        with closing(open_state(folder)) as program:
            spend(program, minute)
            assert program.read()["readings"] == {"claude/a": {"percent": 2}}
    assert (folder / FILE_NAME).read_bytes() == before
    assert tokens_in(read_file(folder)) == 5
    with closing(sqlite3.connect(folder / FILE_NAME)) as raw:  # the update has come
        raw.execute(f"PRAGMA user_version = {VERSION}")
    assert tokens_in(state.read()) == 5
    spend(state, 4)
    assert tokens_in(state.read()) == 4
    assert read_file(folder).keys() == {"allowances", MOVED}


def test_while_another_program_keeps_it_locked_all_programs_share_the_budget_in_the_file(
    folder: Path, state: StoredState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claudometer.store.disk.BUSY_MS", 100)
    spend(state, 1)
    with (
        locked_by_another_program(folder / FILE_NAME),
        closing(open_state(folder)) as second,
    ):
        spend(state, 2)
        spend(second, 3)
        spend(state, 4)
        assert tokens_in(second.read()) == tokens_in(state.read()) == 4
        assert state.is_spare is False
    spend(state, 5)
    assert tokens_in(state.read()) == 3
    assert read_file(folder).keys() == {"allowances", MOVED}


def test_a_number_that_is_removed_while_the_database_is_locked_does_not_come_back(
    folder: Path, state: StoredState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claudometer.store.disk.BUSY_MS", 100)
    state.change(lambda kept: kept.update(readings={"claude/a": {}, "claude/b": {}}))
    with locked_by_another_program(folder / FILE_NAME):
        state.change(lambda kept: kept["readings"].pop("claude/a") and None)
        assert list(state.read()["readings"]) == ["claude/b"]
    state.change(lambda kept: kept.update(new=1))
    assert list(state.read()["readings"]) == ["claude/b"]


@pytest.mark.parametrize("kind", ["folder", "fifo", "link to nowhere"])
def test_something_else_in_the_place_of_the_database_leaves_the_budget_in_the_file(
    folder: Path, kind: str
) -> None:
    folder.mkdir()
    path = folder / FILE_NAME
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(folder / "missing" / "file")
    for minute in (1, 2):
        with closing(StoredState(Disk(path), folder / STATE_NAME)) as program:
            program.change(lambda kept: kept.pop(EMPTIED_AT, None) and None)
            spend(program, minute)
    assert tokens_in(read_file(folder)) == 6
    path.rmdir() if kind == "folder" else path.unlink()
    with closing(StoredState(Disk(path), folder / STATE_NAME)) as program:
        spend(program, 3)
        assert tokens_in(program.read()) == 5


def test_only_a_process_that_had_a_damaged_database_open_knows_what_was_sent(
    folder: Path,
) -> None:
    path = folder / FILE_NAME
    disk = Disk(path)
    with closing(StoredState(disk, folder / STATE_NAME)) as state:
        spend(state, 1)
        state.close()
        path.write_bytes(b"no database" * 500)
        looking = StoredState(Disk(path), folder / STATE_NAME, only_looks=True)
        assert DAMAGED in looking.read(), "a look sets nothing aside"
        assert path.read_bytes() == b"no database" * 500
        assert tokens_in(state.read()) == 7, "this process knows what it has sent"
        path.write_bytes(b"no database" * 500)
        with closing(StoredState(Disk(path), folder / STATE_NAME)) as other:
            assert DAMAGED in other.read()
            other.change(lambda kept: kept.update(new=1))
            assert other.read() == {DAMAGED: True, "new": 1}
    assert disk.damaged is not None
    assert dict(disk.damaged.facts) == {"moved_to": str(folder / "history.broken.db")}


def test_a_damaged_database_that_had_no_budgets_yet_costs_none(folder: Path, state: StoredState) -> None:
    write_older(folder, allowances={"claude/a": bucket(3.0)}, readings={"claude/a": {}})
    (folder / FILE_NAME).write_bytes(b"no database" * 500)
    state.change(lambda kept: kept.update(new=1))
    assert (tokens_in(state.read()), DAMAGED in state.read()) == (3.0, False)


def test_without_sqlite_the_file_goes_on(
    folder: Path, state: StoredState, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(state, 1)
    state.close()
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    with closing(open_state(folder)) as program:
        assert DAMAGED in program.read(), "what was sent is in a file that this Python cannot read"
        program.change(lambda kept: kept.update(new=1))
        assert program.read().keys() == {EMPTIED_AT, "new"}, "one request, and then more as time passes"
    with closing(StoredState(Disk(folder / "other.db"), folder / "other.json")) as fresh:
        spend(fresh, 1)
        assert tokens_in(fresh.read()) == 7


def test_history_and_state_write_beside_each_other_in_one_process(folder: Path, state: StoredState) -> None:
    with closing(History(folder / FILE_NAME)) as history:
        for number in range(5):
            record(history, session(40 + number), minutes=number)
            spend(state, number)
        assert history.clear()
        assert not percents(history)
        assert not history.problems
    assert tokens_in(state.read()) == 3
