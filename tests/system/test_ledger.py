"""Tests the ledger's file: complete lines after any interruption, 7 days, a size limit, a private mode."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.ledger import RequestRecord, encode_record
from claudometer.domain.next_poll import Reason
from claudometer.system.ledger import KEPT_BYTES, MAX_BYTES, RequestFile
from claudometer.system.regular_files import NotRegularFileError
from claudometer.system.state import JsonState
from tests.clocks import NOON

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECORD = RequestRecord(NOON, "api.anthropic.com", "/api/oauth/usage", "ok", 200, 0.4, Reason.INTERVAL)


def days_ago(days: float) -> RequestRecord:
    return replace(RECORD, at=NOON - timedelta(days=days))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "requests.jsonl"


def test_records_are_read_in_the_order_of_appending(path: Path) -> None:
    file = RequestFile(path)
    file.append(days_ago(1))
    file.append(RECORD)
    assert file.read(NOON) == [days_ago(1), RECORD]


def test_reading_without_a_file_returns_nothing_and_creates_nothing(path: Path) -> None:
    assert RequestFile(path).read(NOON) == []
    assert not path.parent.exists()


def test_the_file_and_its_folder_are_private(path: Path) -> None:
    RequestFile(path).append(RECORD)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_an_incomplete_last_line_is_skipped_and_does_not_damage_the_next(path: Path) -> None:
    file = RequestFile(path)
    file.append(RECORD)
    with path.open("ab") as raw:
        raw.write(encode_record(RECORD)[:40])
    assert file.read(NOON) == [RECORD]
    file.append(RECORD)
    assert file.read(NOON) == [RECORD, RECORD]


@pytest.mark.parametrize("damage", [b"\x00" * 500, b"[" * 100_000 + b"\n", b"{}\n\n\n", b"\xff\xfe\n"])
def test_only_damaged_lines_are_lost(path: Path, damage: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    file = RequestFile(path)
    file.append(RECORD)
    assert file.read(NOON) == [RECORD]


def test_records_older_than_seven_days_are_not_read(path: Path) -> None:
    file = RequestFile(path)
    for days in (7.5, 7, 6.5):
        file.append(days_ago(days))
    assert file.read(NOON) == [days_ago(7), days_ago(6.5)]


def test_records_older_than_seven_days_are_removed_within_a_day(path: Path) -> None:
    file = RequestFile(path)
    for days in (8.5, 7.5, 6.5, 0):
        file.append(days_ago(days))
    assert path.read_bytes() == encode_record(days_ago(6.5)) + encode_record(RECORD)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_over_the_limit_keeps_its_newest_records(path: Path) -> None:
    line = encode_record(days_ago(1))
    path.parent.mkdir()
    path.write_bytes(line * (MAX_BYTES // len(line)))
    file = RequestFile(path)
    file.append(RECORD)
    assert KEPT_BYTES - len(line) <= path.stat().st_size <= KEPT_BYTES
    assert file.read(NOON)[-1] == RECORD


APPEND = """
import sys
from dataclasses import replace
from pathlib import Path
from claudometer.system.ledger import RequestFile
from tests.system.test_ledger import RECORD
file = RequestFile(Path(sys.argv[1]))
print("appending", flush=True)
for number in range(int(sys.argv[2])):
    file.append(replace(RECORD, http_status=number))
"""


def appending(path: Path, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", APPEND, str(path), str(times)], stdout=subprocess.PIPE)


def test_processes_that_append_concurrently_lose_nothing(path: Path) -> None:
    old = encode_record(days_ago(9))
    path.parent.mkdir()
    path.write_bytes(old * 3)
    writers = [appending(path, 60) for _ in range(3)]
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    records = RequestFile(path).read(NOON)
    assert sorted(record.http_status or 0 for record in records) == sorted(list(range(60)) * 3)
    assert old not in path.read_bytes()


@pytest.mark.slow  # kills a program again and again
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_writer_killed_at_any_moment_leaves_a_readable_file(path: Path) -> None:
    for round_number in range(6):
        path.unlink(missing_ok=True)
        with appending(path, 10**6) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            while not path.exists():
                time.sleep(0.001)
            time.sleep(0.004 * round_number)  # a different moment of a write in each round
            writer.send_signal(signal.SIGKILL)
        file = RequestFile(path)
        before = file.read(NOON)
        assert [record.http_status for record in before] == list(range(len(before)))
        file.append(RECORD)
        assert file.read(NOON) == [*before, RECORD]


@pytest.mark.parametrize("is_read", [False, True], ids=["without a reader", "with a reader"])
def test_a_pipe_in_place_of_the_ledger_raises_without_blocking(tmp_path: Path, *, is_read: bool) -> None:
    path = tmp_path / "requests.jsonl"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK) if is_read else -1
    file = RequestFile(path)
    with pytest.raises(NotRegularFileError):
        file.append(RECORD)
    with pytest.raises(NotRegularFileError):
        file.read(NOON)
    if is_read:
        os.close(reader)


@pytest.mark.parametrize("name", ["requests.lock", "state.lock"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_a_pipe_or_folder_in_place_of_a_lock_blocks_nothing(
    tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    make(tmp_path / name)
    began = time.monotonic()
    with suppress(OSError):
        RequestFile(tmp_path / "requests.jsonl").append(RECORD)
    with suppress(OSError):
        JsonState(tmp_path / "state.json").change(lambda state: state.update(new=1))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", ["requests.lock", "state.lock"])
def test_the_target_of_a_link_in_place_of_a_lock_is_unchanged(tmp_path: Path, name: str) -> None:
    (tmp_path / "theirs").write_text("kept")
    (tmp_path / name).symlink_to(tmp_path / "theirs")
    with suppress(OSError):
        RequestFile(tmp_path / "requests.jsonl").append(RECORD)
    with suppress(OSError):
        JsonState(tmp_path / "state.json").change(lambda state: state.update(new=1))
    assert (tmp_path / "theirs").read_text() == "kept"
