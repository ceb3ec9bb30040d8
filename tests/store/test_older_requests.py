"""The file of older versions with a line for each request is listed, taken over once, and removed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.ledger import RequestRecord, encode_record
from claudometer.domain.next_poll import Reason
from claudometer.store import older_requests
from claudometer.store.history import History
from claudometer.store.older_requests import append_requests, with_older
from claudometer.system.file_locks import FileLock
from tests.clocks import NOON
from tests.kept_requests import kept_requests
from tests.store.test_requests import SENT, days_ago, keep
from tests.unprivileged import unprivileged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LATER = replace(SENT, at=NOON + timedelta(minutes=5))


@pytest.fixture
def older(path: Path) -> Path:
    path.parent.mkdir()
    return path.with_name("requests.jsonl")


def write_lines(older: Path, *records: RequestRecord) -> None:
    older.write_bytes(b"".join(map(encode_record, records)))


def test_the_lines_of_seven_days_are_taken_over_in_order_and_the_file_is_removed(
    history: History, path: Path, older: Path
) -> None:
    of_an_account = replace(days_ago(1), account="0123456789ab")
    write_lines(older, days_ago(8), days_ago(6), of_an_account, SENT, SENT)
    keep(history, LATER)
    found = kept_requests(path.parent, NOON)
    assert found == [days_ago(6), of_an_account, SENT, SENT, LATER]
    assert found[1].account == of_an_account.account
    assert not older.exists()


@pytest.mark.parametrize(
    "damage", [b"\x00" * 500 + b"\n", b"[" * 100_000 + b"\n", b"{}\n\n\n", b"\xff\xfe\n"]
)
def test_only_damaged_lines_are_skipped(history: History, path: Path, older: Path, damage: bytes) -> None:
    line = encode_record(SENT)
    older.write_bytes(damage + line + line[:40])
    keep(history, LATER)
    assert kept_requests(path.parent, NOON) == [SENT, LATER]
    assert not older.exists()


def test_a_line_of_the_first_versions_lacks_members(history: History, path: Path, older: Path) -> None:
    older.write_bytes(encode_record(SENT).replace(b',"via":null', b""))
    keep(history, LATER)
    assert kept_requests(path.parent, NOON) == [SENT, LATER]


def test_a_file_that_an_older_version_begins_again_is_taken_over_again(
    history: History, path: Path, older: Path
) -> None:
    write_lines(older, SENT)
    keep(history, LATER)
    again = [replace(SENT, at=NOON + timedelta(minutes=number)) for number in (6, 7)]
    write_lines(older, *again)
    last = replace(SENT, at=NOON + timedelta(minutes=9))
    keep(history, last)
    assert kept_requests(path.parent, NOON) == [SENT, LATER, *again, last]
    assert not older.exists()


def test_until_then_the_lines_are_listed_among_the_rows(history: History, path: Path, older: Path) -> None:
    keep(history, LATER)
    write_lines(older, days_ago(1), SENT, LATER)
    rows = kept_requests(path.parent, NOON)
    assert with_older(rows, path.parent, NOON) == [days_ago(1), SENT, LATER]
    assert with_older([], path.parent / "nowhere", NOON) == []


def test_lines_that_were_taken_over_by_a_program_that_was_killed_then_come_once(
    history: History, path: Path, older: Path
) -> None:
    write_lines(older, days_ago(1), SENT, SENT)
    content = older.read_bytes()
    keep(history, LATER)
    older.write_bytes(content)  # as if it had not been removed
    last = replace(SENT, at=NOON + timedelta(minutes=9))
    keep(history, last)
    assert kept_requests(path.parent, NOON) == [days_ago(1), SENT, SENT, LATER, last]
    assert not older.exists()


def test_a_file_that_cannot_be_removed_is_taken_over_once(
    history: History, path: Path, older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("claudometer.store.kept_requests.remove_older_requests", refuse)
    write_lines(older, SENT)
    keep(history, LATER)
    keep(history, replace(LATER, http_status=500))
    found = kept_requests(path.parent, NOON)
    assert found == [SENT, LATER, replace(LATER, http_status=500)]
    assert with_older(found, path.parent, NOON) == found


def test_while_the_database_cannot_be_used_the_file_gets_the_requests(
    history: History, path: Path, older: Path
) -> None:
    write_lines(older, SENT)
    path.mkdir()
    keep(history, LATER)
    assert older.read_bytes() == encode_record(SENT) + encode_record(LATER)
    assert history.requests(NOON)[0] == [LATER]
    path.rmdir()
    keep(history, replace(LATER, http_status=500))
    assert kept_requests(path.parent, NOON) == [SENT, LATER, replace(LATER, http_status=500)]
    assert not older.exists()


def test_what_a_program_could_not_write_before_it_ended_is_listed_and_taken_over_once(
    history: History, path: Path, older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claudometer.store.disk.BUSY_MS", 50)
    keep(history, SENT)
    ours = replace(LATER, account="0123456789ab")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with closing(History(path)) as short:
            keep(short, ours, ours)
        other.execute("ROLLBACK")
    assert kept_requests(path.parent, NOON) == [SENT]
    listed = with_older(kept_requests(path.parent, NOON), path.parent, NOON)
    assert listed == [SENT, ours, ours]
    last = replace(LATER, at=NOON + timedelta(minutes=6))
    keep(history, last)
    found = kept_requests(path.parent, NOON)
    assert found == [SENT, ours, ours, last]
    assert [each.account for each in found[1:3]] == [ours.account] * 2
    assert not older.exists()


def test_what_a_program_kept_in_memory_and_in_the_file_comes_once(
    history: History, path: Path, older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claudometer.store.disk.BUSY_MS", 50)
    keep(history, SENT)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        keep(history, LATER)
        other.execute("ROLLBACK")
    last = replace(LATER, at=NOON + timedelta(minutes=6))
    with closing(History(path)) as short:
        keep(short, last)  # takes the file over, before the other program moves what it has in memory
    assert not older.exists()
    history.retry()
    assert kept_requests(path.parent, NOON) == [SENT, LATER, last]


def test_a_line_that_a_killed_writer_left_unfinished_costs_no_other(path: Path, older: Path) -> None:
    older.write_bytes(encode_record(SENT) + encode_record(LATER)[:30])
    append_requests(older, [LATER])
    assert with_older([], path.parent, NOON) == [SENT, LATER]


def test_the_file_keeps_the_latest_requests_when_it_has_become_long(
    path: Path, older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(older_requests, "CUT_AFTER_BYTES", 5000)
    monkeypatch.setattr(older_requests, "KEPT_ROWS", 10)
    sent = [replace(SENT, at=NOON + timedelta(seconds=number)) for number in range(100)]
    for each in sent:
        append_requests(older, [each])
    assert older.stat().st_size < 5000
    found = with_older([], path.parent, NOON)
    assert found == sent[-len(found) :]
    assert len(found) >= 10


def test_a_file_that_another_program_keeps_locked_is_left_for_the_next_time(
    history: History, path: Path, older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(older_requests, "LOCK_TIMEOUT_S", 0.05)
    write_lines(older, SENT)
    lock = FileLock(older.with_suffix(".lock"))
    assert lock.try_acquire()
    keep(history, LATER)
    assert kept_requests(path.parent, NOON) == [LATER]
    assert older.exists()
    lock.release()
    keep(history, replace(LATER, http_status=500))
    assert kept_requests(path.parent, NOON)[0] == SENT
    assert not older.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="FIFOs are POSIX")
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
@pytest.mark.parametrize("name", ["requests.jsonl", "requests.lock"])
def test_a_pipe_or_folder_in_its_place_or_its_locks_blocks_nothing_and_is_left_alone(
    history: History, path: Path, older: Path, name: str, make: Callable[[Path], None]
) -> None:
    in_the_way = older.with_name(name)
    make(in_the_way)
    if in_the_way != older:
        write_lines(older, SENT)
    began = time.monotonic()
    keep(history, LATER)
    assert time.monotonic() - began < 5
    assert kept_requests(path.parent, NOON) == [LATER]
    assert os.path.lexists(in_the_way)
    if in_the_way == older:
        with pytest.raises(ClaudometerError) as raised:
            with_older([], path.parent, NOON)
        assert raised.value.code is ErrorCode.LEDGER_UNREADABLE
        assert raised.value.facts["reason"] == "not_file"


def test_the_target_of_a_link_in_place_of_the_lock_is_unchanged(history: History, older: Path) -> None:
    write_lines(older, SENT)
    theirs = older.with_name("theirs")
    theirs.write_text("kept")
    older.with_suffix(".lock").symlink_to(theirs)
    keep(history, LATER)
    assert theirs.read_text() == "kept"


def test_a_link_to_the_file_stays(history: History, path: Path, older: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.jsonl"
    real.write_bytes(encode_record(SENT))
    older.symlink_to(real)
    keep(history, LATER)
    assert kept_requests(path.parent, NOON) == [SENT, LATER]
    assert not real.exists()
    assert older.is_symlink()


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_a_file_that_may_not_be_read_is_said_and_stays(older: Path) -> None:
    older.parent.chmod(0o755)
    older.parent.parent.chmod(0o755)
    write_lines(older, SENT)
    older.chmod(0)
    with unprivileged(), pytest.raises(ClaudometerError) as raised:
        with_older([], older.parent, NOON)
    assert raised.value.facts["path"] == str(older)
    assert "reason" in raised.value.facts
    assert older.exists()


TAKE_OVER = """
import sys
from pathlib import Path
from claudometer.store.history import History
from tests.store.test_older_requests import LATER
from tests.store.test_requests import keep
print("begins", flush=True)
keep(History(Path(sys.argv[1])), LATER)
"""


@pytest.mark.slow  # kills a program again and again
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_program_killed_while_it_takes_the_file_over_loses_no_line_and_doubles_none(
    path: Path, older: Path
) -> None:
    lines = [replace(SENT, at=NOON - timedelta(seconds=number), http_status=number) for number in range(4000)]
    lines.reverse()
    for round_number in range(8):
        for file in path.parent.glob("*"):
            file.unlink()
        write_lines(older, *lines)
        with subprocess.Popen(
            [sys.executable, "-c", TAKE_OVER, str(path)], stdout=subprocess.PIPE
        ) as program:
            assert program.stdout is not None
            program.stdout.readline()
            time.sleep(0.03 * round_number)
            program.send_signal(signal.SIGKILL)
        last = replace(LATER, reason=Reason.QUIET)
        with closing(History(path)) as history:
            keep(history, last)
        found = kept_requests(path.parent, NOON)
        assert [each for each in found if each.at <= NOON] == lines
        assert found[-1] == last
        assert not older.exists()
