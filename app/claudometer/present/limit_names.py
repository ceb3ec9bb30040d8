"""Names a limit by its id alone, when the account does not have that limit now. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.present.text import one_line

_NAMES: Final = {"session": "Session", "weekly": "Weekly"}


def name_of(limit: str) -> str:
    """Return the name for an id such as "weekly:fable": "Fable"."""
    slug = limit.partition(":")[2] or limit
    return _NAMES.get(limit) or one_line(" ".join(each.capitalize() for each in slug.split("-")))
