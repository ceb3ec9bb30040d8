"""Runs one long command and shows that it moves: in one line at a terminal, elsewhere now and then."""

import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from devtools.speech import say

TELL_S = 15.0
"""Seconds between two lines where a line cannot be written over, such as in a log."""

_APT = re.compile(r"(?:dl|pm)status:.*?:(?P<percent>\d+(?:\.\d+)?):(?P<text>.*)")
_PIP = re.compile(
    r"\s*(Collecting|Downloading|Obtaining|Building|Preparing|Installing|Created|Successfully)\b"
)
_FETCHED = re.compile(r"\s*Downloading .*\((?P<amount>[\d.]+) (?P<unit>bytes|kB|MB|GB)\)")
_MEGABYTES = {"bytes": 1e-6, "kB": 1e-3, "MB": 1.0, "GB": 1e3}
_LAST_LINES = 12


def read_apt(line: str) -> str | None:
    """Return what a line of apt's status says, such as ``45 % Unpacking libgtk-3-0``; ``None`` for others."""
    found = _APT.match(line)
    return f"{float(found['percent']):.0f} % {found['text']}" if found else None


def read_pip(line: str) -> str | None:
    """Return what pip does, without what it only notes; ``None`` for other lines."""
    return line.strip() if _PIP.match(line) else None


def read_any(line: str) -> str | None:
    """Return the line itself; ``None`` if it is empty."""
    return line.strip() or None


def megabytes_in(line: str) -> float:
    """Return how many megabytes a line of pip's says that it fetches."""
    found = _FETCHED.match(line)
    return float(found["amount"]) * _MEGABYTES[found["unit"]] if found else 0.0


@dataclass(frozen=True)
class Outcome:
    """The exit code of a command, and how many megabytes it said that it fetched."""

    code: int
    megabytes: float = 0.0


def run_shown(
    command: tuple[Path | str, ...], log: Path, read: Callable[[str], str | None] = read_any
) -> Outcome:
    """Run a command with its output in a log, and show what ``read`` makes of its newest line.

    Args:
        log: the output is appended, after the command itself.
        read: returns the text to show for a line, or ``None`` to go on showing the one before.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    fetched = 0.0
    with log.open("a", encoding="utf-8") as file, _Line() as shown:
        file.write(f"$ {' '.join(map(str, command))}\n")
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            for line in _lines_of(process):
                if line is not None:
                    file.write(line)
                    fetched += megabytes_in(line)
                shown.show(None if line is None else read(line))
    return Outcome(process.returncode, fetched)


def last_lines(log: Path) -> str:
    """Return the end of a log without apt's status lines, each line indented."""
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if line and not _APT.match(line)]
    return "\n".join(f"  {line}" for line in lines[-_LAST_LINES:])


def _lines_of(process: subprocess.Popen[str]) -> Iterator[str | None]:
    """Yield the lines of a program, and ``None`` after every second without one."""
    # A thread reads, because Windows cannot wait for a pipe and a clock at once.
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=1.0)
        except queue.Empty:
            yield None
            continue
        if not line:
            return
        yield line


def _read(process: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    for line in process.stdout or ():
        lines.put(line)
    lines.put("")  # no line is empty, so this is the end


class _Line:
    """The line at a terminal that is written again and again; elsewhere, a line now and then."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty() and os.environ.get("TERM", "") not in {"", "dumb"}
        self._started = self._told = time.monotonic()
        self._text = self._shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_terminal:
            self._write("")

    def show(self, text: str | None) -> None:
        """Show a text, or the one before with the seconds that have passed since the start."""
        self._text = text or self._text
        now = time.monotonic()
        shown = f"  {now - self._started:3.0f} s  {self._text}".rstrip()
        if self._is_terminal:
            if shown != self._shown:
                self._write(shown)
            self._shown = shown
        elif now - self._told >= TELL_S:
            self._told = now
            say(shown)

    def _write(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r{text[:width]}\x1b[K")
        sys.stderr.flush()
