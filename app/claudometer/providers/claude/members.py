"""Picks a few members out of a large JSON object without holding the rest. Knows nothing of what they mean.

The file is read in pieces, not mapped: who writes it may shorten it at any moment, and a mapped page beyond
the end of a file ends the process.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

CHUNK_BYTES = 64 * 1024
MAX_VALUE_BYTES = 2 * 1024 * 1024
MAX_KEY_BYTES = 1024
"""Longer keys are passed over: none that is looked for comes near it, however it is escaped."""

# No possessive quantifiers: Python 3.11.2 matches them wrongly. Each of these has one way to match alone, so
# that giving back costs no more than going ahead.
_BLANK: Final = re.compile(rb"[ \t\r\n]*")
_IN_STRING: Final = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_WORD: Final = re.compile(rb"[-+.0-9A-Za-z]*")

_STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_FILLING: Final = re.compile(rb'[^"\[\]{}]*(?:' + _STRING + rb'[^"\[\]{}]*)*', re.DOTALL)
"""What stands between two brackets."""


class TornError(ValueError):
    """It is no JSON object, or not a whole one."""


def read_members(file: BinaryIO, wanted: frozenset[str]) -> dict[str, object]:
    """Return those of the object's own members that are wanted and there; of two the last, as ``json`` does.

    Members of the same name further down do not count. What is passed over is only looked at as far as it
    takes to find its end.

    Raises:
        TornError: the file is cut off, holds no object, or a wanted value cannot be read or is too large.
        OSError: it cannot be read.
    """
    scanner = _Scanner(file)
    found: dict[str, object] = {}
    scanner.expect(b"{")
    closing = b"}" if scanner.next_is(b"}") else b""
    while not closing:
        key = scanner.read_key()
        scanner.expect(b":")
        raw = scanner.read_value(keep=key in wanted)
        if key in wanted:
            found[key] = _decode(raw)
        closing = scanner.expect(b",}").strip(b",")
    scanner.expect_end()
    return found


def _decode(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise TornError from None


class _Scanner:
    """Goes through a file once. What is not kept is let go of, piece by piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = b""
        self._at = 0
        self._kept: bytearray | None = None
        self._room = 0

    def expect(self, marks: bytes) -> bytes:
        """Step over blanks and one of the marks, and return it."""
        self._run(_BLANK)
        mark = self._peek()
        if not mark or mark not in marks:
            raise TornError
        return self._step()

    def next_is(self, mark: bytes) -> bool:
        """Step over blanks, and over the mark if it stands there."""
        self._run(_BLANK)
        return self._peek() == mark and bool(self._step())

    def expect_end(self) -> None:
        """Step over blanks, which must be all that is left."""
        self._run(_BLANK)
        if self._peek():
            raise TornError

    def read_key(self) -> str:
        """Read a member's name; one that is too long to be wanted reads as nothing."""
        self._run(_BLANK)
        self._keep(MAX_KEY_BYTES)
        self._string()
        raw = self._kept
        self._kept = None
        return "" if raw is None else str(_decode(bytes(raw)))

    def read_value(self, *, keep: bool) -> bytes:
        """Step over a value, and return it if it is to be kept."""
        self._run(_BLANK)
        if keep:
            self._keep(MAX_VALUE_BYTES)
        self._value()
        raw = self._kept
        self._kept = None
        if keep and raw is None:
            raise TornError
        return bytes(raw or b"")

    def _value(self) -> None:
        mark = self._peek()
        if mark == b'"':
            self._string()
        elif mark and mark in b"[{":
            self._container()
        elif not self._run(_WORD):
            raise TornError

    def _container(self) -> None:
        self._step()
        depth = 1
        while depth:
            self._run(_FILLING)
            mark = self._peek()
            if mark == b'"':  # one that the buffer does not hold whole
                self._string()
            else:
                self._step()
                depth += 1 if mark in b"[{" else -1

    def _string(self) -> None:
        if self._step() != b'"':
            raise TornError
        self._run(_IN_STRING)
        if self._step() != b'"':
            raise TornError

    def _keep(self, limit: int) -> None:
        self._kept = bytearray()
        self._room = limit

    def _run(self, pattern: re.Pattern[bytes]) -> bool:
        """Step over all that the pattern matches, across pieces; tell whether it was anything."""
        any_yet = False
        while True:
            found = pattern.match(self._buffer, self._at)
            end = self._at if found is None else found.end()
            any_yet = any_yet or end > self._at
            self._pass(end)
            # A backslash at the end of a piece belongs to a sign that is yet to come.
            left = len(self._buffer) - end
            if left > 1 or (left == 1 and self._buffer[end] != 0x5C) or not self._read_on():
                return any_yet

    def _step(self) -> bytes:
        mark = self._peek()
        if not mark:
            raise TornError
        self._pass(self._at + 1)
        return mark

    def _peek(self) -> bytes:
        """Return the next byte, nothing at the end of the file."""
        if self._at == len(self._buffer):
            self._read_on()
        return self._buffer[self._at : self._at + 1]

    def _pass(self, end: int) -> None:
        if self._kept is not None:
            self._kept += self._buffer[self._at : end]
            if len(self._kept) > self._room:
                self._kept = None
        self._at = end

    def _read_on(self) -> bool:
        piece = self._file.read(CHUNK_BYTES)
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return bool(piece)
