"""The window's process gets an activation token, so that its window may come to the front."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from claudometer.processes import window
from claudometer.processes.window import WindowProcess
from claudometer.system.processes import ACTIVATION_VARIABLES
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs a shell script in place of the window")


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run a script in place of the window that appends its tokens to the returned file and exits."""
    written = tmp_path / "tokens"
    script = f'echo "$XDG_ACTIVATION_TOKEN,$DESKTOP_STARTUP_ID" >> {written}'
    monkeypatch.setattr(window, "child_command", lambda *_arguments: ["sh", "-c", script])
    return written


def opened(process: WindowProcess, written: Path, count: int) -> list[str]:
    process.open()
    wait_for(lambda: written.exists() and written.read_text().count("\n") == count, what="the window's start")
    wait_for(lambda: not is_running(process), what="the window's end")
    return written.read_text().splitlines()


def is_running(process: WindowProcess) -> bool:
    return process._child is not None


def test_a_token_is_given_to_only_one_window(tmp_path: Path, tokens: Path) -> None:
    process = WindowProcess(tmp_path, demo=False, on_failure=lambda: None)
    process.allow_in_front("token-1")
    assert opened(process, tokens, 1) == ["token-1,token-1"]
    assert opened(process, tokens, 2)[1:] == [","]


def test_the_token_of_the_start_is_given_to_only_the_first_window(
    tmp_path: Path, tokens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTOP_STARTUP_ID", "started-1")
    process = WindowProcess(tmp_path, demo=False, on_failure=lambda: None)
    assert not set(ACTIVATION_VARIABLES) & os.environ.keys()
    assert opened(process, tokens, 1) == ["started-1,started-1"]
    assert opened(process, tokens, 2)[1:] == [","]


def test_an_old_token_is_not_used(tmp_path: Path, tokens: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "TOKEN_LASTS_S", -1.0)
    process = WindowProcess(tmp_path, demo=False, on_failure=lambda: None)
    process.allow_in_front("token-1")
    assert opened(process, tokens, 1) == [","]


@pytest.mark.parametrize(("is_announced", "starts"), [(True, 2), (False, 1)])
def test_a_window_that_was_asked_for_while_it_closed_opens_again_however_long_that_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_announced: bool, starts: int
) -> None:
    """Here it takes longer than ``CLOSING_S``, as on a busy machine, so only the announcement counts."""
    started, may_end = tmp_path / "started", tmp_path / "may-end"
    script = f"echo x >> {started}; while [ ! -e {may_end} ]; do sleep 0.02; done"
    monkeypatch.setattr(window, "child_command", lambda *_arguments: ["sh", "-c", script])
    process = WindowProcess(tmp_path, demo=False, on_failure=lambda: None)
    process.open()
    wait_for(started.exists, what="the window's start")
    if is_announced:
        process.leaving()
    process.open()
    time.sleep(1.2 * window.CLOSING_S)
    may_end.touch()
    wait_for(
        lambda: not is_running(process) and started.read_text().count("x") == starts,
        what=f"{starts} starts, and the window's end",
    )
