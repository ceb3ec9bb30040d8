"""The real app with each fault of its database: it runs, says so, survives a kill, and catches up."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.store.schema import VERSION
from tests.desktop.waiting import wait_for
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.desktop.claudometer import Claudometer

pytestmark = pytest.mark.desktop

READING = (("history", "--json"), ("resets", "--json"), ("alerts", "--json"), ("export", "--json"))


def in_its_place(make: Callable[[Path], object]) -> Callable[[Path], AbstractContextManager[None]]:
    """Return a fault: ``make`` puts something else in the place of the database, until the block ends."""

    @contextmanager
    def plant(file: Path) -> Iterator[None]:
        away = file.rename(file.with_name("away.db"))
        make(file)
        yield
        file.rmdir() if file.is_dir() else file.unlink()
        away.rename(file)

    return plant


@contextmanager
def a_folder_beside_it(file: Path) -> Iterator[None]:
    beside = file.with_name("history.db-wal")
    beside.mkdir()
    yield
    beside.rmdir()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Let another process hold the database's exclusive lock."""
    code = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "db.execute('PRAGMA journal_mode = DELETE'); db.execute('BEGIN EXCLUSIVE')\n"
        "print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"locked\n"
        yield
        other.communicate(b"")


def set_version(file: Path, number: int) -> None:
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA user_version = {number}")
    connection.close()


@contextmanager
def newer(file: Path) -> Iterator[None]:
    set_version(file, VERSION + 1)
    yield
    set_version(file, VERSION)


FAULTS: dict[str, Callable[[Path], AbstractContextManager[None]]] = {
    "a FIFO": in_its_place(os.mkfifo),
    "a folder": in_its_place(os.mkdir),
    "a device": in_its_place(lambda file: file.symlink_to("/dev/zero")),
    "a loop": in_its_place(lambda file: file.symlink_to(file)),
    "a link to nowhere": in_its_place(lambda file: file.symlink_to(file.parent / "none" / "x.db")),
    "a folder beside it": a_folder_beside_it,
    "locked": locked,
    "newer": newer,
}


@pytest.fixture
def file(app: Claudometer) -> Path:
    """The database, in which a command has left a reading."""
    write_login(app.home.path / ".claude")
    assert app.run("status").returncode == 0
    return app.home.state / "claudometer" / "history.db"


def message_of(app: Claudometer) -> str:
    """Return message and hint of the app, which shows its numbers in any case; empty without a message."""
    done = app.run("status", "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert [limit["percent"] for limit in report["limits"]] == [81.0, 28.6, 66.0]
    return f"{report['message'] or ''} {report['hint'] or ''}".strip()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_also_after_a_kill_and_loses_no_limit(
    app: Claudometer, file: Path, name: str
) -> None:
    with FAULTS[name](file):
        app.start().wait_for_status("ok")
        wait_for(lambda: str(file) in message_of(app), what="the fault, with its path")
        for words in (*READING, ("history", "clear", "--yes")):
            done = app.run(*words)
            assert "Traceback" not in done.stderr
            if name == "newer" and words[0] != "history":
                continue  # what this version knows of it can be read
            if name == "newer" and words[-1] == "--json":
                assert done.returncode == 0
            else:
                assert (done.returncode, str(file) in done.stderr) == (69, True), (words, done.stderr)
        app.process.send_signal(signal.SIGKILL)
        app.process.wait_until_ended()
        app.start().wait_for_status("ok")
        wait_for(lambda: str(file) in message_of(app), what="the fault again")
    app.run("refresh")
    wait_for(lambda: message_of(app) == "", what="the end of the message")
    assert [limit["id"] for limit in app.run_json("history")["limits"]] == [
        "session",
        "weekly",
        "weekly:fable",
    ]


@pytest.mark.parametrize("what", ["deleted", "moved", "no database", "cut in half"])
def test_a_file_that_is_lost_while_the_app_runs_is_started_anew(
    app: Claudometer, file: Path, what: str
) -> None:
    app.start().wait_for_status("ok")
    wait_for(lambda: file.with_name("history.db-wal").exists(), what="the open database")
    if what == "deleted":
        file.unlink()
    elif what == "moved":
        file.rename(file.with_name("moved.db"))
    elif what == "no database":
        file.write_bytes(b"no database" * 999)
    else:
        os.truncate(file, file.stat().st_size // 2)
    app.run("refresh")

    def is_kept() -> bool:
        done = app.run("history", "--json")
        return done.returncode == 0 and bool(json.loads(done.stdout)["limits"])

    wait_for(is_kept, what="a history that goes on")
    app.process.send_signal(signal.SIGKILL)
    app.process.wait_until_ended()
    assert is_kept()
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    if what in {"no database", "cut in half"}:
        assert file.with_name("history.broken.db").exists()
    if what == "moved":
        connection = sqlite3.connect(file.with_name("moved.db"))
        assert connection.execute("SELECT count(*) FROM points").fetchone()[0] >= 3
        connection.close()
