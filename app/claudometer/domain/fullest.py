"""Which of too many limits to keep. Pure and without imports: ``claudometer status`` loads it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = tuple[bool, float | None]


def pick_fullest(rows: Sequence[Row], most: int) -> list[int]:
    """Return the places of ``most`` rows at most, in their own order.

    Each row says whether it is there in any case (session and week are), and how full it is; then the fullest
    stay, an unknown share last.
    """
    if len(rows) <= most:
        return list(range(len(rows)))
    return sorted(sorted(range(len(rows)), key=lambda place: _rank(rows[place]))[:most])


def _rank(row: Row) -> tuple[bool, float]:
    always, percent = row
    return not always, -1.0 * (-1.0 if percent is None else percent)
