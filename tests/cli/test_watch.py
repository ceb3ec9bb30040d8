"""``claudometer watch``: a live view in a terminal, lines elsewhere, with and without an app."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.clock import CorrectedClock, ServerTime, SystemClock
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.present.messages.errors import MESSAGES, message_for_code
from claudometer.present.messages.terminal import Terminal as TerminalKind
from claudometer.present.messages.terminal import for_terminal
from tests.cli.impostor import OTHER_VERSION, Impostor
from tests.cli.numbers import failed, fresh
from tests.simulator.account import write_login

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)
if not shutil.which("setsid"):
    pytest.skip("needs util-linux's setsid to give a command a terminal of its own", allow_module_level=True)

from tests.cli.terminal import Terminal  # after the skips: it needs what they check for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.program import Program
    from tests.control.running_server import RunningServer
    from tests.control.small_engine import SmallEngine
    from tests.simulator.server import Simulator

    Open = Callable[..., Terminal]
    Watch = Callable[..., "Lines"]


@pytest.fixture
def open_terminal(program: Program) -> Iterator[Open]:
    opened: list[Terminal] = []

    def start(*words: str, size: tuple[int, int] = (80, 24)) -> Terminal:
        opened.append(Terminal(program.command(*(words or ("watch",))), program.environment, size))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.__exit__(None, None, None)


def test_the_numbers_are_shown_and_kept_up_to_date_in_place(
    open_terminal: Open, app: RunningServer, engine: SmallEngine
) -> None:
    terminal = open_terminal()
    before = terminal.wait_for("81 %")
    assert not terminal.screen.has_cursor
    app.do(engine.show, fresh(93.0))
    after = terminal.wait_for("93 %")
    assert "81 %" not in after
    assert after.count("Session") == 1
    assert len(after.splitlines()) == len(before.splitlines())


def test_a_view_that_shrinks_leaves_nothing_behind(
    open_terminal: Open, app: RunningServer, engine: SmallEngine
) -> None:
    app.do(engine.show, failed(Status.OFFLINE, ErrorCode.OFFLINE, age_s=60))
    terminal = open_terminal()
    offline = message_for_code(ErrorCode.OFFLINE).title
    terminal.wait_for(offline)
    app.do(engine.show, fresh(40.0))
    terminal.wait_for("40 %")
    after = terminal.wait_for(offline, gone=True)
    assert after.count("Refreshed") == 1


def test_ctrl_c_exits_and_restores_the_terminal(open_terminal: Open, app: RunningServer) -> None:
    terminal = open_terminal()
    terminal.wait_for("81 %")
    assert not terminal.echoes
    terminal.type("\x03")
    assert terminal.wait() == 0
    assert terminal.screen.has_cursor
    assert terminal.echoes
    assert "81 %" in terminal.screen.text
    assert "Traceback" not in terminal.screen.text


def test_sigterm_restores_the_terminal_too(open_terminal: Open, app: RunningServer) -> None:
    terminal = open_terminal()
    terminal.wait_for("81 %")
    terminal.process.terminate()
    assert terminal.wait() == 143
    assert terminal.screen.has_cursor
    assert terminal.echoes


def test_a_resize_repaints_for_the_new_size(open_terminal: Open, app: RunningServer) -> None:
    terminal = open_terminal()
    wide = terminal.wait_for("81 %")
    assert "81 %   resets" in wide
    terminal.resize(40, 24)
    terminal.wait_for("81 %   resets", gone=True)
    narrow = terminal.wait_for("Refreshed")
    assert max(len(line) for line in narrow.splitlines()) <= 40
    assert narrow.count("Session") == 1


def test_a_low_terminal_never_scrolls(open_terminal: Open, app: RunningServer, engine: SmallEngine) -> None:
    terminal = open_terminal(size=(80, 6))
    terminal.wait_for("81 %")
    for percent in (10.0, 20.0, 30.0):
        app.do(engine.show, fresh(percent))
        assert len(terminal.wait_for(f"{percent:.0f} %").splitlines()) < 6


def test_typed_text_is_neither_shown_nor_run(
    open_terminal: Open, app: RunningServer, engine: SmallEngine
) -> None:
    terminal = open_terminal()
    terminal.wait_for("81 %")
    terminal.type("echo typed\n")
    app.do(engine.show, fresh(93.0))
    terminal.wait_for("93 %")  # by then an echo of the text would have been shown
    terminal.type("\x03")
    assert terminal.wait() == 0
    assert "typed" not in terminal.screen.text


@pytest.mark.skipif(not shutil.which("bash"), reason="needs a shell with job control")
def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_back(
    program: Program, app: RunningServer
) -> None:
    with Terminal(["bash", "--norc", "-i"], program.environment | {"PS1": "ready> "}) as terminal:
        terminal.wait_for("ready>")
        terminal.type(" ".join(program.command("watch")) + "\n")
        terminal.wait_for("81 %")
        terminal.type("\x1a")
        terminal.wait_for("Stopped")
        assert terminal.screen.has_cursor
        terminal.type("fg\n")
        terminal.wait_for_cursor(shown=False)
        terminal.type("\x03")
        terminal.wait_for_cursor(shown=True)
        terminal.type("echo left with $?\n")
        terminal.wait_for("left with 0")
        terminal.type("exit\n")
        terminal.wait()


def test_no_color_means_no_color(open_terminal: Open, program: Program, app: RunningServer) -> None:
    colored = open_terminal()
    colored.wait_for("81 %")
    assert colored.screen.colors
    program.env["NO_COLOR"] = "1"
    plain = open_terminal()
    plain.wait_for("81 %")
    assert not plain.screen.colors


def test_a_dumb_terminal_gets_lines(
    open_terminal: Open, program: Program, app: RunningServer, engine: SmallEngine
) -> None:
    program.env["TERM"] = "dumb"
    terminal = open_terminal()
    terminal.wait_for("81 %")
    app.do(engine.show, fresh(40.0))
    both = terminal.wait_for("40 %")
    assert "81 %" in both
    assert terminal.screen.has_cursor
    assert not terminal.screen.colors


class Lines:
    """``watch --json`` as a program reads it."""

    def __init__(self, program: Program, *words: str) -> None:
        self._process = subprocess.Popen(
            program.command(*words, "watch", "--json"),
            env=program.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def next(self) -> Any:  # noqa: ANN401 - whatever came
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def until(self, source: str) -> Any:  # noqa: ANN401 - whatever came
        while True:
            report = self.next()
            if report["source"] == source:
                return report

    def end(self) -> tuple[int, str]:
        """Press Ctrl+C; return the exit code, and what was written to standard error."""
        self._process.send_signal(signal.SIGINT)
        _, err = self._process.communicate(timeout=60)
        return self._process.returncode, err

    def close(self) -> None:
        """Kill the command if it still runs."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def watch(program: Program) -> Iterator[Watch]:
    """Return a function that starts ``watch --json``, which ends with the test."""
    started: list[Lines] = []

    def start(*words: str) -> Lines:
        started.append(Lines(program, *words))
        return started[-1]

    yield start
    for lines in started:
        lines.close()


