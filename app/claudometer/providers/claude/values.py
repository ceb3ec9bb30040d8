"""Reads single values out of foreign JSON. Pure: takes anything, never raises, never invents a value."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_TEXT = 60
MAX_MARKS = 2
"""Accents on one letter. No language needs more; a flood of them covers the lines above and below."""
MAX_PERCENT = 99_999.0
"""Percents over 100 are real, beyond this they are a mistake of the server's."""

_NUMBER: Final = re.compile(r"\d{1,15}(?:\.\d{1,15})?")
_FILLERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters by their class, and nothing to see."""
_BLANKS: Final = re.compile(r"\s+")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_CODE_NAME: Final = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


def read_object(value: object) -> Mapping[str, object]:
    """Return a JSON object, or an empty one for anything else."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def read_list(value: object) -> Sequence[object]:
    """Return a JSON array, or an empty one for anything else."""
    return value if isinstance(value, list) else ()


def read_number(value: object) -> float | None:
    """Return a finite number of 0 or more; a number in a string counts, a bool does not."""
    if isinstance(value, str):
        value = float(value.strip()) if _NUMBER.fullmatch(value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number + 0.0 if math.isfinite(number) and number >= 0 else None


def read_percent(value: object) -> float | None:
    """Return a percentage as the server counts it, 0 to 100 and over; ``" 42.5% "`` is tolerated."""
    if isinstance(value, str):
        value = value.strip().removesuffix("%")
    number = read_number(value)
    return number if number is not None and number <= MAX_PERCENT else None


def read_text(value: object) -> str | None:
    """Return a name fit to be shown: one line, at most 60 characters, without control and bidi characters."""
    if not isinstance(value, str):
        return None
    # The start alone: a megabyte of text costs nothing, and 60 characters are left of it at most.
    return _BLANKS.sub(" ", "".join(_visible(value[: MAX_TEXT * 10]))).strip()[:MAX_TEXT].rstrip() or None


def _visible(text: str) -> Iterator[str]:
    marks = MAX_MARKS  # none before the first letter
    for character in text:
        kind = unicodedata.category(character)
        if character.isspace() or character in _FILLERS:
            yield " "
            marks = MAX_MARKS
        elif kind[0] == "M":
            marks += 1
            if marks <= MAX_MARKS:
                yield character
        elif kind[0] != "C":
            marks = 0
            yield character


def read_slug(text: str) -> str:
    """Return a stable short form of a name for ids: lower case words joined by hyphens."""
    return _NOT_WORD.sub("-", text.casefold())[:MAX_TEXT].strip("-") or "unnamed"


def spell_out(name: str) -> str:
    """Make words of a code name (``velvet_lantern``); leave a name that is written for people as it is."""
    if not _CODE_NAME.fullmatch(name):
        return name
    return " ".join(word[:1].upper() + word[1:] for word in name.split("_"))
