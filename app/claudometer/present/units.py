"""Keeps a number on one line with its unit: "76 %", "5 min", "12.34 SEK". Pure, cheap to import."""

from __future__ import annotations

_NO_BREAK = "\u00a0"
_UNITS = frozenset({"%", "d", "h", "min", "s", "MB", "credits", "AM", "PM"})
_AFTER = ".,;:!?)”"
_CURRENCY = 3  # letters of a code of ISO 4217


def joined(text: str) -> str:
    """Return text for a place that breaks lines by itself, with no-break spaces between numbers and units.

    ``joined`` in ``web/limits.js`` does the same for the window.
    """
    return " ".join(word.replace(" ", _NO_BREAK) for word in words_of(text))


def words_of(text: str) -> list[str]:
    """Return the parts between which a line may break: words, and numbers together with their units."""
    first, *words = text.split(" ")
    parts = [first]
    before = first
    for word in words:
        if before[-1:].isdigit() and _is_unit(word):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
        before = word
    return parts


def _is_unit(word: str) -> bool:
    unit = word.partition("\n")[0].rstrip(_AFTER)
    return unit in _UNITS or (len(unit) == _CURRENCY and unit.isascii() and unit.isalpha() and unit.isupper())
