"""What each command does when the app is starting, busy, hung, of another version, or ending."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.cli.quit import end_app
from claudometer.control.server import Limits
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.messages.errors import message_for_code
from claudometer.system.paths import find_places
from claudometer.system.single_instance import claim
from tests.cli.impostor import OTHER_VERSION, Impostor
from tests.control.running_server import RunningServer
from tests.control.wire import Wire, encode_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from claudometer.system.single_instance import Instance
    from tests.cli.program import Program
    from tests.control.small_engine import SmallEngine

    State = Callable[[], AbstractContextManager[None]]

ROOT = Path(__file__).parent.parent.parent
START_S = 1.0  # how long the starting app does not listen yet
LONG_AGO_S = 3600
LAUNCH = ""
EVERY_COMMAND = ("status", "watch", "refresh", "settings", LAUNCH, "quit")
OWN_POLL = 77
"""The exit code of `status` when it polls by itself, because the home has no credentials."""

BUSY = b'{"id":0,"ok":false,"error":{"code":"app_busy","facts":{}}}\n'
HALF_AN_ANSWER = b'{"id":1,"ok":tr'


@pytest.fixture
def socket_path(program: Program) -> str:
    """The socket where the program expects its app. DISPLAY is set, as if an app could be started."""
    program.env["DISPLAY"] = ":987"  # there is no such display, and no test gets as far as using it
    return program.make_socket_path()


@pytest.fixture
def lock(socket_path: str) -> Iterator[Instance]:
    """The lock of a running app, held by this process."""
    held = claim(Path(socket_path).with_suffix(".lock"), lambda: False)
    assert held is not None
    yield held
    held.release()


def backdate_start(socket_path: str) -> None:
    """Make the app look as if it had started long ago, so that nobody waits for it to start."""
    then = time.time() - LONG_AGO_S
    os.utime(Path(socket_path).with_suffix(".pid"), (then, then))


@pytest.fixture
def starting(socket_path: str, lock: Instance, engine: SmallEngine) -> State:
    """An app that holds the lock but listens only after a while. It ends on a request to quit."""

    @contextmanager
    def state() -> Iterator[None]:
        with ExitStack() as stack:
            listening = threading.Event()

            def listen() -> None:
                stack.enter_context(RunningServer(engine, socket_path))
                listening.set()

            engine.request_quit = lock.release  # type: ignore[method-assign]
            threading.Timer(START_S, listen).start()
            yield
            listening.wait()

    return state


@pytest.fixture
def busy(socket_path: str, lock: Instance) -> State:
    """An app that refuses every request as busy."""
    backdate_start(socket_path)
    return lambda: as_none(Impostor(socket_path, BUSY))


@pytest.fixture
def other_version(socket_path: str, lock: Instance) -> State:
    """An app that speaks another version of the protocol."""
    backdate_start(socket_path)
    return lambda: as_none(Impostor(socket_path, OTHER_VERSION))


@pytest.fixture
def ending(socket_path: str, lock: Instance) -> State:
    """An app that exits in the middle of its response."""

    def leave() -> None:
        impostor.close()
        lock.release()

    impostor = Impostor(socket_path, HALF_AN_ANSWER, on_caller=leave)

    return lambda: as_none(impostor)


@pytest.fixture
def hung(socket_path: str, lock: Instance) -> State:
    """An app whose process is stopped by SIGSTOP."""
    backdate_start(socket_path)

    @contextmanager
    def state() -> Iterator[None]:
        with subprocess.Popen(
            [sys.executable, "-m", "tests.control.server_process", socket_path, "200"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline() == b"listening\n"
                process.send_signal(signal.SIGSTOP)
                yield
            finally:
                process.kill()  # a stopped process would never end by itself

    return state


@contextmanager
def as_none(context: AbstractContextManager[object]) -> Iterator[None]:
    """Enter a context and drop its value, so that it has the type of a `State`."""
    with context:
        yield


SILENT_SUCCESS = (0, "")

EXPECTED: dict[tuple[str, str], tuple[int, ErrorCode | None]] = {
    ("starting", "status"): (OWN_POLL, None),
    ("starting", "refresh"): (0, None),
    ("starting", "settings"): (0, None),
    ("starting", LAUNCH): (0, None),
    ("starting", "quit"): (0, None),
    ("ending", "status"): (OWN_POLL, None),
    ("ending", "refresh"): (69, ErrorCode.APP_ENDED),
    ("ending", "quit"): (0, None),
}
"""Exit code and message by state and command. Commands that would start another app are left out."""


@pytest.mark.parametrize(("state", "command"), EXPECTED)
def test_a_command_waits_for_a_starting_app_and_notices_an_ending_one(
    state: str, command: str, program: Program, request: pytest.FixtureRequest
) -> None:
    code, sentence = EXPECTED[state, command]
    enter: State = request.getfixturevalue(state)
    with enter():
        answer = program.run(*command.split())
    assert (answer.code, answer.err) == (code, error_text(sentence))


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("busy", ErrorCode.APP_BUSY),
        ("hung", ErrorCode.APP_UNRESPONSIVE),
        ("other_version", ErrorCode.PROTOCOL_MISMATCH),
    ],
)
def test_every_command_says_why_the_app_cannot_be_used(
    state: str, sentence: ErrorCode, program: Program, request: pytest.FixtureRequest
) -> None:
    enter: State = request.getfixturevalue(state)
    with enter():
        started = {command: start(program, command) for command in EVERY_COMMAND}
        ends = {command: end_of(process) for command, process in started.items()}
    pid = os.getpid() if state == "hung" else None
    without_pid = ("status", "watch")  # they do not look up the process of the app
    assert ends == {
        command: (69, error_text(sentence, None if command in without_pid else pid))
        for command in EVERY_COMMAND
    }


def test_settings_looks_for_a_display_when_the_app_ends_before_it_answers(
    program: Program, ending: State
) -> None:
    del program.env["DISPLAY"]
    with ending():
        answer = program.run("settings")
    assert (answer.code, answer.err) == (69, error_text(ErrorCode.NO_DISPLAY))


def start(program: Program, command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        program.command(*command.split()), env=program.environment, stderr=subprocess.PIPE, text=True
    )


def end_of(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def error_text(code: ErrorCode | None, pid: int | None = None) -> str:
    """Return what a command prints to standard error for this error."""
    if code is None:
        return ""
    message = message_for_code(code, {} if pid is None else {"pid": pid})
    return f"claudometer: {message.title} {message.hint}\n"


def test_quit_says_that_the_app_is_still_running_when_it_does_not_end(
    socket_path: str, lock: Instance, engine: SmallEngine, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app accepts the request, but never releases its lock."""
    for name, value in program.environment.items():
        monkeypatch.setenv(name, value)
    with RunningServer(engine, socket_path), pytest.raises(ClaudometerError) as caught:
        end_app(find_places(demo=False), patience_s=0.2)
    assert (caught.value.code, caught.value.facts) == (ErrorCode.APP_STILL_RUNNING, {"pid": os.getpid()})


@pytest.mark.parametrize("command", ["status", "refresh", "settings", LAUNCH, "quit"])
def test_many_idle_connections_and_watchers_do_not_block_a_command(
    command: str, program: Program, socket_path: str, engine: SmallEngine
) -> None:
    limits = Limits(waiting=40, streams=40)
    with RunningServer(engine, socket_path, limits=limits), ExitStack() as stack:
        for _ in range(45):
            for op in ("ping", "subscribe"):
                wire = stack.enter_context(closing(Wire(socket_path)))
                assert wire.exchange(encode_request(op)) is not None
        answer = program.run(*command.split())
        assert (answer.code, answer.err) == (0, "")


@pytest.mark.slow  # twelve seconds; the test of all commands beside a starting app is quick
def test_four_launches_reach_an_app_that_takes_long_to_start(
    program: Program, socket_path: str, lock: Instance, engine: SmallEngine
) -> None:
    launches = [start(program, command) for command in [LAUNCH, "settings"] * 2]
    time.sleep(12.0)  # longer than a start takes on a machine that is not busy
    with RunningServer(engine, socket_path):
        ends = [end_of(launch) for launch in launches]
    assert ends == [SILENT_SUCCESS] * 4
