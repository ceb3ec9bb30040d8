"""What the check of this computer, and `status`, say of the history."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.store.schema import VERSION
from tests.end_to_end.test_doctor import examine, needing, report_of, step_of
from tests.kept_state import change_state
from tests.sentences import hint_once, title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.end_to_end.person import Person

SHOWN = "~/.local/state/claudometer/history.db"


@pytest.fixture
def owner(cli_user: Person) -> Iterator[Person]:
    """Somebody with a reading in the history."""
    assert cli_user.run("status").returncode == 0
    yield cli_user
    cli_user.state_file.parent.chmod(0o700)


@pytest.fixture
def file(owner: Person) -> Path:
    return owner.state_file.parent / "history.db"


def checked(owner: Person) -> dict[str, Any]:
    report = report_of(examine(owner.home, owner.env, "--json"))
    return report | {"history": report["by_id"]["history"]}


def rows_of(file: Path) -> list[tuple[object, ...]]:
    """Return the points, alerts and budgets in the database."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        tables = ("series", "points", "resets", "forecasts", "alerts", "alert_memory", "budgets", "state")
        return [row for each in tables for row in connection.execute(f"SELECT * FROM {each}")]  # noqa: S608 - ours


def test_a_history_that_is_kept_says_since_when(owner: Person, file: Path) -> None:
    before = rows_of(file)
    report = checked(owner)
    assert report["history"]["state"] == "ok"
    assert report["history"]["sentence"].startswith("Kept since ")
    assert report["history"]["sentence"].endswith(", 0.1 MB.")
    assert needing(report) == []
    # Only the check's own request is added to the same file.
    assert rows_of(file) == before
    assert [each["reason"] for each in owner.read_ledger()][-1] == "doctor"
    # SQLite makes these also for a program that only reads, and whoever writes next removes them.
    beside = {each.name: each.stat().st_size for each in file.parent.glob("history.*") if each != file}
    assert beside.keys() <= {"history.db-shm", "history.db-wal"}
    assert beside.get("history.db-wal", 0) == 0


def test_without_a_history_nothing_but_the_checks_request_is_kept(owner: Person, file: Path) -> None:
    file.unlink()
    assert checked(owner)["history"] | {"title": ""} == {
        "id": "history",
        "title": "",
        "state": "not-here",
        "sentence": "Nothing is kept yet.",
        "action": None,
    }
    assert rows_of(file) == []
    assert [each["reason"] for each in owner.read_ledger()] == ["doctor"]


def replaced_by(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def plant(file: Path) -> None:
        file.unlink()
        make(file)

    return plant


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")


def damaged(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xff" * 4096)


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a FIFO": (replaced_by(os.mkfifo), "Move it away."),
    "a folder": (replaced_by(os.mkdir), "Move it away."),
    "a device": (replaced_by(lambda file: file.symlink_to("/dev/zero")), "Move it away."),
    "a loop": (replaced_by(lambda file: file.symlink_to(file)), "Delete that link."),
    "nowhere": (replaced_by(lambda file: file.symlink_to(file.parent / "away" / "x.db")), "Mount the drive"),
    "a lock that is a folder": (lambda file: file.with_name("history.db-wal").mkdir(), "Move it away."),
    "0000": (lambda file: file.chmod(0), f"chmod u+rw {SHOWN}"),
    "0400": (lambda file: file.chmod(0o400), f"chmod u+rw {SHOWN}"),
    "a newer version": (newer, "Install the newer version"),
    "damage": (damaged, "Start Claudometer"),
    "no database": (lambda file: file.write_bytes(b"no database" * 999), "Start Claudometer"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_step_and_nothing_else_is_wrong(
    owner: Person, file: Path, name: str
) -> None:
    plant, step = FAULTS[name]
    plant(file)
    report = checked(owner)
    assert needing(report) == ["history"], [(each["id"], each["sentence"]) for each in report["checks"]]
    assert SHOWN in report["history"]["sentence"] + step_of(report["history"])
    assert step in step_of(report["history"])
    assert str(owner.home.path) not in str(report)


def test_a_folder_that_cannot_be_written_needs_the_user_once(owner: Person, file: Path) -> None:
    file.parent.chmod(0o500)
    report = checked(owner)
    assert needing(report) == ["data"]
    assert report["history"]["state"] == "unknown"
    assert report["history"]["sentence"] == "Not known until the data can be saved."


@pytest.mark.parametrize("name", ["a FIFO", "a folder", "a loop", "nowhere", "a newer version"])
def test_status_says_that_the_history_is_not_saved(owner: Person, file: Path, name: str) -> None:
    FAULTS[name][0](file)
    done = owner.run("status", "--json")
    exit_code, report = owner.read_status()
    assert (done.returncode, exit_code, report["status"]) == (0, 0, "ok")
    is_newer = name == "a newer version"
    code = ErrorCode.HISTORY_NEWER if is_newer else ErrorCode.HISTORY_UNKEPT
    assert str(file) in report["message"] + report["hint"]
    if is_newer:
        assert report["message"] == title(code)
        assert report["hint"] == hint_once(code, path=str(file))
    shown = " ".join(owner.run("status").stdout.split())
    assert "".join(report["message"].split()) in "".join(shown.split())


def test_status_that_sets_a_damaged_history_aside_says_so_and_then_why_it_waits(
    owner: Person, file: Path
) -> None:
    file.write_bytes(b"no database" * 999)
    first, second = owner.read_status()[1], owner.read_status()[1]
    assert first["message"] == title(ErrorCode.HISTORY_BROKEN)
    assert str(file.with_name("history.broken.db")) in first["hint"]
    assert second["message"] == title(ErrorCode.STATE_BROKEN)  # it is not known what was sent


def test_the_check_names_the_damaged_file_and_not_other_programs_while_the_budget_refills(
    owner: Person, file: Path
) -> None:
    file.write_bytes(b"no database" * 999)
    owner.read_status()
    report = checked(owner)
    room = report["by_id"]["room"]
    assert needing(report) == []
    assert room["state"] == "unknown"
    assert "was damaged and was set aside today " in room["sentence"]
    assert "~/.local/state/claudometer/history.broken.db" in room["sentence"]
    assert "Next request: today" in room["sentence"]
    assert room["action"]["text"] == "Nothing needs to be done."


def test_a_damaged_file_of_long_ago_is_not_blamed_for_what_could_not_be_read_now(
    owner: Person, file: Path
) -> None:
    older = file.with_name("history.broken.db")
    older.write_bytes(b"no database")
    lost = datetime.now(UTC) + timedelta(hours=2)  # by a clock that is set, since no program sets st_ctime
    change_state(file.parent, lambda kept: kept.update(allowances={}, emptied_at=lost.isoformat()))
    room = checked(owner)["by_id"]["room"]
    assert "could not be read" in room["sentence"]
    assert "history.broken.db" not in room["sentence"]
