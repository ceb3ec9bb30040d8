"""The requests that were sent: none is lost by a kill, a fault of the disk or another program; for 7 days."""

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

from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import RequestRecord, account_mark
from claudometer.domain.next_poll import Reason
from claudometer.store import requests as table
from claudometer.store.history import History
from claudometer.store.kept_requests import KeptRequests, write_alone
from claudometer.store.older_requests import with_older
from claudometer.store.schema import MIGRATIONS, VERSION
from tests.clocks import NOON
from tests.histories import percents, record
from tests.kept_requests import kept_requests
from tests.readings import session
from tests.store.test_files import disk_of
from tests.store.test_surviving import PAGE

if TYPE_CHECKING:
    from pathlib import Path

SENT = RequestRecord(NOON, "api.anthropic.com", "/api/oauth/usage", "ok", 200, 0.4, Reason.INTERVAL)


def numbered(number: int) -> RequestRecord:
    """Return the request with this number: each is sent a second after the one before."""
    return replace(SENT, at=NOON + timedelta(seconds=number), http_status=number)


def days_ago(days: float) -> RequestRecord:
    return replace(SENT, at=NOON - timedelta(days=days))


def keep(history: History, *records: RequestRecord) -> None:
    """Keep requests as a program does; what no disk takes is in memory."""
    requests = KeptRequests(history, history.disk.path.with_name("requests.jsonl"))
    for each in records:
        requests.add(each)
        try:
            requests.write()
        except OSError:
            assert history.is_failing


def numbers_in(path: Path) -> list[int | None]:
    return [each.http_status for each in kept_requests(path.parent, NOON)]


def test_a_request_is_read_as_it_was_written_by_the_millisecond(history: History, path: Path) -> None:
    whole = replace(
        SENT,
        at=NOON + timedelta(milliseconds=7),
        outcome="rate_limited",
        http_status=429,
        duration_s=0.123,
        retry_after_s=3600.0,
        via="browser",
        account=account_mark("claude/someone"),
    )
    bare = replace(SENT, at=NOON + timedelta(seconds=1), outcome="unfinished", http_status=None)
    keep(history, whole, bare)
    found = kept_requests(path.parent, NOON)
    assert found == [whole, bare]
    assert [each.account for each in found] == [whole.account, None]


def test_requests_are_listed_by_time_and_those_of_one_moment_in_the_order_of_writing(
    history: History, path: Path
) -> None:
    first, second = replace(SENT, http_status=200), replace(SENT, http_status=500)
    keep(history, first, second, days_ago(1))
    assert kept_requests(path.parent, NOON) == [days_ago(1), first, second]
    assert history.requests(NOON) == ([days_ago(1), first, second], None)


def test_reading_without_a_file_returns_nothing_and_creates_nothing(history: History, path: Path) -> None:
    assert history.requests(NOON) == ([], None)
    assert not path.parent.exists()


def test_after_eight_days_all_older_than_seven_are_deleted_at_once(history: History, path: Path) -> None:
    keep(history, *(days_ago(days) for days in (7.9, 7.5, 6.5)))
    assert kept_requests(path.parent, NOON) == [days_ago(6.5)]
    assert len(kept_requests(path.parent, NOON - timedelta(days=1))) == 3
    keep(history, replace(SENT, at=NOON + timedelta(days=0.2)))
    assert len(kept_requests(path.parent, NOON - timedelta(days=1))) == 2


def test_of_too_many_the_latest_stay(history: History, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 20)
    monkeypatch.setattr(table, "KEPT_ROWS", 15)
    ahead = [replace(numbered(number), at=NOON + timedelta(days=500)) for number in range(19)]
    keep(history, *ahead)  # by a clock that was wrong
    keep(history, *(numbered(number) for number in range(100, 110)))
    found = numbers_in(path)
    assert found[:10] == list(range(100, 110))
    assert 15 <= len(found) <= 20


