"""Reads and writes the desktop-entry format, as far as an autostart entry needs it. Pure.

https://specifications.freedesktop.org/desktop-entry-spec/latest/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_RESERVED = frozenset(" \t\n\"'\\><~|&;$*?#()`")
_QUOTED_ESCAPES = frozenset('"`$\\')
_STRING_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_STRING_MEANINGS = {"\\": "\\", "n": "\n", "t": "\t", "r": "\r", "s": " "}


def quote_exec(command: Sequence[str]) -> str:
    """Return a command line as the value of ``Exec``.

    Two rules apply one after the other: an argument with reserved characters is put in double quotes, with a
    backslash before ``"`` ````` ``$`` and backslash; then every backslash of the string is doubled. ``%`` is
    always doubled, since it would begin a field code.
    """
    line = " ".join(_quote(argument.replace("%", "%%")) for argument in command)
    return "".join(_STRING_ESCAPES.get(character, character) for character in line)


def first_word(exec_line: str) -> str:
    """Return the program of an ``Exec`` value, unquoted; empty without one."""
    text = _unescape(exec_line).lstrip()
    if not text.startswith('"'):
        word = text.split(maxsplit=1)
        return word[0].replace("%%", "%") if word else ""
    word = []
    characters = iter(text[1:])
    for character in characters:
        if character == '"':
            return "".join(word).replace("%%", "%")
        word.append(next(characters, "") if character == "\\" else character)
    return ""


def parse_entry(text: str) -> dict[str, str]:
    """Return the keys of the ``[Desktop Entry]`` group, with raw values. Bad lines are skipped."""
    found: dict[str, str] = {}
    inside = False
    for line in text.splitlines():
        if line.startswith("["):
            inside = line.strip() == "[Desktop Entry]"
        elif inside and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key.strip(), value.strip())
    return found


def _quote(argument: str) -> str:
    if argument and not _RESERVED & set(argument):
        return argument
    escaped = "".join(f"\\{each}" if each in _QUOTED_ESCAPES else each for each in argument)
    return f'"{escaped}"'


def _unescape(value: str) -> str:
    result = []
    characters = iter(value)
    for character in characters:
        if character == "\\":
            following = next(characters, "")
            result.append(_STRING_MEANINGS.get(following, f"\\{following}"))
        else:
            result.append(character)
    return "".join(result)
