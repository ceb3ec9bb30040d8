"""Tests the rows and files of the state in the database."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.bucket_codec import DAMAGED, SECTION
from claudometer.domain.older_state import READINGS
from claudometer.store.disk import Disk
from claudometer.store.state import StoredState
from claudometer.store.state_rows import to_rows, to_state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUCKET = {
    "tokens": 6.0,
    "counted_at": "2026-08-20T12:00:00+00:00",
    "uptime": None,
    "blocked_until": None,
    "strikes": 0,
    "share": 1.0,
    "sent": ["2026-08-20T11:58:00+00:00", "2026-08-20T11:59:00+00:00"],
}

WRITER = (sys.executable, "-m", "tests.store.state_writer")


@pytest.fixture
def older(path: Path) -> Path:
    return path.with_name("state.json")


@pytest.fixture
def state(path: Path, older: Path) -> Iterator[StoredState]:
    state = StoredState(Disk(path), older)
    yield state
    state.close()


def put(state: StoredState, **members: object) -> None:
    state.change(lambda kept: kept.update(members))


def test_a_look_creates_nothing(state: StoredState, path: Path) -> None:
    assert state.read() == {}
    assert not path.parent.exists()


def test_an_edit_that_raises_changes_nothing_and_locks_nobody_out(state: StoredState, path: Path) -> None:
    put(state, kept=1)

    def fail(kept: dict[str, Any]) -> None:
        kept["kept"] = 2
        raise KeyError

    with pytest.raises(KeyError):
        state.change(fail)
    with closing(StoredState(Disk(path), path.with_name("state.json"))) as other:
        put(other, new=1)
    assert state.read() == {"kept": 1, "new": 1}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_the_file_is_private_whatever_the_umask_is(state: StoredState, path: Path) -> None:
    before = os.umask(0)
    try:
        put(state, kept=1)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}


_TEXT = st.text(max_size=12) | st.sampled_from(["a/b", "/", "a/", "/b", "a/b/c", "\ud800", "\x00"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT, lambda inner: st.lists(inner, max_size=3)
)


@given(
    st.dictionaries(_TEXT, _JSON, max_size=4),
    st.none() | _JSON | st.dictionaries(_TEXT, st.dictionaries(_TEXT, _JSON, max_size=2), max_size=3),
    st.none() | st.dictionaries(_TEXT, st.dictionaries(_TEXT, _JSON, max_size=2), max_size=3),
)
def test_rows_hold_any_object(
    members: dict[str, Any], buckets: object, readings: dict[str, Any] | None
) -> None:
    state = members | ({SECTION: buckets} if buckets else {}) | ({READINGS: readings} if readings else {})
    back = to_state(to_rows(state))
    assert back == state
    if readings:
        assert list(back[READINGS]) == list(readings)  # the newest is the last


def test_what_is_left_of_a_first_page_is_no_empty_file(state: StoredState, path: Path) -> None:
    put(state, kept=1)
    state.close()
    for each in path.parent.iterdir():
        each.unlink()
    path.write_bytes(b"SQLite format 3\0"[:7])
    with closing(StoredState(Disk(path), path.with_name("state.json"), only_looks=True)) as looking:
        assert looking.read() == {DAMAGED: True}
    put(state, new=1)
    assert state.read() == {"kept": 1, "new": 1}, "this process still knows it"
    assert len([each for each in path.parent.iterdir() if each.read_bytes() == b"SQLite "]) == 1


@pytest.mark.parametrize("is_first", [False, True])
def test_a_file_that_is_deleted_meanwhile_gets_what_was_sent(
    state: StoredState, path: Path, *, is_first: bool
) -> None:
    kept = {SECTION: {"claude/a": BUCKET}, READINGS: {"claude/a": {"x": 1}}}
    put(state, **kept)
    for each in path.parent.iterdir():
        each.unlink()
    if not is_first:  # another program has begun a new one
        with closing(StoredState(Disk(path), path.with_name("state.json"))) as other:
            put(other, new=1, **{SECTION: {"claude/a": BUCKET | {"tokens": 8.0, "sent": []}}})
    put(state, newer=2)
    assert state.read()[SECTION]["claude/a"]["tokens"] == 6.0
    assert state.read()["newer"] == 2
    assert (READINGS in state.read()) is is_first


def test_what_is_not_durable_survives_the_end_of_the_process(state: StoredState, path: Path) -> None:
    state.change(lambda kept: kept.update(kept=1), durable=False)
    # Without `close`, as after a kill.
    with closing(StoredState(Disk(path), path.with_name("state.json"))) as later:
        assert later.read() == {"kept": 1}


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace counts the system calls")
def test_a_durable_change_waits_once_for_the_disk(path: Path) -> None:
    subprocess.run([*WRITER, str(path.parent), "1"], check=True, stdout=subprocess.DEVNULL)
    counts = [_syncs(path, times) for times in (1, 11)]
    assert counts[1] - counts[0] == 10


def _syncs(path: Path, times: int) -> int:
    report = path.with_name(f"calls-{times}")
    command = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(report)]
    command += [*WRITER, str(path.parent), str(times)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return report.read_text(encoding="utf-8").count("sync(")
