"""Reads single values from untrusted JSON. Pure: accepts anything, never raises, never invents a value."""

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
"""Combining marks on one letter. No language needs more, and many would cover the lines above and below."""
MAX_PERCENT = 99_999.0
"""Percentages over 100 occur. A larger value than this is an error of the server."""

_NUMBER: Final = re.compile(r"\d{1,15}(?:\.\d{1,15})?")
_FILLERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Invisible characters that Unicode classifies as letters or symbols."""
_BLANKS: Final = re.compile(r"\s+")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_ABSENT: Final = frozenset({"n/a", "na", "none", "null", "nil", "-", "–", "—"})
_CODE_NAME: Final = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


def read_object(value: object) -> Mapping[str, object]:
    """Return a JSON object, or an empty one for anything else."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def read_list(value: object) -> Sequence[object]:
    """Return a JSON array, or an empty one for anything else."""
    return value if isinstance(value, list) else ()


def read_number(value: object) -> float | None:
    """Return a finite number of 0 or more. Accepts a number in a string, but not a bool."""
    if isinstance(value, str):
        value = float(value.strip()) if _NUMBER.fullmatch(value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    # Adding 0.0 turns -0.0 into 0.0.
    return number + 0.0 if math.isfinite(number) and number >= 0 else None


def read_percent(value: object) -> float | None:
    """Return a percentage: 100 is the whole limit, and more is possible. Accepts ``" 42.5% "``."""
    if isinstance(value, str):
        value = value.strip().removesuffix("%")
    number = read_number(value)
    if number is None or number > MAX_PERCENT:
        return None
    # 29 % may come as 28.999999999999996, which is 100 * 0.29 in binary. Whole numbers are what is compared
    # and shown from here on, so what is a hair off one is that number.
    return round(number, 9)


def is_absent(value: object) -> bool:
    """Return whether a value says that there is none: null, or null in words. Not one that is unreadable."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in _ABSENT)


def read_text(value: object) -> str | None:
    """Return a name for display: one line, at most 60 characters, without control and bidi characters."""
    if not isinstance(value, str):
        return None
    # Only the start is processed, because at most 60 characters remain, even of a megabyte.
    return _BLANKS.sub(" ", "".join(_visible(value[: MAX_TEXT * 10]))).strip()[:MAX_TEXT].rstrip() or None


def _visible(text: str) -> Iterator[str]:
    marks = MAX_MARKS  # no combining mark may come before the first letter
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
    """Return a stable short form of a name for ids: words in lower case, joined by hyphens."""
    return _NOT_WORD.sub("-", text.casefold())[:MAX_TEXT].strip("-") or "unnamed"


def spell_out(name: str) -> str:
    """Turn a code name (``velvet_lantern``) into words; return any other name unchanged."""
    if not _CODE_NAME.fullmatch(name):
        return name
    return " ".join(word[:1].upper() + word[1:] for word in name.split("_"))
