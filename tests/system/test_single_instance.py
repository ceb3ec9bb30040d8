"""Tests that each user has a single running app, with real processes that race, quit and are killed."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.single_instance import claim, read_owner, wait_until_free

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 50  # a race shows only in some of them

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")


class Process:
    """A contender in its own process."""

    def __init__(self, folder: Path) -> None:
        root = Path(__file__).parent.parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.contender", str(folder)],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.receive() == "ready"

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def receive(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def do(self, word: str) -> str:
        self.send(word)
        return self.receive()

    def end(self, number: int = signal.SIGKILL) -> None:
        self._process.send_signal(number)
        self._process.communicate()


@pytest.fixture
def start(short_folder: Path) -> Iterator[Callable[[], Process]]:
    started: list[Process] = []

    def start_one() -> Process:
        started.append(Process(short_folder))
        return started[-1]

    yield start_one
    for process in started:
        process.end()


@pytest.fixture
def processor_load() -> Iterator[None]:
    """Keep every core busy with two endless processes each."""
    count = 2 * (os.cpu_count() or 1)
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    yield
    for burner in burners:
        burner.kill()
        burner.wait()


def test_one_of_two_concurrent_starts_runs_and_the_other_reaches_it(start: Callable[[], Process]) -> None:
    first, second = start(), start()
    for round_number in range(ROUNDS):
        # The order alternates, so that neither process always has a head start.
        pair = (first, second) if round_number % 2 else (second, first)
        for process in pair:
            process.send("claim")
        assert sorted(process.receive() for process in pair) == ["owner", "reached"]
        assert [process.do("release") for process in pair] == ["released", "released"]


def test_one_of_five_concurrent_starts_runs(start: Callable[[], Process]) -> None:
    processes = [start() for _ in range(5)]
    for process in processes:
        process.send("claim")
    assert sorted(process.receive() for process in processes) == ["owner", *["reached"] * 4]


@pytest.mark.slow  # it keeps every core busy, and with it the tests beside it
def test_twelve_starts_on_a_busy_machine_wait_for_a_slow_owner(
    start: Callable[[], Process], processor_load: None
) -> None:
    processes = [start() for _ in range(12)]
    for process in processes:
        process.send("claim slowly")
    assert sorted(process.receive() for process in processes) == ["owner", *["reached"] * 11]


def test_a_starting_app_that_does_not_respond_is_tried_again(
    start: Callable[[], Process], short_folder: Path
) -> None:
    assert start().do("claim") == "owner"
    answers = iter([False, True])

    def reach() -> bool:
        if not next(answers):
            raise ClaudometerError(ErrorCode.APP_UNRESPONSIVE)
        return True

    assert claim(short_folder / "control.lock", reach) is None


def test_an_app_that_is_only_starting_is_waited_for_beyond_the_patience(
    start: Callable[[], Process], short_folder: Path
) -> None:
    starting = start()
    assert starting.do("claim") == "owner"
    (short_folder / "control.sock").unlink()  # as before it listens
    began = time.monotonic()

    def reach() -> bool:
        return time.monotonic() - began > 0.5  # it listens at last

    assert claim(short_folder / "control.lock", reach, patience_s=0.1) is None


def test_an_app_that_started_long_ago_and_does_not_respond_is_reported_immediately(
    start: Callable[[], Process], short_folder: Path
) -> None:
    hung = start()
    assert hung.do("claim") == "owner"
    hour_ago = time.time() - 3600
    os.utime(short_folder / "control.pid", (hour_ago, hour_ago))  # its date is the time of the start

    def reach() -> bool:
        raise ClaudometerError(ErrorCode.APP_UNRESPONSIVE)

    began = time.monotonic()
    with pytest.raises(ClaudometerError) as caught:
        claim(short_folder / "control.lock", reach)
    assert caught.value.facts == {"pid": hung.pid}
    assert time.monotonic() - began < 10, "much less than the 20 s for an app that is starting or ending"


def test_a_killed_owner_does_not_block_the_next_start(
    start: Callable[[], Process], short_folder: Path
) -> None:
    first = start()
    assert first.do("claim") == "owner"
    first.end(signal.SIGKILL)
    assert (short_folder / "control.sock").is_socket()
    second = start()
    began = time.monotonic()
    assert second.do("claim") == "owner"
    assert time.monotonic() - began < 10, "much less than the 20 s for an app that is starting or ending"
    assert start().do("claim") == "reached"


def test_a_start_during_a_quit_waits_for_the_lock(start: Callable[[], Process], short_folder: Path) -> None:
    leaving = start()
    assert leaving.do("claim") == "owner"
    (short_folder / "control.sock").unlink()  # the owner no longer listens, but still has the lock
    coming = start()
    coming.send("claim")
    time.sleep(0.3)  # long enough for it to find the lock taken
    assert leaving.do("release") == "released"
    assert coming.receive() == "owner"


def test_an_owner_that_never_listens_is_reported_as_unresponsive(
    start: Callable[[], Process], short_folder: Path
) -> None:
    mute = start()
    assert mute.do("claim") == "owner"
    (short_folder / "control.sock").unlink()
    with pytest.raises(ClaudometerError) as caught:
        claim(short_folder / "control.lock", lambda: False, patience_s=0.2, starting_s=0.1)
    assert caught.value.code is ErrorCode.APP_UNRESPONSIVE
    assert caught.value.facts == {"pid": mute.pid}


def test_waiting_for_the_end_of_the_app_waits_for_the_lock_and_not_for_the_socket(
    start: Callable[[], Process], short_folder: Path
) -> None:
    lock_file = short_folder / "control.lock"
    owner = start()
    assert owner.do("claim") == "owner"
    (short_folder / "control.sock").unlink()
    assert not wait_until_free(lock_file, patience_s=0.2)
    owner.end()
    assert wait_until_free(lock_file, patience_s=0.2)


def test_waiting_returns_immediately_if_no_app_ever_ran(tmp_path: Path) -> None:
    assert wait_until_free(tmp_path / "nothing" / "control.lock", patience_s=0.2)
    assert list(tmp_path.iterdir()) == []


def test_the_owner_writes_its_process_id_and_removes_it(short_folder: Path) -> None:
    lock_file = short_folder / "run" / "control.lock"
    instance = claim(lock_file, lambda: False)
    assert instance is not None
    assert read_owner(lock_file) == os.getpid()
    instance.release()
    assert read_owner(lock_file) is None


def test_the_lock_and_its_folder_are_private(short_folder: Path) -> None:
    lock_file = short_folder / "run" / "control.lock"
    instance = claim(lock_file, lambda: False)
    assert instance is not None
    assert stat.S_IMODE(lock_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(lock_file.parent.stat().st_mode) == 0o700
    instance.release()


def test_a_child_of_the_owner_does_not_keep_the_lock(short_folder: Path) -> None:
    """The settings window may run a moment longer than a crashed app, which must not block a new start."""
    lock_file = short_folder / "control.lock"
    owner = claim(lock_file, lambda: False)
    assert owner is not None
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        owner.release()
        follower = claim(lock_file, lambda: False, patience_s=0.2)
        assert follower is not None
        follower.release()
        child.kill()
        child.communicate()


def test_an_error_while_reaching_the_app_is_raised(short_folder: Path) -> None:
    def reach() -> bool:
        raise ClaudometerError(ErrorCode.PROTOCOL_MISMATCH)

    with pytest.raises(ClaudometerError) as caught:
        claim(short_folder / "control.lock", reach)
    assert caught.value.code is ErrorCode.PROTOCOL_MISMATCH


def test_a_folder_in_place_of_the_lock_is_named(tmp_path: Path) -> None:
    lock_file = tmp_path / "run" / "control.lock"
    lock_file.mkdir(parents=True)
    with pytest.raises(ClaudometerError) as raised:
        claim(lock_file, lambda: False)
    assert (raised.value.code, raised.value.facts) == (ErrorCode.NOT_A_FILE, {"path": str(lock_file)})


def test_a_runtime_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("", encoding="utf-8")
    with pytest.raises(ClaudometerError) as raised:
        claim(tmp_path / "run" / "control.lock", lambda: False)
    assert raised.value.code is ErrorCode.CONTROL_UNAVAILABLE
    run = str(tmp_path / "run")
    assert raised.value.facts == {"folder": run, "reason": "not_folder", "in_the_way": run}


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EACCES, errno.EROFS, errno.EIO])
def test_without_locks_the_socket_alone_shows_whether_an_app_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", refuse)
    assert claim(tmp_path / "run" / "control.lock", lambda: False) is not None
    assert claim(tmp_path / "run" / "control.lock", lambda: True) is None