def test_times_follow_the_clock_of_the_app_which_knows_the_server_time(
    program: Program, engine: SmallEngine, watch: Watch
) -> None:
    clock = CorrectedClock(SystemClock())
    clock.observe(ServerTime(datetime.now(UTC) + timedelta(hours=1), clock.boottime(), 1.0))
    with program.serve(engine, clock=clock):
        lines = watch()
        ahead = datetime.fromisoformat(lines.next()["now"]) - datetime.now(UTC)
    assert 3500 < ahead.total_seconds() <= 3601


def test_passing_time_alone_writes_no_line(app: RunningServer, engine: SmallEngine, watch: Watch) -> None:
    lines = watch()
    assert lines.next()["limits"][0]["percent"] == 81.0
    time.sleep(2.5)  # the time in the report changes meanwhile, and nothing else
    app.do(engine.show, fresh(93.0))
    assert lines.next()["limits"][0]["percent"] == 93.0


def test_json_writes_one_object_per_line_and_one_line_per_change(
    app: RunningServer, engine: SmallEngine, watch: Watch
) -> None:
    lines = watch()
    assert lines.next()["limits"][0]["percent"] == 81.0
    app.do(engine.show, replace(engine.snapshot, refreshing=True))  # nothing that the report shows
    app.do(engine.show, fresh(82.0))
    assert lines.next()["limits"][0]["percent"] == 82.0
    assert lines.end() == (0, "")


def test_it_polls_itself_while_no_app_runs_and_follows_one_that_does(
    program: Program, engine: SmallEngine, watch: Watch
) -> None:
    """It starts with an app, polls by itself when that quits, and returns to it when it runs again."""
    with program.serve(engine, demo=True):
        lines = watch("--demo")
        assert lines.next()["source"] == "oauth"
    assert lines.until("demo")["status"] in {"starting", "ok"}
    with program.serve(engine, demo=True):
        assert lines.until("oauth")["limits"][0]["percent"] == 81.0
        assert lines.end() == (0, "")


def test_without_an_app_it_polls_itself(program: Program, simulator: Simulator, watch: Watch) -> None:
    write_login(program.home.path / ".claude")
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "cli"}
    lines = watch()
    assert lines.until("oauth")["status"] == "ok"
    assert lines.end() == (0, "")
    assert len(simulator.requests) == 1


def test_without_an_app_its_hints_are_for_a_program_that_keeps_running(
    program: Program, watch: Watch
) -> None:
    program.env["CLAUDOMETER_MODE"] = "web"
    lines = watch()
    while (report := lines.next())["status"] == "starting":
        pass
    assert report["status"] == "missing_credentials"
    words = MESSAGES[ErrorCode.SESSION_KEY_MISSING]
    message = for_terminal(ErrorCode.SESSION_KEY_MISSING, words, TerminalKind.WATCH)
    assert (report["message"], report["hint"]) == (message.title, message.hint)
    assert lines.end() == (0, "")


def test_a_bad_variable_ends_it_with_a_message(program: Program) -> None:
    program.env["CLAUDOMETER_WEB_URL"] = "ftp://example.org"
    answer = program.run("watch", "--json")
    assert (answer.code, answer.out) == (64, "")
    assert "CLAUDOMETER_WEB_URL" in answer.err


def test_an_app_of_another_version_ends_it_with_a_message(program: Program) -> None:
    with Impostor(program.make_socket_path(), OTHER_VERSION):
        answer = program.run("watch", "--json")
    assert answer.code == 69
    assert message_for_code(ErrorCode.PROTOCOL_MISMATCH).title in answer.err


def test_a_closed_pipe_ends_it_with_141_and_no_message(
    app: RunningServer, engine: SmallEngine, watch: Watch
) -> None:
    lines = watch()
    lines.next()
    assert lines._process.stdout is not None
    lines._process.stdout.close()
    app.do(engine.show, fresh(50.0))
    assert lines._process.wait(60) == 141
    assert lines._process.stderr is not None
    assert lines._process.stderr.read() == ""
    lines._process.stderr.close()
