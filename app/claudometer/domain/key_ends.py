"""When session keys end, as it is kept: by the digest of each key. Pure."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from claudometer.domain.json_object import JsonObject

ENDS: Final = "key_ends"


def read_ends(state: JsonObject) -> dict[str, datetime]:
    """Return when keys end, aware UTC, by the keys' own names, without what cannot be read."""
    ends: dict[str, datetime] = {}
    for own, text in texts_of(state.get(ENDS)).items():
        with suppress(ValueError):
            end = datetime.fromisoformat(text)
            if end.tzinfo is not None:
                ends[own] = end
    return ends


def texts_of(kept: object) -> dict[str, str]:
    """Return the texts of an object by their names, without what is none."""
    pairs = kept.items() if isinstance(kept, dict) else ()
    return {own: text for own, text in pairs if isinstance(own, str) and isinstance(text, str)}
