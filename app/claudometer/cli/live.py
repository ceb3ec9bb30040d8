"""A view that is repainted in place, and restores the terminal at the end."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self, TextIO

from claudometer.cli.terminal_style import find_size, find_style
from claudometer.present.messages.terminal import LEAVE
from claudometer.present.terminal import render, sentence

if sys.platform != "win32":
    import termios

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType
    from typing import Any

    from claudometer.control.wire.report import AccountReport, TerminalText

_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
_END_OF_LINE, _BELOW, _ALL = "\x1b[K", "\x1b[J", "\x1b[2J\x1b[H"
TERMINATED = 143  # as a shell reports a program that SIGTERM ended: 128 + 15


class LiveView:
    """Shows the newest report. Repaints after a resize; restores the terminal when stopped or ended."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text: TerminalText | None = None
        self._painted = 0
        self._lines: list[str] | None = None
        self._size: tuple[int, int] | None = None
        self._is_writing = False
        self._is_stop_due = False
        self._saved_mode: list[Any] | None = None

    def __enter__(self) -> Self:
        self._take_terminal()
        # By default, SIGTERM would end the process with the cursor hidden and the echo off.
        signal.signal(signal.SIGTERM, _end)
        if sys.platform != "win32":
            signal.signal(signal.SIGWINCH, self._resized)
            signal.signal(signal.SIGTSTP, self._suspend)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if sys.platform != "win32":
            signal.signal(signal.SIGWINCH, signal.SIG_DFL)
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        self._give_terminal_back()

    def show(self, account: AccountReport) -> None:
        """Show this report from now on. Writes nothing if the screen already looks like that."""
        self._text = account["terminal"]
        self._paint()

    def _paint(self) -> None:
        if self._text is None or self._is_writing:
            return
        size = find_size(self._stream)
        # One line less than the terminal has: the line break after the last one would scroll the first away.
        style = find_style(self._stream)
        lines = [*render(self._text, style), sentence(LEAVE, style)][: size[1] - 1]
        # Each write to a terminal over SSH is a packet, and some terminals flicker.
        if (lines, size) == (self._lines, self._size):
            return
        # Each line clears the rest of itself, because clearing the whole screen first would flicker.
        painted = "".join(f"{line}{_END_OF_LINE}\n" for line in lines)
        with self._writing():
            self._stream.write(self._to_the_top(size) + painted + _BELOW)
            self._stream.flush()
            self._painted, self._size, self._lines = len(lines), size, lines

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Defer a stop. A signal handler may run in the middle of a write, and must not write itself then."""
        self._is_writing = True
        try:
            yield
        finally:
            self._is_writing = False
        if self._is_stop_due:
            self._is_stop_due = False
            self._stop()

    def _to_the_top(self, size: tuple[int, int]) -> str:
        """Return the sequence that moves to the first painted line.

        After a resize the terminal may have wrapped the lines again, so the whole screen is cleared instead.
        """
        if self._size not in {None, size}:
            return _ALL
        return f"\x1b[{self._painted}A\r" if self._painted else "\r"

    def _take_terminal(self) -> None:
        """Hide the cursor and turn the echo off, which would shift what is painted."""
        if sys.platform != "win32" and sys.stdin is not None and sys.stdin.isatty():
            self._saved_mode = termios.tcgetattr(sys.stdin)
            quiet = termios.tcgetattr(sys.stdin)
            # Member 3 holds the local flags. Signals stay on, so that Ctrl+C works.
            quiet[3] &= ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, quiet)
        with self._writing():
            self._stream.write(_HIDE_CURSOR)
            self._stream.flush()

    def _give_terminal_back(self) -> None:
        """Undo :meth:`_take_terminal`, and discard what was typed meanwhile: the shell would run it."""
        if sys.platform != "win32" and self._saved_mode is not None:
            termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, self._saved_mode)
        self._stream.write(_SHOW_CURSOR)
        self._stream.flush()

    def _resized(self, _number: int, _frame: FrameType | None) -> None:
        self._paint()

    def _suspend(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stop_due = self._is_writing
        if not self._is_writing:
            self._stop()

    def _stop(self) -> None:
        """Restore the terminal and stop, as Ctrl-Z demands; paint again when the shell continues us."""
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        self._give_terminal_back()
        os.kill(os.getpid(), signal.SIGTSTP)  # returns after `fg`
        signal.signal(signal.SIGTSTP, self._suspend)
        self._take_terminal()
        self._painted, self._lines = 0, None
        self._paint()


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(TERMINATED)  # runs the `with` block's exit, which the default would not
