"""The notification after quiet hours, for all alerts that were held back in them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claudometer.present import formatters
from claudometer.present.alerts import Bubble, BubbleButton
from claudometer.present.menu_entries import Action
from claudometer.present.messages import alerts as words
from claudometer.present.units import joined

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claudometer.domain.region import Region

MOST_LINES = 6  # more do not fit a notification


class HeldAlert(NamedTuple):
    """An alert that was held back in quiet hours."""

    at: datetime
    title: str


def summary_of(held: Sequence[HeldAlert], now: datetime, region: Region) -> Bubble:
    """Return one notification for all alerts that were held back; they come the oldest first."""
    count = len(held)
    # The latest ones, which are likelier to be true still.
    shown = held if count <= MOST_LINES else held[1 - MOST_LINES :]
    lines = [
        words.HELD_LINE.format(time=formatters.moment(each.at, now, region), title=each.title)
        for each in shown
    ]
    if count > len(shown):
        lines.append(words.HELD_EARLIER.format(count=count - len(shown)))
    title = words.HELD_ONE if count == 1 else words.HELD.format(count=count)
    return Bubble(
        "held", title, joined("\n".join(lines)), buttons=(BubbleButton(words.OPEN, Action.OPEN_ALERTS),)
    )
