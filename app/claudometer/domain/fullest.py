"""Picks the limits to keep when there are too many. Without imports: ``claudometer status`` loads it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = tuple[bool, float | None]


def pick_fullest(rows: Sequence[Row], most: int) -> list[int]:
    """Return the indexes of at most ``most`` rows, in their own order.

    Each row says whether it is always kept (session and week are), and how full it is. Of the others, the
    fullest are kept; an unknown percent counts as the emptiest.
    """
    if len(rows) <= most:
        return list(range(len(rows)))
    return sorted(sorted(range(len(rows)), key=lambda place: _rank(rows[place]))[:most])


def _rank(row: Row) -> tuple[bool, float]:
    always, percent = row
    return not always, -1.0 * (-1.0 if percent is None else percent)
