"""Every kind of file and disk in the database's place: the program runs, says so, and loses what it must."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.history import GAP_S
from claudometer.store import connecting
from claudometer.store.connecting import connect_reading
from claudometer.store.history import History
from claudometer.store.queries import read_points
from claudometer.store.schema import VERSION
from tests.clocks import FakeClock
from tests.histories import LONG_AGO, SESSION, after, percents, record
from tests.readings import fable, reading, session, weekly
from tests.store.spoiling import damage_the_middle, folder_in_place_of
from tests.unprivileged import unprivileged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix files")


def codes(history: History) -> list[ErrorCode]:
    return [problem.code for problem in history.problems]


def kept(path: Path) -> list[float]:
    """Return the percents that another program finds in the file."""
    with closing(connect_reading(path)) as connection:
        return [point.percent for point in read_points(connection, SESSION, LONG_AGO)]


@pytest.fixture(autouse=True)
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claudometer.store.disk.BUSY_MS", 50)


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_folder(path: Path) -> None:
    path.mkdir()


def link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_to_nowhere(path: Path) -> None:
    path.symlink_to(path.parent / "not mounted" / "history.db")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


KINDS = [make_fifo, make_folder, link_to_a_device, link_to_nowhere, link_to_itself]


@pytest.mark.parametrize("make", KINDS)
def test_what_is_no_regular_file_is_left_alone_and_the_history_is_in_memory(
    history: History, path: Path, make: Callable[[Path], None]
) -> None:
    path.parent.mkdir(parents=True)
    make(path)
    before = path.lstat()
    record(history, session(40))
    record(history, session(41), minutes=5)
    assert percents(history) == [40, 41]
    assert codes(history) == [ErrorCode.HISTORY_UNKEPT]
    assert path.lstat() == before


@pytest.mark.parametrize("suffix", ["-wal", "-journal", "-shm"])
def test_a_fifo_beside_the_file_does_not_block(history: History, path: Path, suffix: str) -> None:
    path.parent.mkdir(parents=True)
    os.mkfifo(path.with_name(path.name + suffix))
    record(history, session(40))
    assert percents(history) == [40]
    assert codes(history) == [ErrorCode.HISTORY_UNKEPT]


def test_what_memory_held_is_written_as_soon_as_the_disk_can_take_it(history: History, path: Path) -> None:
    record(history, session(40))
    history.close()
    with folder_in_place_of(path):
        record(history, session(41), weekly(9), minutes=5)
        record(history, session(42), fable(3), minutes=10)
        assert codes(history) == [ErrorCode.HISTORY_UNKEPT]
    record(history, session(43), minutes=15)
    assert codes(history) == []
    assert percents(history) == [40, 41, 42, 43]
    assert kept(path) == [40, 41, 42, 43]
    assert len(history.series()) == 3


@pytest.mark.parametrize(
    ("percent", "minutes", "is_joined"),
    [(41, 5, True), (40, 20, True), (41, 21, False), (39, 5, False)],
    ids=["soon", "unchanged", "after a gap", "after a fall"],
)
def test_what_memory_held_is_joined_to_what_the_disk_had_if_it_came_soon(
    history: History, path: Path, percent: float, minutes: int, *, is_joined: bool
) -> None:
    record(history, session(40, after(300)), weekly(9))
    history.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        record(history, session(percent, after(300)), minutes=minutes)
        record(history, session(60, after(300)), minutes=minutes + 21)
        other.execute("ROLLBACK")
    record(history, session(61, after(300)), minutes=minutes + 22)
    points = history.points(SESSION, LONG_AGO)
    assert [each.percent for each in points] == [40, percent, 60, 61]
    assert [each.joined for each in points] == [False, is_joined, False, True]


def test_what_memory_held_is_not_joined_over_a_promised_reset(history: History, path: Path) -> None:
    record(history, session(40, after(3)))
    history.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        record(history, session(41, after(303)), minutes=5)
        other.execute("ROLLBACK")
    history.retry()
    assert [(each.percent, each.joined) for each in history.points(SESSION, LONG_AGO)] == [
        (40, False),
        (41, False),
    ]


def test_a_link_to_a_regular_file_stays_a_link(history: History, path: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "real.db"
    real.parent.mkdir()
    path.parent.mkdir(parents=True)
    path.symlink_to(real)
    real.touch()
    record(history, session(40))
    assert path.is_symlink()
    assert kept(real) == [40]
    assert codes(history) == []


def garbage(path: Path) -> None:
    path.write_bytes(b"this is no database" * 1000)


def of_somebody_else(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE points (x, y)")


def without_a_column(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.executescript(f"CREATE TABLE series (id); PRAGMA user_version = {VERSION}")


def cut_short(path: Path) -> None:
    with closing(History(path)) as history:
        for minutes in range(0, 4000, 5):
            record(history, session(minutes % 90), minutes=minutes)
    with path.open("r+b") as file:
        file.truncate(9000)


@pytest.mark.parametrize("make", [garbage, of_somebody_else, without_a_column, cut_short])
def test_a_damaged_file_is_set_aside_and_said_and_a_new_one_is_started(
    history: History, path: Path, make: Callable[[Path], None]
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)
    before = path.read_bytes()
    record(history, session(40), minutes=10_000)
    assert percents(history)[-1] == 40
    aside = path.with_name("history.broken.db")
    assert aside.read_bytes() == before
    (problem,) = history.problems
    assert problem.code is ErrorCode.HISTORY_BROKEN
    assert dict(problem.facts) == {"moved_to": str(aside)}
    assert kept(path)[-1] == 40


def test_no_earlier_damaged_file_is_overwritten(path: Path) -> None:
    path.parent.mkdir(parents=True)
    for number in range(3):
        path.write_bytes(b"damage %d" % number * 1000)
        with closing(History(path)) as history:
            record(history, session(40))
    asides = sorted(path.parent.glob("history.broken*.db"))
    assert {file.read_bytes()[:8] for file in asides} == {b"damage 0", b"damage 1", b"damage 2"}


def test_a_file_that_is_damaged_while_it_is_used_costs_only_what_was_hit(path: Path) -> None:
    with closing(History(path)) as history:
        record(history, weekly(7), session(1))
        for minutes in range(5, 20_000, 5):
            record(history, session(minutes % 90), minutes=minutes)
        number = len(percents(history))
    damage_the_middle(path)
    with closing(History(path)) as history:
        for minutes in range(20_000, 20_020, 5):
            record(history, session(50), minutes=minutes)
        found = percents(history)
        assert codes(history) == [ErrorCode.HISTORY_BROKEN]
        assert len(found) > number / 4
        assert found[-1] == 50
        assert len(history.series()) == 2


def test_a_newer_schema_is_left_alone_and_said(history: History, path: Path) -> None:
    record(history, session(40))
    history.close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = path.read_bytes()
    record(history, session(41), minutes=5)
    record(history, session(42), minutes=10)
    assert codes(history) == [ErrorCode.HISTORY_NEWER]
    assert path.read_bytes() == before
    assert percents(history)[-2:] == [41, 42]


def test_a_read_only_home_keeps_the_old_points_readable(path: Path) -> None:
    with closing(History(path)) as history:
        record(history, session(40))
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        # An owner may change the mode of a folder, but not on a disk that is mounted read-only.
        with unprivileged(), pytest.MonkeyPatch.context() as patch, closing(History(path)) as history:
            patch.setattr(connecting, "make_private_folder", _read_only)
            record(history, session(41), minutes=5)
            assert codes(history) == [ErrorCode.HISTORY_UNKEPT]
            assert percents(history) == [40, 41]
    finally:
        path.parent.chmod(0o700)
        path.chmod(0o600)


def _read_only(folder: Path) -> Path:
    raise OSError(errno.EROFS, "Read-only file system", str(folder))


def test_a_database_that_another_program_keeps_locked_is_waited_for_in_memory(
    history: History, path: Path
) -> None:
    record(history, session(40))
    history.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        record(history, session(41), minutes=5)
        assert codes(history) == [ErrorCode.HISTORY_UNKEPT]
        assert percents(history) == [40, 41]
        other.execute("ROLLBACK")
    record(history, session(42), minutes=10)
    assert codes(history) == []
    assert kept(path) == [40, 41, 42]


def test_the_limit_that_was_read_last_comes_first_also_if_only_memory_has_that(
    history: History, path: Path
) -> None:
    record(history, weekly(20))
    record(history, session(40), minutes=5)
    history.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        record(history, weekly(21), minutes=10)
        assert [each.key.limit_id for each in history.series()] == ["weekly", "session"]
        other.execute("ROLLBACK")


def test_a_reader_does_not_read_past_the_lock_of_a_writer(history: History, path: Path) -> None:
    record(history, session(40))
    history.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            kept(path)
        other.execute("ROLLBACK")
    assert kept(path) == [40]


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond ``size`` bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("size", [0, 5000, 30_000])
def test_a_full_disk_loses_nothing(history: History, path: Path, size: int) -> None:
    record(history, session(40))
    with disk_of(size):
        for minutes in range(5, 500, 5):
            record(history, session(40 + minutes % 10), minutes=minutes)
        assert codes(history) == [ErrorCode.HISTORY_UNKEPT]
        assert percents(history)[-99:] == [40 + minutes % 10 for minutes in range(5, 500, 5)]
    record(history, session(99), minutes=500)
    assert codes(history) == []
    assert len(kept(path)) == 101


def test_a_file_that_somebody_deletes_is_started_again(history: History, path: Path) -> None:
    record(history, session(40))
    shutil.rmtree(path.parent)
    record(history, session(41), minutes=5)
    assert codes(history) == [ErrorCode.HISTORY_REPLACED]
    assert kept(path) == [41]


def test_without_a_write_ahead_log_there_is_a_rollback_journal(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "is_on_network", lambda _path: True)
    with closing(History(path)) as history:
        record(history, session(40))
        record(history, session(41), minutes=5)
        assert codes(history) == []
        assert not path.with_name("history.db-wal").exists()
        assert kept(path) == [40, 41]


def test_a_database_with_a_log_becomes_one_with_a_journal_on_a_network_drive(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(History(path)) as history:
        record(history, session(40))
    monkeypatch.setattr(connecting, "is_on_network", lambda _path: True)
    with closing(History(path)) as history:
        record(history, session(41), minutes=5)
        assert kept(path) == [40, 41]
        assert not path.with_name("history.db-wal").exists()


def test_many_threads_share_one_history(history: History) -> None:
    def work(offset: int) -> None:
        for minutes in range(offset, 400, 4):
            # By a clock that no server has confirmed: a thread that lags must not delete what is ahead of it.
            made = reading(session(minutes % 90), fetched_at=after(minutes))
            history.record([made], now=FakeClock(made.fetched_at).now, gap_s=GAP_S)
            history.points(SESSION, LONG_AGO)

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes(history) == []
    assert percents(history)[-1] == 399 % 90


def test_programs_that_create_the_file_at_once_all_succeed(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[2:]\n"
        "from claudometer.store.history import History; from tests.histories import record\n"
        "from tests.readings import session\n"
        "history = History(Path(sys.argv[1]))\n"
        "[record(history, session(n), minutes=n) for n in range(50)]\n"
        "assert not history.problems, history.problems\n"
    )
    roots = [str(ROOT / "app"), str(ROOT)]
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), *roots]) for _ in range(3)]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    assert kept(path)[-1] == 49


def test_a_python_without_sqlite_keeps_no_history_and_says_so(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    record(history, session(40))
    assert history.series() == []
    assert history.points(SESSION, LONG_AGO) == []
    assert not history.clear()
    assert codes(history) == [ErrorCode.HISTORY_WITHOUT_SQLITE]


def test_a_reader_that_comes_before_the_first_table_finds_no_history(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.touch()
    with pytest.raises(FileNotFoundError):
        connect_reading(path)
