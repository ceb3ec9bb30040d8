"""The tray program from start to end: a real loop and a real engine, without a panel."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.control.client import ControlClient
from claudometer.domain.clock import CorrectedClock
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Fetched
from claudometer.domain.secret import Secret
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.domain.tray_state import TrayState
from claudometer.domain.usage import Mode, Organization
from claudometer.engine.dependencies import Overrides
from claudometer.present.menu_entries import Action
from claudometer.present.messages.errors import MESSAGES, message_for_code
from claudometer.present.messages.tray_hosts import NOTICES
from claudometer.processes.run_context import read_context
from claudometer.system.tray_pieces import find_piece
from tests.engine.sources import Bench
from tests.processes.running_program import Program, wait_for
from tests.readings import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.processes.run_context import RunContext

QUICK_S = 5.0
"""Well below the 15 s that the main thread waits for the loop."""

# Only the beginnings of messages: the menu breaks long ones into lines.
RESTARTED = message_for_code(ErrorCode.INTERNAL, {"restarted": "yes"}).title[:40]
NO_HOST = NOTICES[find_piece()].title[:20]
REFUSED = MESSAGES[ErrorCode.ORGANIZATION_UNKNOWN].title[:40]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def context(bench: Bench, short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunContext]:
    """Places of its own, the engine's clock, and no display for the window's process."""
    for name in tuple(os.environ):
        if name.startswith(("CLAUDOMETER_", "XDG_")) or name in {"DISPLAY", "WAYLAND_DISPLAY"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(short_folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_folder))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield replace(read_context(demo=True), clock=CorrectedClock(bench.clock))
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def program(context: RunContext, bench: Bench) -> Program:
    return Program(context, bench)


# A slow start.


def test_a_click_before_the_engine_exists_is_carried_out_when_it_does(program: Program) -> None:
    program.may_start.clear()
    program.run(
        lambda: program.click(Action.OPEN_SETTINGS),
        lambda: program.click(Action.ORGANIZATION, "an organization"),
        lambda: time.sleep(0.1),  # what happened is handled while there is no engine
        program.may_start.set,
        lambda: wait_for(lambda: program.windows == 1),
        lambda: wait_for(lambda: program.bench.saved().account.organization_id == "an organization"),
    )


def test_a_tray_host_seen_while_the_engine_starts_keeps_a_panel_restart_from_opening_the_window(
    program: Program,
) -> None:
    program.may_start.clear()
    program.run(
        lambda: program.tray.on_state(TrayState.SHOWN),
        lambda: time.sleep(0.1),  # what happened is handled while there is no engine
        program.may_start.set,
        program.wait_until_ready,
        lambda: program.tray.on_state(TrayState.NO_PANEL),
        lambda: program.wait_for_text(NO_HOST),
        lambda: program.tray.on_state(TrayState.SHOWN),
        lambda: program.wait_without_text(NO_HOST),
    )
    assert program.windows == 0


def test_the_window_opens_by_itself_only_without_a_tray_host_at_the_start(program: Program) -> None:
    program.run(
        program.wait_until_ready,
        lambda: program.tray.on_state(TrayState.NO_PANEL),
        lambda: program.wait_for_text(NO_HOST),
        lambda: wait_for(lambda: program.windows == 1),
        lambda: program.tray.on_state(TrayState.SHOWN),
        lambda: program.wait_without_text(NO_HOST),
        lambda: program.tray.on_state(TrayState.NO_PANEL),
        lambda: program.wait_for_text(NO_HOST),
    )
    assert program.windows == 1


def test_a_missing_tray_host_is_reported_once_the_engine_has_started(program: Program) -> None:
    program.may_start.clear()
    program.run(
        lambda: program.tray.on_state(TrayState.NO_PANEL),
        lambda: time.sleep(0.1),  # what happened is handled while there is no engine
        program.may_start.set,
        lambda: program.wait_for_text(NO_HOST),
        lambda: wait_for(lambda: program.windows == 1),
    )


def test_a_missing_tray_host_is_not_reported_if_one_appears_while_the_engine_starts(program: Program) -> None:
    program.may_start.clear()
    program.run(
        lambda: program.tray.on_state(TrayState.NO_PANEL),
        lambda: program.tray.on_state(TrayState.SHOWN),
        lambda: time.sleep(0.1),  # what happened is handled while there is no engine
        program.may_start.set,
        program.wait_until_ready,
        lambda: program.wait_for_text("Refresh now · "),
    )
    assert program.windows == 0
    assert NO_HOST not in program.tray.text


# What a click leads to.


def test_a_refresh_with_an_empty_budget_says_when_the_next_update_is(program: Program) -> None:
    program.bench.cli.budget = OAUTH_BUDGET

    def refresh_until_refused() -> None:
        deadline = time.monotonic() + 20
        while "The next refresh is at" not in program.tray.text:
            assert time.monotonic() < deadline
            program.click(Action.REFRESH)
            time.sleep(0.05)

    def read_status() -> None:
        account = ControlClient(program.socket).report()
        assert account is not None
        assert str(account["report"]["message"]).startswith("The next refresh is at 12:")

    program.run(lambda: program.wait_for_text("Refresh now · "), refresh_until_refused, read_status)


def test_a_refused_organization_is_reported_until_a_click_succeeds(program: Program) -> None:
    known = (Organization("one", "One"), Organization("two", "Two"))
    program.bench.overrides = Overrides(mode=Mode.WEB, session_key=Secret("sk-ant-sid01-known"))
    program.bench.web.answers = deque([Fetched(reading(), known)])

    program.run(
        lambda: program.wait_for_text("Organization"),
        lambda: program.click(Action.ORGANIZATION, "three"),
        lambda: program.wait_for_text(REFUSED),
        lambda: program.click(Action.ORGANIZATION, "two"),
        lambda: program.wait_without_text(REFUSED),
    )
    assert program.bench.saved().account.organization_id == "two"


# Quitting and failing during every step of the start.


def test_quit_while_the_engine_starts_ends_the_program_at_once(program: Program) -> None:
    program.may_start.clear()
    try:
        assert program.run(lambda: time.sleep(0.2)) < QUICK_S
    finally:
        program.may_start.set()
    assert program.desktop.has_ended
    assert program.engine is None


def test_quit_in_the_first_moment_ends_the_program_at_once(program: Program) -> None:
    assert program.run() < QUICK_S
    assert program.desktop.has_ended


def test_an_error_that_keeps_the_engine_from_starting_ends_the_program(program: Program) -> None:
    program.start_error = OSError("the disk is gone")
    with pytest.raises(OSError, match="the disk is gone"):
        program.run(lambda: wait_for(lambda: program.desktop.has_ended))
    assert program.desktop.has_ended


def test_without_a_socket_the_program_runs_and_says_so(program: Program) -> None:
    folder = Path(program.socket).parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder would be")
    missing = MESSAGES[ErrorCode.CONTROL_UNAVAILABLE].title

    def says_so() -> None:
        program.wait_for_text(missing)
        assert program.engine is not None
        (notice,) = program.engine.snapshot.notices
        hint = message_for_code(notice.code, dict(notice.facts)).hint
        assert hint == f"{folder} is a file or a link, not a folder. Move it away."

    program.run(says_so)
    assert program.desktop.has_ended


@pytest.mark.parametrize("step", ["watch", "run"])
def test_a_tray_that_fails_ends_the_program_with_its_error(program: Program, step: str) -> None:
    program.tray.fails_to.add(step)
    with pytest.raises(OSError, match=f"cannot {step}"):
        program.run()
    assert program.desktop.has_ended
    assert program.tray.watches is (False if step == "run" else None)


def test_a_watch_that_cannot_be_ended_does_not_keep_anything_else_running(program: Program) -> None:
    program.tray.fails_to.add("end the watch")
    with pytest.raises(OSError, match="cannot end the watch"):
        program.run(program.wait_until_ready)
    assert program.desktop.has_ended
    assert program.tray.watches is False


def test_quitting_removes_the_socket_and_leaves_no_loop_thread(program: Program) -> None:
    program.run(program.wait_until_ready)
    assert not Path(program.socket).exists()
    assert "claudometer-loop" not in {thread.name for thread in threading.enumerate()}


# Tasks that end unexpectedly.


def test_polling_that_stops_unexpectedly_is_restarted_and_this_is_reported(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, known = program.bench.cli, program.bench.cli.identify
    failures = [RuntimeError("unforeseen")]

    async def identify() -> object:
        if failures:
            raise failures.pop()
        return await known()

    monkeypatch.setattr(source, "identify", identify)
    program.run(
        lambda: program.wait_for_text(RESTARTED),
        lambda: wait_for(lambda: source.requests > 0),
        lambda: program.wait_for_text("%  Session"),
    )


@pytest.mark.slow  # ten seconds; tests/control has the same with a shorter interval
def test_a_deleted_socket_is_created_again(program: Program) -> None:
    program.run(
        program.wait_until_ready,
        lambda: Path(program.socket).unlink(),
        lambda: wait_for(lambda: ControlClient(program.socket).ask("ping") is not None, timeout_s=30),
    )
    assert not Path(program.socket).exists()


def test_what_the_idle_icon_does_not_need_is_not_loaded() -> None:
    """What only the window or a command asks for, and the sentences of errors."""
    present = ("form", "history_card", "day_by_day", "request_panel", "reset_panel", "card", "report")
    unused = [f"claudometer.present.{name}" for name in (*present, "terminal_text", "messages.claude_errors")]
    script = (
        "import sys, claudometer.processes.tray_program; "
        f"print(*(each for each in {unused} if each in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "\n"


def test_answering_the_window_loads_no_sentences_of_errors() -> None:
    """They take 0.2 MB, and what the first window loads stays."""
    answers = ("history_answer", "requests_answer", "resets_answer", "alert_answers")
    modules = ["present.card", "present.form", *(f"processes.{each}" for each in answers)]
    script = (
        f"import sys, {', '.join(f'claudometer.{each}' for each in modules)}; "
        "print('claudometer.present.messages.errors' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
