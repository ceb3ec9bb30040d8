"""When session keys end, as it is kept: by the digest of each key. Pure."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from claudometer.domain.times import read_time

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.json_object import JsonObject

ENDS: Final = "key_ends"


def read_ends(state: JsonObject) -> dict[str, datetime]:
    """Return when keys end, aware UTC, by the digest of each key. What cannot be read is left out."""
    ends: dict[str, datetime] = {}
    for digest, text in texts_of(state.get(ENDS)).items():
        with suppress(ValueError):
            ends[digest] = read_time(text)
    return ends


def texts_of(kept: object) -> dict[str, str]:
    """Return the members of an object that are texts. Anything else is left out."""
    pairs = kept.items() if isinstance(kept, dict) else ()
    return {name: text for name, text in pairs if isinstance(name, str) and isinstance(text, str)}
