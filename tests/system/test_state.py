"""Tests the state file: shared by processes, replaced atomically, and marked when it is damaged."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.system.state import DAMAGED, MAX_BYTES, JsonState

if TYPE_CHECKING:
    from pathlib import Path

COUNT = """
import sys
from pathlib import Path
from claudometer.system.state import JsonState

def add(state):
    state["count"] = state.get("count", 0) + 1

state = JsonState(Path(sys.argv[1]))
for _ in range(40):
    state.change(add)
"""


def test_processes_that_change_it_concurrently_lose_no_change(tmp_path: Path) -> None:
    path = tmp_path / "state" / "state.json"
    counters = [subprocess.Popen([sys.executable, "-c", COUNT, str(path)]) for _ in range(3)]
    assert [counter.wait(60) for counter in counters] == [0, 0, 0]
    assert JsonState(path).read() == {"count": 120}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[1]", b"7", b"\xff\xfe", b"[" * 100_000, b" " * (MAX_BYTES + 1)]
)
def test_a_damaged_file_is_reported_and_replaced_by_the_next_change(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content)
    state = JsonState(path)
    assert state.read() == {DAMAGED: True}
    state.change(lambda found: found.update(new=1))
    assert state.read() == {DAMAGED: True, "new": 1}


def test_a_missing_file_is_not_damaged(tmp_path: Path) -> None:
    assert JsonState(tmp_path / "state.json").read() == {}


def test_the_first_change_removes_temporary_files_of_killed_writers(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f".state.json.{number}.tmp").write_bytes(b"{")
    other = tmp_path / ".settings.json.1.tmp"
    other.write_bytes(b"{")
    JsonState(tmp_path / "state.json").change(lambda found: found.update(new=1))
    assert sorted(each.name for each in tmp_path.iterdir()) == [other.name, "state.json", "state.lock"]


def test_an_edit_that_raises_leaves_the_file_unchanged_and_unlocked(tmp_path: Path) -> None:
    state = JsonState(tmp_path / "state.json")
    state.change(lambda found: found.update(kept=1))
    with pytest.raises(ZeroDivisionError):
        state.change(lambda found: found.update(lost=1 // 0))
    state.change(lambda found: found.update(next=2))
    assert state.read() == {"kept": 1, "next": 2}


def test_the_file_and_its_folder_are_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "state.json"
    JsonState(path).change(lambda found: found.update(kept=1))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_change_that_changes_nothing_writes_nothing_and_another_order_is_a_change(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    state = JsonState(path)
    state.change(lambda found: found.update(a=1, b=2))
    written = path.stat().st_ino
    state.change(lambda found: found.update(a=1))
    assert path.stat().st_ino == written
    state.change(lambda found: found.update(a=found.pop("a")))
    assert list(state.read()) == ["b", "a"]
