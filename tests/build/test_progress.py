"""Tests how the progress of a long command is read and shown, with real commands."""

import os
import pty
import sys
from pathlib import Path

import pytest
from devtools.progress import last_lines, megabytes_in, read_apt, read_pip, run_shown

READ = """
import sys; sys.path.insert(0, "build")
from pathlib import Path
from devtools.progress import read_apt, run_shown
command = (sys.executable, "-c", "print('pmstatus:libc6:amd64:45.6:Unpacking libc6')")
run_shown(command, Path(sys.argv[1]), read_apt)
"""


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("dlstatus:1:12.5:Retrieving file 3 of 20 (2min 3s remaining)", "12 % Retrieving file 3 of 20"),
        ("pmstatus:libgtk-3-0:amd64:54.3333:Unpacking libgtk-3-0:amd64 (amd64)", "54 % Unpacking libgtk"),
        ("Selecting previously unselected package libgtk-3-0:amd64.", None),
    ],
)
def test_apts_status_lines_are_percent_and_text(line: str, text: str | None) -> None:
    read = read_apt(line)
    assert (read or "").startswith(text or "")
    assert (read is None) is (text is None)


def test_pips_steps_are_shown_and_its_notes_are_not() -> None:
    assert read_pip("Collecting httpx<0.29\n") == "Collecting httpx<0.29"
    assert read_pip("Requirement already satisfied: idna in /usr/lib\n") is None


@pytest.mark.parametrize(
    ("line", "megabytes"),
    [
        ("  Downloading pillow-12.0-cp311.whl (6.9 MB)\n", 6.9),
        ("  Downloading httpx-0.28.1-py3-none-any.whl.metadata (7.1 kB)\n", 0.0071),
        ("  Using cached httpx-0.28.1-py3-none-any.whl (73 kB)\n", 0.0),
    ],
)
def test_what_pip_fetches_is_counted(line: str, megabytes: float) -> None:
    assert megabytes_in(line) == pytest.approx(megabytes)


def test_a_commands_code_output_and_end_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "folder" / "log"
    script = "import sys; print('pmstatus:x:5:y'); print('E: no such package', file=sys.stderr); sys.exit(3)"
    outcome = run_shown((sys.executable, "-c", script), log)
    assert outcome.code == 3
    assert "pmstatus" in log.read_text(encoding="utf-8")
    assert last_lines(log).splitlines()[-1] == "  E: no such package"
    assert "pmstatus" not in last_lines(log).partition("\n")[2]


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
def test_a_terminal_sees_one_line_that_is_taken_away_at_the_end(tmp_path: Path) -> None:
    seen = shown_at_a_terminal(tmp_path / "log")
    assert "46 % Unpacking libc6" in seen
    assert seen.rstrip("\r\n").endswith("\r\x1b[K")
    assert "\n" not in seen


def shown_at_a_terminal(log: Path) -> str:
    child, descriptor = pty.fork()
    if not child:
        os.environ["TERM"] = "xterm"
        os.execv(sys.executable, [sys.executable, "-c", READ, str(log)])  # noqa: S606 - no shell is intended
    seen = b""
    try:
        while piece := os.read(descriptor, 4096):
            seen += piece
    except OSError:  # Linux, when the other side is closed
        pass
    os.close(descriptor)
    os.waitpid(child, 0)
    return seen.decode()
