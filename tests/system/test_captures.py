"""Tests the status line's files: their paths, their modes, atomic writes and the lock."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from claudometer.system import captures
from claudometer.system.paths import claude_config_folder, find_places


@pytest.mark.parametrize("state", [None, "/somewhere/else", "", "  "])
@pytest.mark.parametrize("config", [None, "/somewhere/claude", ""])
def test_the_folders_are_the_same_as_the_apps(
    state: str | None, config: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("XDG_STATE_HOME", state), ("CLAUDE_CONFIG_DIR", config)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert captures.state_folder() == str(find_places(demo=False).state_folder)
    assert captures.config_folder() == str(claude_config_folder())


def test_each_folder_has_its_own_file_whose_name_does_not_contain_the_folders(tmp_path: Path) -> None:
    first, second = (captures.capture_file(str(tmp_path), f"/home/ana/{name}") for name in ("x", "y"))
    assert first != second
    assert "ana" not in Path(first).name
    assert Path(first).parent == tmp_path


def test_a_saved_file_can_be_loaded_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "a.json"
    assert captures.save(str(path), {"a": [1]})
    assert captures.save(str(path), {"a": [2]})
    assert captures.load(str(path)) == {"a": [2]}
    assert list(path.parent.iterdir()) == [path]
    if sys.platform != "win32":
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_failed_write_returns_false_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    assert not captures.save(str(tmp_path / "a.json"), 1)
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
    (tmp_path / "file").touch()
    assert not captures.save(str(tmp_path / "file" / "a.json"), 1)


def test_the_lock_is_exclusive_and_waiting_for_it_times_out(tmp_path: Path) -> None:
    path = str(tmp_path / "state" / "a.json")
    with captures.Lock(path) as first, captures.Lock(path) as second:
        assert (first, second) == (True, False)
    with captures.Lock(path) as again:
        assert again
    with captures.Lock("/dev/null/a.json") as impossible:
        assert not impossible


def test_the_lock_is_waited_for_as_long_as_its_holders_make_progress(tmp_path: Path) -> None:
    """On a busy machine, many sessions together may hold it for longer than a single one that hangs."""
    path = str(tmp_path / "a.json")
    taken = threading.Event()

    def hold() -> None:
        with captures.Lock(path) as is_ours:
            assert is_ours
            taken.set()
            end = time.monotonic() + 3 * captures.LOCK_PATIENCE_S
            while (left_s := end - time.monotonic()) > 0:
                captures.save(path, left_s)
                time.sleep(captures.LOCK_PATIENCE_S / 10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(60)
    with captures.Lock(path) as is_ours:
        assert is_ours
    holder.join()


def test_a_missing_or_large_file_is_not_loaded(tmp_path: Path) -> None:
    assert captures.load(str(tmp_path / "none")) is None
    (tmp_path / "large").write_text('"' + "x" * captures.MAX_BYTES + '"', encoding="ascii")
    assert captures.load(str(tmp_path / "large")) is None
