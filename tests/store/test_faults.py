"""Each fault of the database has its own cause, named with the path that is to blame."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import message_for_code
from claudometer.present.messages.history_faults import REASONS
from claudometer.store.connecting import connect, connect_reading
from claudometer.store.faults import fault_of
from claudometer.store.inspecting import look_for_saving_fault
from tests.histories import record
from tests.readings import session
from tests.store.test_files import disk_of, kept
from tests.unprivileged import unprivileged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.store.history import History

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix files")


@pytest.fixture(autouse=True)
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claudometer.store.disk.BUSY_MS", 50)


def facts_of(history: History) -> dict[str, str]:
    (problem,) = history.problems
    assert problem.code is ErrorCode.HISTORY_UNKEPT
    said = message_for_code(problem.code, dict(problem.facts))
    assert "…" not in said.title + said.hint
    return dict(problem.facts)


def listen_at(path: Path) -> None:
    # Its address may have at most 107 bytes.
    with pytest.MonkeyPatch.context() as patch, closing(socket.socket(socket.AF_UNIX)) as listening:
        patch.chdir(path.parent)
        listening.bind(path.name)


KINDS: dict[str, Callable[[Path], None]] = {
    "is_fifo": os.mkfifo,
    "is_folder": os.mkdir,
    "is_socket": listen_at,
    "is_device": lambda path: path.symlink_to("/dev/null"),
    "loop": lambda path: path.symlink_to(path),
    "nowhere": lambda path: path.symlink_to(path.parent / "away" / "history.db"),
}


@pytest.mark.parametrize("reason", KINDS)
def test_what_is_in_the_databases_place_is_named(history: History, path: Path, reason: str) -> None:
    path.parent.mkdir(parents=True)
    KINDS[reason](path)
    record(history, session(40))
    facts = facts_of(history)
    assert (facts["reason"], facts["path"]) == (reason, str(path))
    with pytest.raises(OSError) as raised:  # noqa: PT011 - which kind is not the point
        connect_reading(path)
    read = fault_of(raised.value, path, reading=True)
    if reason != "nowhere":  # without a database, the history is empty
        assert (read.code, dict(read.facts)) == (ErrorCode.HISTORY_UNREADABLE, facts)


def test_a_link_to_nowhere_says_where_it_leads(history: History, path: Path) -> None:
    path.parent.mkdir(parents=True)
    KINDS["nowhere"](path)
    record(history, session(40))
    assert facts_of(history)["target"] == str(path.parent / "away" / "history.db")


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_a_file_beside_the_database_is_named_itself(history: History, path: Path, suffix: str) -> None:
    beside = path.with_name(path.name + suffix)
    beside.mkdir(parents=True)
    record(history, session(40))
    facts = facts_of(history)
    assert (facts["reason"], facts["path"]) == ("is_folder", str(beside))


def test_a_folder_in_place_of_the_lock_is_named(history: History, path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database" * 1000)
    lock = path.with_name("history.db.lock")
    lock.mkdir()
    record(history, session(40))
    facts = facts_of(history)
    assert (facts["reason"], facts["path"]) == ("is_folder", str(lock))
    lock.rmdir()
    record(history, session(41), minutes=5)
    assert kept(path) == [40, 41]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells who holds a lock")
def test_the_program_that_keeps_it_locked_is_named(history: History, path: Path) -> None:
    record(history, session(40))
    history.close()
    code = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "db.execute('BEGIN IMMEDIATE'); print('locked', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        record(history, session(41), minutes=5)
        facts = facts_of(history)
        other.communicate(b"")
    assert (facts["reason"], facts["pid"]) == ("locked_by", str(other.pid))
    assert facts["program"].startswith("python")
    record(history, session(42), minutes=10)
    assert history.problems == ()
    assert kept(path) == [40, 41, 42]


def test_a_drive_without_locks_is_not_another_programs_fault(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As seen on a FUSE drive that answers ENOLCK: SQLite says of it that the database is busy."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    record(history, session(40))
    history.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr("fcntl.lockf", refuse)
        record(history, session(41), minutes=5)
        assert facts_of(history)["reason"] == "no_locks"


def test_a_lock_of_this_process_has_no_other_program_to_name(history: History, path: Path) -> None:
    record(history, session(40))
    history.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        record(history, session(41), minutes=5)
        assert facts_of(history)["reason"] == "locked"


@pytest.mark.parametrize("mode", [0o000, 0o200, 0o400])
def test_a_file_that_may_not_be_read_or_written_is_named_with_the_command(
    history: History, path: Path, mode: int
) -> None:
    record(history, session(40))
    history.close()
    path.chmod(mode)
    with unprivileged():
        record(history, session(41), minutes=5)
    facts = facts_of(history)
    assert (facts["reason"], facts["path"]) == ("denied", str(path))
    hint = message_for_code(ErrorCode.HISTORY_UNKEPT, facts).hint
    assert hint.endswith(f"chmod u+rw {path}")


@pytest.mark.parametrize("is_reading_between", [False, True])
@pytest.mark.parametrize("mode", [0o000, 0o400])
def test_a_file_that_may_be_written_again_gets_what_memory_held(
    history: History, path: Path, mode: int, *, is_reading_between: bool
) -> None:
    record(history, session(40))
    history.close()
    path.chmod(mode)
    with unprivileged():
        record(history, session(41), minutes=5)
        if is_reading_between:
            # As a command does that is killed: what SQLite made beside the file stays, with its mode.
            code = f"import os, sqlite3; c = sqlite3.connect('file:{path}?mode=ro', uri=True)\n"
            code += "try: c.execute('SELECT * FROM points').fetchall()\nexcept Exception: pass\nos._exit(1)"
            subprocess.run([sys.executable, "-c", code], check=False)
        path.chmod(0o600)
        record(history, session(42), minutes=10)
        assert history.problems == ()
        assert kept(path) == [40, 41, 42]


def test_where_the_folder_cannot_be_made_the_one_above_it_is_named(history: History, path: Path) -> None:
    """Permissions of a folder that does not exist cannot be changed."""
    above = path.parent.parent
    above.mkdir(parents=True, exist_ok=True)
    above.chmod(0o500)
    try:
        with unprivileged():
            record(history, session(40))
    finally:
        above.chmod(0o700)
    facts = facts_of(history)
    assert (facts["reason"], facts["folder"]) == ("denied_folder", str(above))


def test_a_folder_that_another_user_owns_is_named(history: History, path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    path.parent.mkdir(parents=True)
    os.chown(path.parent, 65534, -1)
    record(history, session(40))
    facts = facts_of(history)
    assert (facts["reason"], facts["folder"]) == ("foreign_folder", str(path.parent))
    shutil.rmtree(path.parent)


def test_a_full_disk_is_named(history: History, path: Path) -> None:
    record(history, session(40))
    with disk_of(5000):
        for minutes in range(5, 500, 5):
            record(history, session(40 + minutes % 10), minutes=minutes)
    assert facts_of(history)["reason"] in {"full", "failing"}  # a limit of size is no full disk to SQLite


def test_a_file_in_place_of_the_folder_is_named(history: History, path: Path) -> None:
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.touch()
    record(history, session(40))
    facts = facts_of(history)
    assert (facts["reason"], facts["folder"]) == ("not_folder", str(path.parent))


def test_every_reason_that_is_said_has_a_path() -> None:
    for reason, message in REASONS.items():
        assert "{path}" in message.title or "{folder}" in message.title, reason
        assert message.hint


def test_why_nothing_can_be_saved_is_seen_without_writing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reason() -> str | None:
        fault = look_for_saving_fault(path)
        return None if fault is None else dict(fault.facts)["reason"]

    assert reason() is None
    connect(path).close()
    assert reason() is None
    with unprivileged():
        assert reason() is None
        path.chmod(0o400)
        assert reason() == "denied"
        path.chmod(0o600)
        path.parent.chmod(0o500)
        assert reason() == "denied_folder"
        path.parent.chmod(0o700)
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result((4096, 4096, 9, 0, 0, 9, 9, 9, 0, 255)))
    assert reason() == "full"
