"""Foreign text made fit to stand in a line of ours. Pure; knows no sentence."""

from __future__ import annotations

import unicodedata

LONGEST = 40


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return a name on one line: no control or direction characters, spaces collapsed, cut with "…"."""
    shown = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    words = " ".join(shown.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
