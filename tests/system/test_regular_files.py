"""Tests that only regular files are replaced, new files are private, and renames survive a power cut."""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.ledger import RequestRecord
from claudometer.domain.settings import Settings
from claudometer.settings.store import SettingsStore
from claudometer.store.kept_requests import write_alone
from claudometer.system import captures
from claudometer.system.files import (
    make_private_folder,
    move_aside,
    write_atomically,
)
from claudometer.system.regular_files import (
    NotRegularFileError,
    find_replaceable,
    make_folders,
    open_regular,
)
from claudometer.system.single_instance import claim, read_owner
from claudometer.system.state import JsonState
from claudometer.updates.replacing import Draft
from tests.clocks import NOON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RECORD = RequestRecord(NOON, "claude.ai", "/api", "ok", 200, 0.5, "interval")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a device", "a socket"])
def test_a_link_to_anything_but_a_regular_file_is_refused_and_unchanged(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "target"
    make_special(target, kind)
    before = target.lstat()
    (tmp_path / "link").symlink_to(target)
    for path in (tmp_path / "link", target):
        with pytest.raises(NotRegularFileError):
            write_atomically(path, b"new")
    assert (target.lstat().st_mode, target.lstat().st_ino) == (before.st_mode, before.st_ino)
    assert (tmp_path / "link").is_symlink()


def test_a_link_into_a_missing_folder_is_refused_and_the_folder_is_not_created(
    tmp_path: Path,
) -> None:
    """The folder may be on a disk that is not mounted yet, and mounting it would hide the new file."""
    (tmp_path / "file").symlink_to(tmp_path / "not mounted" / "file")
    (tmp_path / "folder").symlink_to(tmp_path / "not mounted either")
    for path in (tmp_path / "file", tmp_path / "folder" / "file", tmp_path / "folder" / "deep" / "file"):
        with pytest.raises(FileNotFoundError if path.name == "file" and path.parent == tmp_path else OSError):
            write_atomically(path, b"new")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["file", "folder"]


def test_a_link_into_a_missing_folder_is_found_before_anything_is_written(tmp_path: Path) -> None:
    """An update asks first, and then downloads."""
    (tmp_path / "file").symlink_to(tmp_path / "not mounted" / "file")
    with pytest.raises(FileNotFoundError):
        find_replaceable(tmp_path / "file")


@pytest.mark.parametrize("kind", ["a pipe", "a device"])
def test_what_takes_the_files_place_at_the_last_moment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Between the look at the path and its opening, another program may replace what is there."""
    make_special(tmp_path / "file", kind)
    monkeypatch.setattr(os.path, "exists", lambda _path: False)
    with pytest.raises(NotRegularFileError):
        open_regular(tmp_path / "file", os.O_RDONLY)


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").symlink_to(tmp_path / "file")
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the errno is checked below
        write_atomically(tmp_path / "file", b"new")
    assert caught.value.errno == errno.ELOOP


def test_file_and_folders_are_flushed_to_disk_before_and_after_the_rename(tmp_path: Path) -> None:
    """After a power cut, a file that was not flushed may be empty, and an unflushed rename may be undone."""
    calls = traced(
        tmp_path, "from claudometer.system.files import write_atomically as write; write(path, b'new')"
    )
    assert calls == [f"fsync {tmp_path}/.target.json.*.tmp", "rename to target.json", f"fsync {tmp_path}"]


def test_the_copy_of_claude_codes_settings_is_flushed_before_they_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "target.json").write_text("{}")
    calls = traced(
        tmp_path,
        "from claudometer.system.claude_settings import change; from datetime import datetime\n"
        "change(path, lambda text: '{\"new\": 1}', datetime(2026, 1, 1))",
    )
    assert calls[0].startswith(f"fsync {tmp_path}/target.json.before-claudometer-2026-01-01")
    assert calls[1:] == [f"fsync {tmp_path}/.target.json.*.tmp", "rename to target.json", f"fsync {tmp_path}"]


def test_a_new_version_of_the_program_is_flushed_before_it_replaces_the_old_one(tmp_path: Path) -> None:
    calls = traced(
        tmp_path,
        "from claudometer.updates.replacing import Draft\n"
        "draft = Draft(path); draft.open(); draft.write(b'new'); draft.finish(); draft.take_place()",
    )
    assert calls == [f"fsync {tmp_path}/.target.json.*.tmp", "rename to target.json", f"fsync {tmp_path}"]


def traced(folder: Path, script: str) -> list[str]:
    """Run a script on ``path`` under strace, and return its successful fsync and rename calls in order."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    trace = folder.parent / f"{folder.name}.strace"
    program = f"from pathlib import Path; path = Path({str(folder / 'target.json')!r})\n{script}"
    command = (
        "strace",
        "-qq",
        "-y",
        "-e",
        "trace=fsync,fdatasync,rename,renameat,renameat2",
        "-o",
        str(trace),
    )
    subprocess.run([*command, sys.executable, "-B", "-c", program], check=True)
    found = []
    for line in trace.read_text().splitlines():
        if flushed := re.match(r"f(?:data)?sync\(\d+<(.*)>\) += 0", line):
            found.append("fsync " + re.sub(r"\.json\.\w+\.tmp$", ".json.*.tmp", flushed[1]))
        elif renamed := re.match(r"rename.*/([^/]*)\"(?:, RENAME_EXCHANGE)?\) += 0", line):
            found.append(f"rename to {renamed[1]}")
    return found


def make_special(path: Path, kind: str) -> None:
    match kind:
        case "a folder":
            path.mkdir()
        case "a pipe":
            os.mkfifo(path)
        case "a device":
            try:
                os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))
            except PermissionError:
                pytest.skip("only root makes devices")
        case _:
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(path))


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Set the umask to 0, so that files created without a mode can be written by everyone."""
    before = os.umask(0)
    yield
    os.umask(before)


def with_draft(path: Path) -> None:
    draft = Draft(path)
    draft.open()
    draft.write(b"new")
    draft.finish()
    draft.take_place()
    path.chmod(0o600)  # a program is executable for everyone; the test expects a private file


@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize(
    "make",
    [
        lambda path: write_atomically(path, b"{}"),
        lambda path: make_private_folder(path.parent),
        lambda path: make_folders(path.parent),
        lambda path: JsonState(path).change(lambda state: state.update(new=1)),
        lambda path: write_alone(path, RECORD),
        lambda path: captures.save(str(path), {}),
        lambda path: captures.Lock(str(path)).__enter__(),
        with_draft,
        lambda path: SettingsStore(path).save(Settings()),
    ],
    ids=["atomic", "private", "folders", "state", "ledger", "capture", "lock", "update", "settings"],
)
def test_every_new_file_and_folder_is_private_even_with_umask_0(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "above" / "deep" / "file.json")
    for path in (tmp_path / "above").rglob("*"):
        assert mode_of(path) == (0o700 if path.is_dir() else 0o600), path
    assert mode_of(tmp_path / "above") == 0o700


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_WRONLY, os.O_RDWR | os.O_APPEND | os.O_CREAT])
def test_a_pipe_is_refused_with_and_without_another_end(tmp_path: Path, flags: int) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotRegularFileError):
        open_regular(tmp_path / "pipe", flags)
    other_end = os.open(tmp_path / "pipe", os.O_RDWR)
    with pytest.raises(NotRegularFileError):
        open_regular(tmp_path / "pipe", flags)
    os.close(other_end)


def test_a_file_opened_with_truncate_is_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    os.close(open_regular(tmp_path / "file", os.O_WRONLY | os.O_TRUNC))
    assert (tmp_path / "file").read_bytes() == b""


def test_a_file_is_moved_aside_to_an_unused_name(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for number in range(3):
        path.write_text(str(number))
        move_aside(path)
    path.mkdir()
    move_aside(path)
    kept = ["settings.broken.json", "settings.broken-2.json", "settings.broken-3.json"]
    assert [(tmp_path / name).read_text() for name in kept] == ["0", "1", "2"]
    assert (tmp_path / "settings.broken-4.json").is_dir()
    with pytest.raises(FileNotFoundError):
        move_aside(path)
    assert len(list(tmp_path.iterdir())) == 4


def test_the_app_starts_even_if_its_process_id_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "control.pid").mkdir()
    instance = claim(tmp_path / "control.lock", lambda: False)
    assert instance is not None
    instance.release()
    assert (tmp_path / "control.pid").is_dir()


def test_a_pipe_in_place_of_the_process_id_file_blocks_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "control.pid")
    assert read_owner(tmp_path / "control.lock") is None