def test_clearing_the_history_leaves_the_requests(history: History, path: Path) -> None:
    record(history, session(40))
    keep(history, SENT)
    assert history.clear()
    assert percents(history) == []
    assert kept_requests(path.parent, NOON) == [SENT]


@pytest.mark.parametrize(
    "damage", ["at = 'x'", "at = -1", "host = x'00ff'", "duration_s = 'x'", "reason = ''"]
)
def test_a_damaged_row_costs_no_other(history: History, path: Path, damage: str) -> None:
    keep(history, numbered(1), numbered(2), numbered(3))
    history.close()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(f"UPDATE requests SET {damage} WHERE id = 2")  # noqa: S608 - ours
    assert numbers_in(path) == [1, 3]
    keep(history, numbered(4))
    assert numbers_in(path)[-2:] == [3, 4]


def test_an_address_that_is_no_text_is_recorded_all_the_same(history: History, path: Path) -> None:
    keep(history, replace(SENT, host="a\udcff.example"))
    (found,) = kept_requests(path.parent, NOON)
    assert found.host == "a?.example"


def _make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")


def _make_current(path: Path) -> None:
    with closing(sqlite3.connect(path)) as current:
        current.execute(f"PRAGMA user_version = {VERSION}")


def test_beside_a_newer_schema_requests_wait_in_memory_and_the_file_is_left_alone(
    history: History, path: Path
) -> None:
    keep(history, numbered(1))
    history.close()
    _make_newer(path)
    before = path.read_bytes()
    keep(history, numbered(2), numbered(3))
    assert path.read_bytes() == before
    assert [problem.code for problem in history.problems] == [ErrorCode.HISTORY_NEWER]
    assert [each.http_status for each in history.requests(NOON)[0]] == [1, 2, 3]
    _make_current(path)
    keep(history, numbered(4))
    assert numbers_in(path) == [1, 2, 3, 4]


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file size are POSIX")
def test_a_full_disk_loses_no_request(history: History, path: Path) -> None:
    keep(history, numbered(0))
    with disk_of(5000):
        keep(history, *(numbered(number) for number in range(1, 60)))
        # What the disk has may need a file beside it to be read.
        assert [each.http_status for each in history.requests(NOON)[0]][-59:] == list(range(1, 60))
    history.retry()
    assert numbers_in(path) == list(range(60))


