"""Changes one member of a JSON object in its text, so that all else stays as it was written. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final, cast

_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()


class NotAnObjectError(ValueError):
    """The text is no JSON object: comments, a comma too many, a half-written file."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object, by its places in the text: key, value, and the end of the value."""

    name: str
    start: int
    value_start: int
    end: int
    value: object


def members_of(text: str, start: int = 0) -> list[Member]:
    """List the members of the object that begins at ``start``, in the order of the text.

    Raises:
        NotAnObjectError: there is no object, or not a whole one.
    """
    at = _skip(text, start)
    _expect(text, at, "{")
    at = _skip(text, at + 1)
    found: list[Member] = []
    while text[at : at + 1] != "}":
        if found:
            _expect(text, at, ",")
            at = _skip(text, at + 1)
        member = _read_member(text, at)
        found.append(member)
        at = _skip(text, member.end)
    return found


def read_object(text: str) -> dict[str, object]:
    """Read the text as one object.

    Raises:
        NotAnObjectError: it is anything else.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAnObjectError from None
    if not isinstance(value, dict):
        raise NotAnObjectError
    return cast("dict[str, object]", value)


def find(text: str, name: str, start: int = 0) -> Member | None:
    """Return the member of that name; of two the last, which is the one that counts."""
    return next((each for each in reversed(members_of(text, start)) if each.name == name), None)


def replace_value(text: str, member: Member, value: object) -> str:
    """Return the text with another value for a member."""
    return text[: member.value_start] + json.dumps(value, ensure_ascii=False) + text[member.end :]


def append(text: str, name: str, value: object) -> str:
    """Return the text with a member more at the end, laid out like those before it."""
    known = members_of(text)
    opening = _skip(text, 0)
    if not known:
        closing = text.index("}", opening)
        return f"{text[:opening]}{{\n  {_laid_out(name, value, '  ')}\n}}{text[closing + 1 :]}"
    indent = text[opening + 1 : known[0].start]
    unit = indent.rpartition("\n")[2] if "\n" in indent else ""
    written = _laid_out(name, value, unit) if unit else f"{json.dumps(name)}: {json.dumps(value)}"
    between = indent or " "
    return f"{text[: known[-1].end]},{between}{written}{text[known[-1].end :]}"


def remove(text: str, name: str) -> str:
    """Return the text without the member, and without the comma that set it apart."""
    known = members_of(text)
    while any(each.name == name for each in known):
        place = next(index for index, each in enumerate(known) if each.name == name)
        if place > 0:
            text = text[: known[place - 1].end] + text[known[place].end :]
        elif len(known) > 1:
            text = text[: known[0].start] + text[known[1].start :]
        else:
            opening, closing = text.index("{"), text.index("}", known[0].end)
            text = text[: opening + 1] + text[closing:]
        known = members_of(text)
    return text


def _laid_out(name: str, value: object, unit: str) -> str:
    lines = json.dumps(value, indent=unit, ensure_ascii=False).split("\n")
    return f"{json.dumps(name)}: " + f"\n{unit}".join(lines)


def _read_member(text: str, at: int) -> Member:
    _expect(text, at, '"')
    name, end = _decode(text, at)
    colon = _skip(text, end)
    _expect(text, colon, ":")
    value_start = _skip(text, colon + 1)
    value, value_end = _decode(text, value_start)
    return Member(str(name), at, value_start, value_end, value)


def _decode(text: str, at: int) -> tuple[object, int]:
    try:
        return cast("tuple[object, int]", _DECODER.raw_decode(text, at))
    except (ValueError, RecursionError):
        raise NotAnObjectError from None


def _skip(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return at if found is None else found.end()


def _expect(text: str, at: int, mark: str) -> None:
    if text[at : at + 1] != mark:
        raise NotAnObjectError
