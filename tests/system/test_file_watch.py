"""Tests which changes of watched files are noticed, with real files and the kernel's own reports."""

from __future__ import annotations

import asyncio
import shutil
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.system import file_watch
from claudometer.system.file_watch import FileWatch
from tests.dead_drive import dead_drive
from tests.unprivileged import unprivileged

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere files are looked at each time")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "file.json"
    path.parent.mkdir()
    path.write_text("first")
    return path


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The folder of the tests counts as local, whatever it is."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n")
    monkeypatch.setattr(file_watch, "_MOUNTS", mounts)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def has_news(watch: FileWatch) -> bool:
    return asyncio.run(watch.may_have_changed())


def settled(*files: Path, trust_s: float = 60.0) -> FileWatch:
    """Return a watch that has nothing to report yet."""
    watch = FileWatch(lambda: files, trust_s=trust_s)
    assert has_news(watch), "the first look"
    assert not has_news(watch)
    return watch


def replace(file: Path) -> None:
    new = file.with_suffix(".new")
    new.write_text("second")
    new.replace(file)


CHANGES: dict[str, Callable[[Path], object]] = {
    "written": lambda file: file.write_text("second"),
    "replaced": replace,
    "removed": Path.unlink,
    "permissions": lambda file: file.chmod(0o000),
    "folder removed": lambda file: shutil.rmtree(file.parent),
    "folder moved": lambda file: file.parent.rename(file.parent.with_name("elsewhere")),
    "folder closed": lambda file: file.parent.chmod(0o500),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_a_file_is_reported_once(file: Path, change: str) -> None:
    watch = settled(file)
    CHANGES[change](file)
    assert has_news(watch)
    assert not has_news(watch)


def test_a_file_that_may_not_be_read_is_watched_until_it_may(file: Path) -> None:
    file.chmod(0o000)
    with unprivileged():
        watch = settled(file)
        file.chmod(0o600)
        assert has_news(watch)
        assert not has_news(watch)


def test_a_link_to_a_file_that_may_not_be_read_is_looked_at_each_time(file: Path) -> None:
    link = file.parent.parent / "link.json"
    link.symlink_to(file)
    file.chmod(0o000)
    with unprivileged():
        watch = FileWatch(lambda: [link])
        assert [has_news(watch) for _ in range(3)] == [True] * 3


def test_a_file_that_is_replaced_again_and_again_is_reported_each_time(file: Path) -> None:
    watch = settled(file)
    for _ in range(3):
        replace(file)
        assert has_news(watch)
        assert not has_news(watch)


def test_changes_of_other_files_are_not_reported(file: Path) -> None:
    watch = settled(file)
    other = file.with_name("other.json")
    other.write_text("one")
    other.write_text("two")
    file.read_text()
    file.stat()
    assert not has_news(watch)


@pytest.mark.parametrize("missing", ["new.json", "folder/new.json", "a/b/c/new.json"])
def test_a_new_file_is_reported_even_in_a_new_folder(tmp_path: Path, missing: str) -> None:
    path = tmp_path / missing
    watch = settled(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("first")
    assert has_news(watch)
    assert not has_news(watch)
    path.write_text("second")
    assert has_news(watch)


def test_a_file_behind_a_link_is_watched_where_it_is(tmp_path: Path, file: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(file)
    watch = settled(link)
    file.write_text("second")
    assert has_news(watch)
    replace(file)
    assert has_news(watch)


def test_other_files_are_watched_from_when_they_are_named(tmp_path: Path, file: Path) -> None:
    files = [file]
    watch = FileWatch(lambda: files, trust_s=0.0)
    has_news(watch)
    files[:] = [tmp_path / "other.json"]
    assert has_news(watch), "its time is over, and it looks where to watch"
    watch._trust_s = 60.0
    assert not has_news(watch)
    files[0].write_text("first")
    assert has_news(watch)


def test_nothing_is_trusted_for_longer_than_its_time(file: Path) -> None:
    watch = FileWatch(lambda: [file], trust_s=0.0)
    assert has_news(watch)
    assert has_news(watch)


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "fuseblk"])
def test_files_that_another_machine_can_change_are_looked_at_each_time(
    tmp_path: Path, file: Path, kind: str
) -> None:
    real = file.parent.resolve()
    with (tmp_path / "mountinfo").open("a") as mounts:
        mounts.write(f"30 22 0:42 / {real} rw shared:1 - {kind} server:/home rw\n")
    watch = FileWatch(lambda: [file])
    assert has_news(watch)
    assert has_news(watch)


def test_a_folder_that_may_not_be_watched_is_looked_at_each_time(file: Path) -> None:
    watch = FileWatch(lambda: ["/proc/1/nothing/here/file", file])
    assert has_news(watch)


def test_without_free_watches_files_are_looked_at_each_time(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_files: object) -> None:
        raise OSError(24, "too many")

    monkeypatch.setattr(file_watch, "_Watches", refuse)
    watch = FileWatch(lambda: [file])
    assert has_news(watch)
    assert has_news(watch)


def test_a_dead_drive_stops_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claudometer.system.off_loop.FILE_TIMEOUT_S", 0.2)
    watch = FileWatch(lambda: [file])
    with dead_drive(file.parent):
        assert has_news(watch)
        assert has_news(watch), "an earlier call still waits, so none is started"
        overdue = [thread for thread in threading.enumerate() if thread.name == "claudometer-call"]
        assert len(overdue) == 1


def test_neither_descriptors_nor_threads_add_up(file: Path) -> None:
    watch = settled(file)
    before = open_descriptors()
    for _ in range(200):
        file.write_text("again")
        assert has_news(watch)
    assert open_descriptors() <= before
