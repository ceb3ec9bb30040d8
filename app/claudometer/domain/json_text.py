"""Reads a JSON object out of a text, and writes one in the layout of another text. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NoReturn, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

BYTE_ORDER_MARK: Final = "\ufeff"
"""Some editors on Windows write it before the text."""

_FIRST_MEMBER: Final = re.compile(r'\ufeff?\s*\{(?P<line_end>\r?\n)(?P<indent>[ \t]*)"')
_DEFAULT_INDENT = "  "  # what Claude Code itself writes


class NotAnObjectError(ValueError):
    """The text is not a JSON object: it has comments or a trailing comma, say, or is incomplete.

    Attributes:
        line: the line, from 1, at which it stops being JSON, ``None`` if that is not known.
        is_json: it is JSON, but of another kind, such as a list.
    """

    def __init__(self, line: int | None = None, *, is_json: bool = False) -> None:
        super().__init__(line)
        self.line = line
        self.is_json = is_json


class NotUtf8Error(ValueError):
    """The bytes are text in another encoding: ``encoding`` names it, ``None`` if it cannot be known."""

    def __init__(self, encoding: str | None) -> None:
        super().__init__(encoding)
        self.encoding = encoding


def decode_text(data: bytes) -> str:
    """Return the text of a JSON file, which is UTF-8 by definition (RFC 8259, section 8.1).

    Raises:
        NotUtf8Error: it is not, as some editors on Windows save it.
    """
    # It goes by the zero bytes at the start, so damaged UTF-8 may look like UTF-16: `_is_text` tells.
    found = json.detect_encoding(data)
    if not found.startswith("utf-8") and _is_text(data, found):
        raise NotUtf8Error(found.upper()[: len("UTF-16")])  # without the byte order
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NotUtf8Error(None) from None


def _is_text(data: bytes, encoding: str) -> bool:
    try:
        return "\0" not in data.decode(encoding)
    except UnicodeDecodeError:
        return False


def is_blank(text: str) -> bool:
    """Return whether the text has nothing but white space, and perhaps a byte order mark."""
    return not text.removeprefix(BYTE_ORDER_MARK).strip()


def read_object(text: str) -> dict[str, object]:
    """Read the text as one object; a byte order mark before it is ignored.

    Raises:
        NotAnObjectError: it is anything else.
    """
    try:
        value = json.loads(text.removeprefix(BYTE_ORDER_MARK), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise NotAnObjectError(error.lineno) from None
    except (ValueError, RecursionError):  # NaN, Infinity, or thousands of nested brackets
        raise NotAnObjectError from None
    if not isinstance(value, dict):
        raise NotAnObjectError(is_json=True)
    return cast("dict[str, object]", value)


def write_object(value: Mapping[str, object], *, like: str) -> str:
    """Return the object as text with the indentation, line ends, byte order mark and end of ``like``.

    Within an indented text every object is indented, also one that ``like`` has on a single line.

    Raises:
        NotAnObjectError: a number in it is too large for JSON.
    """
    layout = _FIRST_MEMBER.match(like)
    indent = layout["indent"] if layout else _DEFAULT_INDENT if _has_no_member(like) else None
    text = _dump(value, indent)
    line_end = layout["line_end"] if layout else "\r\n" if "\r\n" in like else "\n"
    if line_end == "\r\n":
        text = text.replace("\n", "\r\n")  # within strings a line break is always escaped
    mark = BYTE_ORDER_MARK if like.startswith(BYTE_ORDER_MARK) else ""
    return mark + text + like[len(like.rstrip()) :]  # with its line break at the end, or without


def _has_no_member(text: str) -> bool:
    return '"' not in text


def _dump(value: Mapping[str, object], indent: str | None) -> str:
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise NotAnObjectError from None
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair: UTF-8 has none, so it can only be written escaped
        text = json.dumps(value, indent=indent)
    return text


def _refuse_constant(name: str) -> NoReturn:
    """Refuse ``NaN`` and ``Infinity``, which Python reads and Claude Code does not."""
    raise ValueError(name)
