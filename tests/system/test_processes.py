"""Tests child processes: started without secrets, stopped reliably, and reaped."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from claudometer.system import environment, processes
from claudometer.system.processes import clean_environment, start_child
from tests.cli.terminal import Terminal
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "sk-ant-sid01-canary"


STARTS_A_CHILD = """
import sys, time
from claudometer.system.processes import start_child
def ended(code):
    print("the child ended with", code, flush=True)
child = start_child([sys.executable, "-c", "import time; time.sleep(60)"], on_exit=ended)
try:
    print("started", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    child.stop()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
def test_ctrl_c_in_the_terminal_does_not_reach_a_child_which_we_end_ourselves() -> None:
    with Terminal([sys.executable, "-c", STARTS_A_CHILD], dict(os.environ)) as terminal:
        terminal.wait_for("started")
        terminal.type("\x03")
        terminal.wait_for("the child ended with -15")


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def wait_for_text(path: Path) -> str:
    """Wait until a child has written to this file; return what it wrote."""
    wait_for(lambda: path.exists() and path.read_text(), what=f"the text in {path.name}")
    return path.read_text()


def test_a_childs_environment_has_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDOMETER_SESSION_KEY", "anything at all")
    monkeypatch.setenv("ANTHROPIC_API_KEY", CANARY)
    monkeypatch.setenv("CLAUDOMETER_MODE", "web")
    dump = "import os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(repr(dict(os.environ)))"
    child = start_child(python(dump, str(tmp_path / "environment")))
    assert child.wait(60) == 0
    environment = (tmp_path / "environment").read_text()
    assert "CLAUDOMETER_SESSION_KEY" not in environment
    assert CANARY not in environment
    assert "CLAUDOMETER_MODE" in environment


def test_other_variables_are_kept() -> None:
    assert clean_environment({"DISPLAY": ":0", "XDG_ACTIVATION_TOKEN": "x"}) == {
        "DISPLAY": ":0",
        "XDG_ACTIVATION_TOKEN": "x",
    }


def test_a_child_that_ends_is_reported_and_leaves_no_zombie() -> None:
    codes: list[int] = []
    child = start_child(python("raise SystemExit(3)"), on_exit=codes.append)
    assert child.wait(60) == 3
    assert codes == [3]
    assert not child.is_running()
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


def test_a_child_is_stopped_with_sigterm(tmp_path: Path) -> None:
    handles_sigterm = (
        "import pathlib, signal, sys, time\n"
        "def leave(*_): pathlib.Path(sys.argv[1]).write_text('SIGTERM'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, leave)\n"
        "pathlib.Path(sys.argv[2]).write_text('up'); time.sleep(60)"
    )
    child = start_child(python(handles_sigterm, str(tmp_path / "received"), str(tmp_path / "up")))
    wait_for_text(tmp_path / "up")
    child.stop()
    assert child.wait(0) == 0
    assert (tmp_path / "received").read_text() == "SIGTERM"


def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    ignores_sigterm = (
        "import pathlib, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path(sys.argv[1]).write_text('up'); time.sleep(60)"
    )
    child = start_child(python(ignores_sigterm, str(tmp_path / "up")))
    wait_for_text(tmp_path / "up")
    child.stop(grace_s=0.2)
    assert child.wait(0) == -signal.SIGKILL


def test_stopping_an_ended_child_twice_is_no_error() -> None:
    child = start_child(python("pass"))
    child.wait(60)
    child.stop()
    child.stop()
    assert child.wait(0) == 0


def test_waiting_for_a_running_child_times_out() -> None:
    child = start_child(python("import time; time.sleep(60)"))
    assert child.wait(0.05) is None
    assert child.is_running()
    child.stop()


def test_a_childs_errors_are_kept_in_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "errors"
    child = start_child(python("import sys; print('no display', file=sys.stderr)"), errors_to=path)
    child.wait(60)
    assert path.read_text() == "no display\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("place", ["a missing folder", "a folder", "a pipe without a reader"])
def test_a_child_starts_even_if_its_errors_cannot_be_kept(tmp_path: Path, place: str) -> None:
    path = tmp_path / "errors.log"
    if place == "a folder":
        path.mkdir()
    elif place == "a pipe without a reader":
        os.mkfifo(path)
    else:
        path = tmp_path / "gone" / "errors.log"
    child = start_child(python("import sys; print('no display', file=sys.stderr)"), errors_to=path)
    assert child.wait(60) == 0


def test_starting_a_missing_program_raises_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())  # a thread of another test may end meanwhile
    with pytest.raises(FileNotFoundError):
        start_child(["/does/not/exist"])
    assert set(threading.enumerate()) <= before


def test_a_child_that_cannot_be_waited_for_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would run on, and nothing would end it."""
    written = tmp_path / "pid"
    note = f"pathlib.Path({str(written)!r}).write_text(str(os.getpid()))"
    code = f"import os, pathlib, time; {note}; time.sleep(60)"

    def refuse(_thread: threading.Thread) -> None:
        wait_for_text(written)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(OSError, match="can't start new thread"):
        start_child(python(code))
    with pytest.raises(ProcessLookupError):
        os.kill(int(written.read_text()), 0)


def test_the_variables_of_a_package_reach_no_other_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_lent", {})
    monkeypatch.setenv("GI_TYPELIB_PATH", "/the/users/own")
    monkeypatch.delenv("GIO_MODULE_DIR", raising=False)
    try:
        environment.lend_environment({"GI_TYPELIB_PATH": "/bundle", "GIO_MODULE_DIR": "/bundle"})
        environment.lend_environment({"GI_TYPELIB_PATH": "/bundle/again"})
        assert os.environ["GI_TYPELIB_PATH"] == "/bundle/again"
        for theirs in (environment.users_environment(), processes.clean_environment()):
            assert theirs["GI_TYPELIB_PATH"] == "/the/users/own"
            assert "GIO_MODULE_DIR" not in theirs
    finally:
        os.environ.pop("GIO_MODULE_DIR", None)


def test_the_users_environment_has_their_keys_but_not_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-theirs")
    monkeypatch.setenv("CLAUDOMETER_SESSION_KEY", "sk-ant-sid01-ours")
    assert "ANTHROPIC_API_KEY" in environment.users_environment()
    assert "CLAUDOMETER_SESSION_KEY" not in environment.users_environment()
    assert "ANTHROPIC_API_KEY" not in processes.clean_environment()


def test_a_successor_starts_only_after_the_given_process_has_ended(tmp_path: Path) -> None:
    up = python("import pathlib, sys; pathlib.Path(sys.argv[1]).write_text('up')", str(tmp_path / "up"))
    with subprocess.Popen(["sleep", "60"]) as predecessor:
        start = f"start_successor({up!r}, after={predecessor.pid})"
        command = python(f"from claudometer.system.processes import start_successor; {start}")
        subprocess.run(command, check=True, timeout=60)
        time.sleep(0.5)  # long enough for a successor that does not wait
        assert not (tmp_path / "up").exists()
        predecessor.kill()
    assert wait_for_text(tmp_path / "up") == "up"
