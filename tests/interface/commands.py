"""Recordings of commands other than ``status``, of the demo, and of wrong usage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

from tests.interface.situations import status_line_input

if TYPE_CHECKING:
    from tests.interface.stage import Stage

Runs = Iterator[CompletedProcess[str]]
Recorder = Callable[["Stage"], Runs]


def _each(*commands: tuple[str, ...]) -> Recorder:
    def run(stage: Stage) -> Runs:
        for words in commands:
            yield stage.run(*words)

    return run


def _watch(stage: Stage) -> Runs:
    stage.log_in()
    yield stage.watch("watch", "--json")


def _watch_offline(stage: Stage) -> Runs:
    stage.log_in()
    stage.simulator.play("reset")
    yield stage.watch("watch", "--json")


def _watch_demo(stage: Stage) -> Runs:
    yield stage.watch("--demo", "watch", "--json")


def _send_requests(stage: Stage) -> None:
    stage.log_in()
    for scenario in ("normal", "rate_limited", "server_error", "reset"):
        stage.simulator.play(scenario)
        stage.run("status", "--json")
        stage.wait(hours=7)
    stage.use_session_key()
    stage.simulator.play("normal")
    stage.run("status", "--json")


def _history(*commands: tuple[str, ...]) -> Recorder:
    def run(stage: Stage) -> Runs:
        _send_requests(stage)
        for words in commands:
            yield stage.run(*words)

    return run


def _message_and_hint(stage: Stage) -> Runs:
    stage.log_in()
    stage.simulator.play("portal")
    yield stage.run("status", "--format", "{message}\n{hint}")


def _requests(*words: str) -> Recorder:
    def run(stage: Stage) -> Runs:
        _send_requests(stage)
        yield stage.run("requests", *words)

    return run


def _status_line(stage: Stage) -> Runs:
    inputs = (
        status_line_input(stage),
        status_line_input(stage, 96, 77.5),
        status_line_input(stage, 100, 104),
        status_line_input(stage, 0, None),
        b'{"session_id": "second"}',
        b"",
        b"[1]",
    )
    for stdin in inputs:
        yield stage.run("statusline", stdin=stdin)
        stage.wait(minutes=3)


def _status_line_looks(stage: Stage) -> Runs:
    stage.stdin = status_line_input(stage)
    for columns in ("200", "74", "60", "30"):
        stage.env["COLUMNS"] = columns
        yield stage.run("statusline")
    stage.env["NO_COLOR"] = "1"
    yield stage.run("statusline")
    yield stage.run("statusline", "--chain", "echo theirs")
    stage.env |= {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    yield stage.run("statusline")


def _ascii(stage: Stage) -> Runs:
    stage.log_in()
    stage.env |= {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    yield stage.run("status")


_MISTAKES = _each(
    ("stauts",),
    ("status", "now"),
    ("status", "--frmat", "x"),
    ("status", "--format"),
    ("status", "--json=yes"),
    ("status", "--json", "--format", "x"),
    ("status", "--format", "{nope}"),
    ("status", "--format", "{session.percent"),
    ("status", "--format", "{session.percent:d}"),
    ("status", "--format", "{session.percent!r}"),
    ("watch", "--format", "{status}"),
    ("requests", "--all"),
)
_NO_APP = _each(("refresh",), ("quit",), (), ("settings",))
_HELP = _each(
    ("--help",),
    *(
        (command, "--help")
        for command in (
            *("status", "watch", "refresh", "requests", "accounts", "statusline", "hook", "quit"),
            *("history", "resets", "export"),
        )
    ),
    ("settings", "--help"),
    ("--version",),
)
_EMPTY_LIST = _each(("requests", "--json"), ("--demo", "requests", "--json"))

COMMANDS: dict[str, dict[str, Recorder]] = {
    "machine": {
        "demo": _each(("--demo", "status", "--json"), ("status", "--format", "{source}", "--demo")),
        "watch": _watch,
        "watch_offline": _watch_offline,
        "watch_demo": _watch_demo,
        "requests": _requests("--json"),
        "requests_empty": _EMPTY_LIST,
        "history": _history(
            ("history", "--json"),
            ("history", "--csv", "--limit", "weekly"),
            ("resets", "--json"),
            ("resets", "--csv"),
            ("export", "--csv"),
            ("export", "--json"),
        ),
        "mistakes": _MISTAKES,
        "no_app": _NO_APP,
    },
    "sentences": {
        "demo": _each(("--demo", "status"), ("--demo", "statusline")),
        "requests": _requests(),
        "history": _history(("history",), ("history", "--limit", "weekly", "--days", "2"), ("resets",)),
        "requests_empty": _each(("requests",), ("--demo", "requests")),
        "statusline": _status_line,
        "statusline_looks": _status_line_looks,
        "ascii": _ascii,
        "message_and_hint": _message_and_hint,
        "mistakes": _MISTAKES,
        "no_app": _NO_APP,
        "help": _HELP,
    },
}
