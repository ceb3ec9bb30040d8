"""Writes and reads the forecasts that were made of a limit. The caller began a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.forecasting.grading import SaidForecast
from claudometer.store.queries import number_of
from claudometer.store.values import real

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from claudometer.domain.history import LimitKey


def write_forecasts(connection: Connection, key: LimitKey, forecasts: Sequence[SaidForecast]) -> None:
    """Write forecasts, or how they were graded. Those of a limit without a point are dropped."""
    number = number_of(connection, key)
    if number is None:
        return
    connection.executemany(
        "INSERT OR REPLACE INTO forecasts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                number,
                int(each.said_at),
                int(each.until),
                int(each.resets_at),
                None if each.full_at is None else int(each.full_at),
                each.percent,
                each.shown,
                each.right,
            )
            for each in forecasts
        ],
    )


def read_forecasts(connection: Connection, key: LimitKey, since_s: float) -> list[SaidForecast]:
    """Return the forecasts of a limit since then, oldest first."""
    number = number_of(connection, key)
    rows = connection.execute(
        "SELECT said_at, until, resets_at, full_at, percent, shown, held FROM forecasts "
        "WHERE series = ? AND said_at >= ? ORDER BY said_at",
        (number, int(since_s)),
    )
    return [each for each in map(_to_said, rows) if each is not None]


def _to_said(row: tuple[object, ...]) -> SaidForecast | None:
    said_at, until, resets_at, full_at, percent, shown, held = row
    try:
        return SaidForecast(
            said_at=real(said_at),
            until=real(until),
            resets_at=real(resets_at),
            full_at=None if full_at is None else real(full_at),
            percent=None if percent is None else real(percent),
            shown=bool(shown),
            right=None if held is None else bool(held),
        )
    except TypeError:  # a flipped bit in one row must not cost the others
        return None
