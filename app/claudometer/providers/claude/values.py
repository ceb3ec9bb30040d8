"""Reads single values out of foreign JSON. Pure: takes anything, never raises, never invents a value."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_TEXT = 80
MAX_PERCENT = 99_999.0
"""Percents over 100 are real, beyond this they are a mistake of the server's."""

_NUMBER: Final = re.compile(r"\d{1,15}(?:\.\d{1,15})?")
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
    """Return a name fit to be shown: one line, at most 80 characters, without control and bidi characters."""
    if not isinstance(value, str):
        return None
    # The start alone: a megabyte of text costs nothing, and 80 characters are left of it at most.
    visible = "".join(" " if character.isspace() else character for character in value[: MAX_TEXT * 10])
    kept = "".join(character for character in visible if unicodedata.category(character)[0] != "C")
    return _BLANKS.sub(" ", kept).strip()[:MAX_TEXT].rstrip() or None


def read_slug(text: str) -> str:
    """Return a stable short form of a name for ids: lower case words joined by hyphens."""
    return _NOT_WORD.sub("-", text.casefold()).strip("-") or "unnamed"


def spell_out(name: str) -> str:
    """Make words of a code name (``velvet_lantern``); leave a name that is written for people as it is."""
    if not _CODE_NAME.fullmatch(name):
        return name
    return " ".join(word[:1].upper() + word[1:] for word in name.split("_"))
