"""A real pseudo-terminal, and a screen that understands the few escape sequences of the program."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

TIMEOUT_S = 60.0
_TOKEN = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|(.)", re.DOTALL)


class Screen:
    """What a person sees: rows of text, and whether the cursor is shown. Fails on an unknown sequence."""

    def __init__(self) -> None:
        self.rows: list[str] = [""]
        self.row = self.column = 0
        self.has_cursor = True
        self.colors: set[str] = set()

    def write(self, text: str) -> None:
        for private, numbers, name, character in _TOKEN.findall(text):
            if character:
                self._put(character)
            else:
                self._apply(private + name, numbers)

    @property
    def text(self) -> str:
        return "\n".join(row.rstrip() for row in self.rows).rstrip()

    def _put(self, character: str) -> None:
        if character == "\n":
            self.row += 1
            while len(self.rows) <= self.row:
                self.rows.append("")
        elif character == "\r":
            self.column = 0
        elif character.isprintable():
            row = self.rows[self.row].ljust(self.column)
            self.rows[self.row] = row[: self.column] + character + row[self.column + 1 :]
            self.column += 1

    def _apply(self, name: str, numbers: str) -> None:
        if name == "m":
            self.colors.add(numbers)
        elif name == "A":
            self.row = max(0, self.row - int(numbers))
        elif (name, numbers) in {("?h", "25"), ("?l", "25")}:
            self.has_cursor = name == "?h"
        elif numbers != "2004":  # bracketed paste, which the shell turns on and off
            self._clear(name, numbers)

    def _clear(self, name: str, numbers: str) -> None:
        match name, numbers:
            case "K", "":
                self.rows[self.row] = self.rows[self.row][: self.column]
            case "J", "":
                self.rows[self.row] = self.rows[self.row][: self.column]
                del self.rows[self.row + 1 :]
            case "J", "2":
                self.rows, self.row = [""], 0
            case "H", "":
                self.row = self.column = 0
            case _:
                raise AssertionError(f"unexpected sequence {name} {numbers}")


class Terminal:
    """Runs a command that has a pseudo-terminal as its controlling terminal, which takes ``setsid``."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (80, 24)
    ) -> None:
        self.screen = Screen()
        self._master, self.slave = os.openpty()
        self.resize(*size)
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *command],
            env={**env, "TERM": env.get("TERM", "xterm-256color")},
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self.slave)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def wait_for(self, words: str, *, gone: bool = False) -> str:
        """Read until the screen shows ``words``, or with ``gone`` no longer does; return its text."""
        deadline = time.monotonic() + TIMEOUT_S
        while (words in self.screen.text) is gone:
            assert time.monotonic() < deadline, f"waiting for {words!r}, seeing:\n{self.screen.text}"
            self._read(0.05)
        return self.screen.text

    def wait_for_cursor(self, *, shown: bool) -> None:
        """Read until the cursor is shown, or hidden."""
        deadline = time.monotonic() + TIMEOUT_S
        while self.screen.has_cursor is not shown:
            assert time.monotonic() < deadline, f"the cursor did not change, seeing:\n{self.screen.text}"
            self._read(0.05)

    def wait(self) -> int:
        """Read everything until the command exits; return its exit code."""
        deadline = time.monotonic() + TIMEOUT_S
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"still running, seeing:\n{self.screen.text}"
            self._read(0.05)
        self._read(0.05)
        return self.process.returncode

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def _read(self, timeout_s: float) -> None:
        while select.select([self._master], [], [], timeout_s)[0]:
            self.screen.write(os.read(self._master, 65536).decode("utf-8", "replace"))
            timeout_s = 0
