"""Every command about the history names the fault of its file, and none of them hangs or fails otherwise."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.exit_codes import NO_NUMBERS
from claudometer.present.messages.history import NOTHING_TO_CLEAR
from claudometer.store.history import History
from claudometer.store.schema import MIGRATIONS, VERSION
from tests.sentences import hint, title

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.domain.errors import Fact
    from tests.cli.program import Program

COMMANDS = (
    ("history",),
    ("history", "--json"),
    ("resets",),
    ("alerts",),
    ("export", "--json"),
    ("history", "clear", "--yes"),
)

KINDS: dict[str, Callable[[Path], None]] = {
    "is_fifo": os.mkfifo,
    "is_folder": os.mkdir,
    "is_device": lambda path: path.symlink_to("/dev/zero"),
    "loop": lambda path: path.symlink_to(path),
}


@pytest.fixture
def file(program: Program) -> Path:
    path = program.home.state / "claudometer" / "history.db"
    path.parent.mkdir(parents=True)
    return path


def _state_of(file: Path) -> tuple[int, ...]:
    """Return what a change of the file changes: not the last access, which following a link changes."""
    found = file.lstat()
    return found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns


@pytest.mark.parametrize("command", ["history", "resets"])
def test_an_empty_history_that_cannot_be_saved_says_why(program: Program, file: Path, command: str) -> None:
    """Else a new user waits for the first numbers in vain."""
    history = History(file)
    history.retry()
    history.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = program.run(command)
    assert (answer.code, answer.err.startswith("claudometer: The history is not saved: ")) == (0, True)
    assert str(file) in answer.err
    assert program.run(command).err == ""


@pytest.mark.parametrize("reason", KINDS)
def test_every_command_says_what_is_in_the_databases_place(program: Program, file: Path, reason: str) -> None:
    KINDS[reason](file)
    before = _state_of(file)
    facts = {"reason": reason, "path": str(file), "folder": str(file.parent)}
    for words in COMMANDS:
        answer = program.run(*words)
        assert (answer.code, answer.out) == (NO_NUMBERS, ""), words
        assert title(ErrorCode.HISTORY_UNREADABLE, **facts) in answer.err, words
        assert hint(ErrorCode.HISTORY_UNREADABLE, **facts) in answer.err, words
    assert _state_of(file) == before


def test_every_command_reports_a_database_that_another_program_locks(program: Program, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        for statement in "".join(MIGRATIONS).split(";"):
            other.execute(statement)
        other.execute(f"PRAGMA user_version = {VERSION}")
        other.execute("BEGIN EXCLUSIVE")
        facts: dict[str, Fact] = {
            "reason": "locked_by",
            "path": str(file),
            "pid": os.getpid(),
            "program": "…",
        }
        for words in COMMANDS:
            answer = program.run(*words)
            assert (answer.code, answer.out) == (NO_NUMBERS, ""), words
            end = title(ErrorCode.HISTORY_UNREADABLE, **facts).partition("…")[2]
            assert end in answer.err, words
            assert hint(ErrorCode.HISTORY_UNREADABLE, **facts) in answer.err, words


def test_every_command_reports_a_newer_database_and_leaves_it_alone(program: Program, file: Path) -> None:
    with closing(sqlite3.connect(file)) as newer:
        newer.executescript(f"CREATE TABLE other (x); PRAGMA user_version = {VERSION + 1}")
    before = file.read_bytes()
    for words in COMMANDS:
        answer = program.run(*words)
        assert (answer.code, answer.out) == (NO_NUMBERS, ""), words
        assert title(ErrorCode.HISTORY_NEWER) in answer.err, words
        assert hint(ErrorCode.HISTORY_NEWER, path=str(file)) in answer.err, words
    assert file.read_bytes() == before


def test_a_link_to_a_drive_that_is_not_mounted_has_nothing_to_clear_but_is_no_history_either(
    program: Program, file: Path
) -> None:
    file.symlink_to(file.parent / "away" / "history.db")
    facts = {"reason": "nowhere", "path": str(file), "target": str(file.parent / "away" / "history.db")}
    for words in COMMANDS:
        answer = program.run(*words)
        assert (answer.code, answer.out) == (NO_NUMBERS, ""), words
        assert title(ErrorCode.HISTORY_UNREADABLE, **facts) in answer.err, words


def test_without_a_file_there_is_nothing_to_clear(program: Program, file: Path) -> None:
    assert program.run("history", "clear", "--yes").out == f"{NOTHING_TO_CLEAR}\n"
    assert not file.exists()
