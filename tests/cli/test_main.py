"""The whole program: without a desktop, with a closed pipe, and with a bug."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import QuitRequested, WindowRequested
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Problem
from claudometer.present.messages.errors import message_for_code
from claudometer.present.typesetting import fill
from claudometer.system.single_instance import claim
from claudometer.system.version import own_version
from tests.control.small_engine import BLOCKED

if TYPE_CHECKING:
    from tests.cli.program import Program
    from tests.control.running_server import RunningServer
    from tests.control.small_engine import SmallEngine


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ([], "claudometer watch"),
        (["settings"], "claudometer watch"),
        (["--demo"], "claudometer --demo watch"),
    ],
)
def test_without_a_desktop_it_says_so_in_one_line_that_names_watch(
    words: list[str], names: str, program: Program
) -> None:
    answer = program.run(*words)
    assert (answer.code, answer.out) == (69, "")
    assert len(answer.err.splitlines()) == 1
    assert names in answer.err


def test_settings_opens_the_window_of_the_running_app(program: Program, app: RunningServer) -> None:
    opened = threading.Event()
    app.do(lambda: app.engine.bus.subscribe(WindowRequested, lambda _: opened.set()))
    assert program.run("settings").code == 0
    assert opened.is_set()


def test_the_version_is_the_installed_one(program: Program) -> None:
    assert program.run("--version").out == f"claudometer {own_version()}\n"
    assert program.run("status", "--version").code == 0


def test_help_is_printed_for_the_program_and_for_a_command(program: Program) -> None:
    assert program.run("--help").out.startswith("Usage: claudometer [--demo] [COMMAND]")
    assert program.run("status", "--help").out.startswith("Usage: claudometer status [--json]")


@pytest.mark.parametrize("words", [["staus"], ["--jsn"], ["status", "now"]])
def test_wrong_usage_exits_with_64(words: list[str], program: Program) -> None:
    answer = program.run(*words)
    assert (answer.code, answer.out) == (64, "")
    assert answer.err.startswith("claudometer: ")


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("ascii", 'Use "claudometer watch" to follow'),
        ("latin-1", 'Use "claudometer watch" to follow'),
        ("utf-8", "Use “claudometer watch” to follow"),
    ],
)
def test_quotes_are_typographic_if_the_encoding_has_them(program: Program, encoding: str, says: str) -> None:
    program.env |= {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    answer = program.run()
    assert answer.code == 69
    assert says in answer.err


@pytest.mark.parametrize(("command", "code"), [("refresh", 69), ("quit", 0)])
def test_without_an_app_refresh_fails_and_quit_succeeds(command: str, code: int, program: Program) -> None:
    answer = program.run(command)
    assert answer.code == code
    assert answer.err.startswith(f"claudometer: {message_for_code(ErrorCode.NOT_RUNNING).title}")


def test_quit_without_an_app_does_not_say_how_to_start_one(program: Program) -> None:
    title = message_for_code(ErrorCode.NOT_RUNNING).title
    assert program.run("quit").err == f"claudometer: {title}\n"


@pytest.mark.parametrize("words", [(), ("open",), ("refresh",)], ids=" ".join)
def test_the_hint_of_a_command_for_the_demo_is_about_the_demo(
    words: tuple[str, ...], program: Program
) -> None:
    answer = program.run("--demo", *words)
    assert "“claudometer --demo" in answer.err
    assert "“claudometer”" not in answer.err
    assert "“claudometer watch”" not in answer.err


def test_refresh_makes_the_app_refresh(program: Program, app: RunningServer, engine: SmallEngine) -> None:
    answer = program.run("refresh")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert engine.refreshes == 1


@pytest.mark.parametrize(
    ("status", "code"), [(Status.OFFLINE, 69), (Status.RATE_LIMITED, 75), (Status.UNAUTHORIZED, 77)]
)
def test_refresh_reports_an_attempt_that_failed(
    program: Program, app: RunningServer, engine: SmallEngine, status: Status, code: int
) -> None:
    problem = Problem(ErrorCode.OFFLINE)
    engine.snapshot = replace(engine.snapshot, status=status, problem=problem)
    answer = program.run("refresh")
    assert (answer.code, answer.out) == (code, "")
    offline = message_for_code(ErrorCode.OFFLINE)
    assert answer.err == f"{fill(offline.title, 80)}\n{fill(offline.hint, 80)}\n"


def test_refresh_says_until_when_requests_are_paused(
    program: Program, app: RunningServer, engine: SmallEngine
) -> None:
    engine.answer = BLOCKED
    answer = program.run("refresh")
    assert answer.code == 75
    assert "12:40" in answer.out


def test_quit_returns_only_when_the_app_has_ended(program: Program, app: RunningServer) -> None:
    """The app stops listening well before it ends, so only its released lock shows the end."""
    instance = claim(Path(app.path).with_suffix(".lock"), lambda: False)
    assert instance is not None
    ended = threading.Event()

    def end() -> None:
        ended.set()
        instance.release()

    app.do(lambda: app.engine.bus.subscribe(QuitRequested, lambda _: threading.Timer(0.7, end).start()))
    assert program.run("quit").code == 0
    assert ended.is_set()


def test_a_reader_that_stops_early_causes_no_message(program: Program) -> None:
    command = " ".join(program.command("--help"))
    done = subprocess.run(
        ["bash", "-c", f"{command} | true; exit ${{PIPESTATUS[0]}}"],
        env=program.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 141}  # 0 if everything was written before `true` ended
    assert done.stderr == ""


def test_a_closed_pipe_exits_with_141_and_no_message(program: Program, app: RunningServer) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        program.command("status", "--json"), env=program.environment, stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (141, b"")


BROKEN = """
import sys
from claudometer.cli import entry
from claudometer.cli.commands import COMMANDS

def fail(call):
    raise ZeroDivisionError("sessionKey=sk-ant-sid01-canary")

next(each for each in COMMANDS if each.name == "status").run = fail
sys.exit(entry.main(["status"]))
"""


def test_a_bug_exits_with_70_and_its_traceback_is_only_in_the_log(program: Program) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN], env=program.environment, capture_output=True, text=True, check=False
    )
    log_file = program.home.state / "claudometer" / "log" / "terminal.log"
    assert (done.returncode, done.stdout) == (70, "")
    internal = message_for_code(ErrorCode.INTERNAL, {"folder": str(log_file.parent)})
    assert done.stderr == f"claudometer: {internal.title} {internal.hint}\n"
    text = log_file.read_text()
    assert "ZeroDivisionError" in text
    assert "canary" not in text


def test_the_hidden_window_command_needs_an_app(program: Program) -> None:
    answer = program.run("window")
    assert answer.code == 69
    assert "not running" in answer.err
