"""Version numbers as this project writes them: three numbers and nothing else. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

_FORM = re.compile(r"v?(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})", re.ASCII)


class Version(NamedTuple):
    """Ordered as numbers: 1.10.0 is newer than 1.9.0."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def parse_version(text: str) -> Version | None:
    """Parse "1.4.0" or "v1.4.0"; ``None`` for anything else, including pre-releases."""
    found = _FORM.fullmatch(text)
    return Version(*map(int, found.groups())) if found else None