def test_a_locked_database_is_waited_for_in_memory(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claudometer.store.disk.BUSY_MS", 50)
    keep(history, numbered(1))
    history.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        keep(history, numbered(2))
        assert [each.http_status for each in history.requests(NOON)[0]] == [1, 2]
        other.execute("ROLLBACK")
    keep(history, numbered(3))
    assert numbers_in(path) == [1, 2, 3]


@pytest.mark.skipif(sys.platform == "win32", reason="FIFOs are POSIX")
def test_a_fifo_in_the_databases_place_is_said_and_what_memory_has_is_listed(
    history: History, path: Path
) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    keep(history, numbered(1))
    found, fault = history.requests(NOON)
    assert [each.http_status for each in found] == [1]
    assert fault is not None
    assert (fault.code, dict(fault.facts)["reason"]) == (ErrorCode.HISTORY_UNREADABLE, "is_fifo")
    path.unlink()
    keep(history, numbered(2))
    assert numbers_in(path) == [1, 2]


def test_without_sqlite_it_is_said(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    requests = KeptRequests(history, history.disk.path.with_name("requests.jsonl"))
    requests.add(SENT)
    requests.write()
    found, fault = history.requests(NOON)
    assert (found, fault.code if fault else None) == ([], ErrorCode.HISTORY_WITHOUT_SQLITE)
    write_alone(history.disk.path, SENT)
    assert with_older([], history.disk.path.parent, NOON) == [SENT, SENT]


def test_of_a_damaged_file_only_the_requests_on_damaged_pages_are_lost(path: Path) -> None:
    with closing(History(path)) as history:
        keep(history, numbered(0))
        history.change(lambda each: table.write_requests(each, map(numbered, range(1, 3000))))
    with closing(sqlite3.connect(path)) as raw:
        (pages,) = raw.execute("SELECT count(*) FROM dbstat WHERE name = 'requests'").fetchone()
        (page,) = raw.execute(
            "SELECT pageno FROM dbstat WHERE name = 'requests' AND pagetype = 'leaf' LIMIT 1 OFFSET 20"
        ).fetchone()
    assert pages > 40
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xff" * PAGE)
    with closing(History(path)) as history:
        keep(history, numbered(3000))
        history.check()
        keep(history, numbered(3001))
        assert [each.code for each in history.problems] == [ErrorCode.HISTORY_BROKEN]
    found = numbers_in(path)
    assert len(found) == len(set(found)) > 2900
    assert found[-2:] == [3000, 3001]
    assert found[0] == 0


@pytest.mark.parametrize("is_replaced", [False, True])
def test_requests_stay_when_somebody_deletes_or_replaces_the_file(
    history: History, path: Path, *, is_replaced: bool
) -> None:
    record(history, session(40))
    keep(history, numbered(1), numbered(1), numbered(2))
    history.close()
    backup = path.read_bytes()
    keep(history, numbered(3))
    path.unlink()
    if is_replaced:
        path.write_bytes(backup)
    keep(history, numbered(4))
    assert numbers_in(path) == [1, 1, 2, 3, 4]


def test_a_database_of_the_version_before_gets_the_table(history: History, path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as before:
        for statement in "".join(MIGRATIONS[:4]).split(";"):
            before.execute(statement)
        before.execute("PRAGMA user_version = 4")
        before.execute("INSERT INTO state VALUES ('kept', '1')")
    assert kept_requests(path.parent, NOON) == []  # a command reads it as it is
    assert history.requests(NOON) == ([], None)
    keep(history, SENT)
    assert kept_requests(path.parent, NOON) == [SENT]
    with closing(sqlite3.connect(path)) as now:
        assert now.execute("SELECT * FROM state").fetchall() == [("kept", "1")]


def test_a_check_of_this_computer_writes_its_request_and_sets_nothing_aside(path: Path) -> None:
    write_alone(path, SENT)
    assert kept_requests(path.parent, NOON) == [SENT]
    path.write_bytes(b"this is no database" * 1000)
    write_alone(path, SENT)
    assert with_older([], path.parent, NOON) == [SENT]
    assert path.read_bytes() == b"this is no database" * 1000
    assert list(path.parent.glob("*.broken*")) == []


def test_a_hanging_disk_gets_all_that_waited_once_it_responds(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = KeptRequests(history, path.with_name("requests.jsonl"))
    for number in range(3):
        requests.add(numbered(number))  # their writes were never started
    requests.write()
    requests.write()
    assert numbers_in(path) == [0, 1, 2]


WRITE = """
import sys
from pathlib import Path
from claudometer.store.history import History
from tests.store.test_requests import keep, numbered
history = History(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    keep(history, numbered(number))
    print(number, flush=True)
history.close()
"""


def writing(path: Path, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITE, str(path), str(times)], stdout=subprocess.PIPE)


def test_processes_that_write_at_the_same_time_lose_nothing(path: Path) -> None:
    writers = [writing(path, 40) for _ in range(3)]
    for writer in writers:
        writer.communicate(timeout=120)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert sorted(number or 0 for number in numbers_in(path)) == sorted(list(range(40)) * 3)


@pytest.mark.slow  # kills a program again and again
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_writer_killed_at_any_moment_loses_at_most_the_request_under_way(path: Path) -> None:
    for round_number in range(6):
        for file in path.parent.glob("*"):
            file.unlink()
        with writing(path, 10**6) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.004 * round_number)  # a different moment of a write in each round
            writer.send_signal(signal.SIGKILL)
            said = writer.stdout.read().split()
        written = int(said[-1]) if said else 0
        found = numbers_in(path)
        assert found in (list(range(written + 1)), list(range(written + 2)))
        with closing(History(path)) as history:
            keep(history, numbered(99_999))
        assert numbers_in(path) == [*found, 99_999]
