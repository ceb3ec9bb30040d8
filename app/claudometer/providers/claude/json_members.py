"""Reads a few top-level members of Claude Code's large ``.claude.json``, without interpreting them.

Claude Code indents the file by two spaces. So a line that begins with two spaces and a quotation mark begins
a member of the top level: a string cannot contain a line break, and deeper members are indented further.
Reading lines is faster than ``json`` and needs almost no memory, while ``json`` needs four times the size of
the file. A file in another layout is decoded by ``json``, up to ``MAX_OTHER_LAYOUT_BYTES``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MAX_LINE_BYTES = 128 * 1024
MAX_VALUE_BYTES = 2 * 1024 * 1024
MAX_OTHER_LAYOUT_BYTES = 4 * 1024 * 1024

_OWN_LAYOUT: Final = re.compile(rb'\{\r?\n  "')
_MEMBER: Final = re.compile(rb'  "([^"\\]*)":')
_LAYOUT_BYTES = 6  # as many as `_OWN_LAYOUT` can match


class TornError(ValueError):
    """The file is not a JSON object, is truncated, or is too large."""


def read_members(file: BinaryIO, wanted: frozenset[str]) -> dict[str, object]:
    """Return the wanted members of the top level that exist. Of two with the same name, the last counts.

    Args:
        file: seekable; read from its beginning to its end.
        wanted: names of members, in ASCII.

    Raises:
        TornError: the file is truncated or not an object, or a wanted value cannot be decoded or is larger
            than ``MAX_VALUE_BYTES``, or a file in another layout is larger than ``MAX_OTHER_LAYOUT_BYTES``.
        OSError: the file cannot be read.
    """
    has_own_layout = _OWN_LAYOUT.match(file.read(_LAYOUT_BYTES)) is not None
    file.seek(0)
    return _read_lines(file, wanted) if has_own_layout else _read_whole(file, wanted)


def _read_whole(file: BinaryIO, wanted: frozenset[str]) -> dict[str, object]:
    # One byte more than allowed shows that there is more.
    data = file.read(MAX_OTHER_LAYOUT_BYTES + 1)
    if len(data) > MAX_OTHER_LAYOUT_BYTES:
        raise TornError
    return {name: value for name, value in _decode(data).items() if name in wanted}


def _read_lines(file: BinaryIO, wanted: frozenset[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    is_closed = False
    lines = _line_starts(file)
    for line in lines:
        if member := _MEMBER.match(line):
            if member[1].decode("ascii", "replace") in wanted:
                found |= _decode(b"{%b}" % _rest_of_member(line, lines).rstrip().removesuffix(b","))
        elif not line.startswith(b" ") and line.strip():
            # The closing brace of the whole object is the only one that is not indented.
            is_closed = line.rstrip() == b"}"
    if not is_closed:
        raise TornError
    return found


def _rest_of_member(first: bytes, lines: Iterator[bytes]) -> bytes:
    """Return a member's text. It ends with its first line, or with a bracket of the same indentation."""
    if not first.rstrip().endswith((b"{", b"[")):
        return first
    text = bytearray(first)
    for line in lines:
        text += line
        if len(text) > MAX_VALUE_BYTES:
            break
        if line.startswith((b"  }", b"  ]")):
            return bytes(text)
    raise TornError


def _line_starts(file: BinaryIO) -> Iterator[bytes]:
    """Yield each line, truncated to ``MAX_LINE_BYTES``, because text pasted by the user can be very long."""
    while line := file.readline(MAX_LINE_BYTES):
        yield line
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE_BYTES)


def _decode(data: bytes) -> dict[str, object]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        # json's exception holds the text of the user's file.
        raise TornError from None
    if not isinstance(value, dict):
        raise TornError
    return cast("dict[str, object]", value)
