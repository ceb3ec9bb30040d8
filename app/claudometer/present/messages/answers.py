"""What the settings window answers to a click that went well. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.present.formatters import clock

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.region import Region

FORGOTTEN = "The key is forgotten."


def saved_answer(*, tested: bool) -> str:
    """Return what to say after a save; a key that was typed has been tried out."""
    return "The key works. Saved." if tested else "Saved."


def refresh_answer(
    *, accepted: bool, until: datetime | None, region: Region, browser: bool = False
) -> str | None:
    """Return why a click on "Refresh now" sent nothing, ``None`` when it did."""
    if accepted:
        return None
    if browser and until:
        return f"claude.ai is asked through a browser, every 5 min at most; again {clock(until, region)}."
    return f"Claude wants no question before {clock(until, region)}." if until else "Claude asked us to wait."
