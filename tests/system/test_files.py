"""Tests atomic writes, bounded reads and private folders."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from claudometer.system.files import (
    keep_others_out,
    make_private_folder,
    read_bytes,
    remove_stale_files,
    write_atomically,
)

if TYPE_CHECKING:
    from pathlib import Path

ROOT_ONLY = pytest.mark.skipif(os.getuid() != 0, reason="only root can make folders of another user")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_written_file_can_be_read(tmp_path: Path) -> None:
    write_atomically(tmp_path / "deep" / "file", b"new")
    assert read_bytes(tmp_path / "deep" / "file", limit=10) == b"new"


def test_a_file_is_private_even_if_the_old_one_was_not(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o644)
    write_atomically(path, b"new")
    assert mode_of(path) == 0o600


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "file").symlink_to(tmp_path / "elsewhere" / "real")
    write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").is_symlink()
    assert (tmp_path / "elsewhere" / "real").read_bytes() == b"new"


def test_a_failed_write_leaves_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.mkdir()
    with pytest.raises(OSError):  # noqa: PT011 - the errno for a folder differs between systems
        write_atomically(path, b"new")
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


WRITE_FOR_EVER = """
import sys
from pathlib import Path
from claudometer.system.files import write_atomically
number = 0
print("writing", flush=True)
while True:
    number += 1
    write_atomically(Path(sys.argv[1]), (f"{number:09d}" * 20_000).encode())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_writer_killed_at_any_moment_leaves_a_complete_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for round_number in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", WRITE_FOR_EVER, str(path)], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            while not path.exists():
                time.sleep(0.001)
            time.sleep(0.003 * round_number)  # a different moment of a write in each round
            writer.send_signal(signal.SIGKILL)
        text = path.read_bytes()
        assert len(text) == 9 * 20_000
        assert text == text[:9] * 20_000


def test_a_file_that_is_too_long_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_bytes(tmp_path / "file", limit=5) == b"12345"
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the errno is checked below
        read_bytes(tmp_path / "file", limit=4)
    assert caught.value.errno == errno.EFBIG


@pytest.mark.skipif(sys.platform == "win32", reason="mkfifo is POSIX")
def test_a_pipe_in_place_of_a_file_does_not_block_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "file")
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the errno is checked below
        read_bytes(tmp_path / "file", limit=5)
    assert caught.value.errno == errno.EINVAL


def test_a_missing_file_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_bytes(tmp_path / "file", limit=5)


def test_a_folder_that_others_can_read_is_made_private(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o755)
    folder.chmod(0o777)
    assert make_private_folder(folder) == folder
    assert mode_of(folder) == 0o700


def test_a_new_folder_is_private_from_the_start(tmp_path: Path) -> None:
    assert mode_of(make_private_folder(tmp_path / "a" / "b")) == 0o700


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(PermissionError):
        make_private_folder(tmp_path / "link")


def test_a_folder_for_all_users_such_as_tmp_is_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    with pytest.raises(PermissionError):
        make_private_folder(shared)
    keep_others_out(shared)
    assert mode_of(shared) == 0o1777


@ROOT_ONLY
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    with pytest.raises(PermissionError):
        make_private_folder(folder)


def test_a_stale_file_that_cannot_be_removed_does_not_keep_the_others(tmp_path: Path) -> None:
    folder, *files = (tmp_path / f".state.json.{name}.tmp" for name in "cabde")
    folder.mkdir()
    for file in files:
        file.touch()
    remove_stale_files(tmp_path, older_than_s=0)
    assert list(tmp_path.iterdir()) == [folder]


def test_only_old_temporary_files_of_killed_writers_are_removed(tmp_path: Path) -> None:
    old, lines, young, ours = (
        tmp_path / ".state.json.a1.tmp",
        tmp_path / ".requests.jsonl.c3.tmp",
        tmp_path / ".state.json.b2.tmp",
        tmp_path / "state.json",
    )
    for file in (old, lines, young, ours):
        file.touch()
    for file in (old, lines, ours):
        os.utime(file, (0, 0))  # 1970
    remove_stale_files(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([young, ours])
    remove_stale_files(tmp_path / "missing")
