"""Makes text from elsewhere (names, release notes) safe to show within our own text. Pure."""

from __future__ import annotations

import unicodedata

LONGEST = 40
"""Characters of a name: what fits on a line beside a number and a time."""

_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return a name on one line: no control or direction characters, spaces collapsed, cut with "…".

    A name with right-to-left letters is isolated, because it would reorder the number beside it.
    """
    # Categories C (control, direction marks) and Z (spaces and line separators).
    shown = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    words = " ".join(shown.split())
    # Cut before it is isolated: the closing mark must not be what is cut off.
    cut = words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
    return f"{_ISOLATE}{cut}{_END_ISOLATE}" if is_right_to_left(cut) else cut


def some_lines(text: str, longest: int = 400, most: int = 60) -> str:
    """Return several lines, each as :func:`one_line` makes it, with at most one blank line in between.

    Args:
        longest: characters of a line.
        most: lines, after which "…" follows.
    """
    shown: list[str] = []
    for line in text.splitlines():
        cleaned = one_line(line, longest)
        if cleaned or (shown and shown[-1]):
            shown.append(cleaned)
    cut = [*shown[:most], "…"] if len(shown) > most else shown
    return "\n".join(cut).strip()


def is_right_to_left(text: str) -> bool:
    """Return whether it contains letters of Hebrew, Arabic or another right-to-left script."""
    return any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)
