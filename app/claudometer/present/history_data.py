"""The history for programs: objects with times in UTC, and CSV with one row a point or a reset. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from claudometer.domain.history import LimitReset, Point, Reset, Series

POINT_COLUMNS = (
    "provider",
    "account",
    "limit",
    "label",
    "at",
    "until",
    "percent",
    "resets_at",
    "source",
    "joined",
)
RESET_COLUMNS = (
    *("provider", "account", "limit", "label", "cause", "promised_at", "seen_before", "seen_after"),
    *("percent_before", "percent_after", "next_at"),
)
ALL_COLUMNS = ("record", *POINT_COLUMNS, *RESET_COLUMNS[4:])

SCHEMA = 1
"""The number of the shape of the JSON objects."""

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def stamp(at: datetime | None) -> str | None:
    """Return a time as RFC 3339 in UTC with ``Z``."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def limit_object(series: Series) -> dict[str, object]:
    """Return a limit without its points."""
    return {
        "id": series.key.limit_id,
        "kind": series.kind.value,
        "label": series.label,
        "window_seconds": series.window_s,
    }


def point_object(point: Point) -> dict[str, object]:
    """Return a point."""
    return {
        "at": stamp(point.at),
        "until": stamp(point.until),
        "percent": point.percent,
        "resets_at": stamp(point.resets_at),
        "source": point.source.value,
        "joined": point.joined,
    }


def reset_object(reset: Reset) -> dict[str, object]:
    """Return a reset."""
    return {
        "cause": reset.cause.value,
        "promised_at": stamp(reset.promised_at),
        "seen_before": stamp(reset.seen_before),
        "seen_after": stamp(reset.seen_after),
        "percent_before": reset.percent_before,
        "percent_after": reset.percent_after,
        "next_at": stamp(reset.next_at),
    }


def point_rows(series: Series, points: Iterable[Point]) -> Iterable[dict[str, object]]:
    """Yield the rows of a limit's points."""
    for point in points:
        yield _key_columns(series) | point_object(point)


def reset_rows(resets: Iterable[LimitReset]) -> Iterable[dict[str, object]]:
    """Yield the rows of resets."""
    for each in resets:
        yield _key_columns(each.series) | reset_object(each.reset)


def csv_lines(columns: Sequence[str], rows: Iterable[dict[str, object]]) -> Iterator[str]:
    """Yield the heading and each row as RFC 4180 says, ending in CR and LF. Unknown is an empty cell."""
    import csv  # noqa: PLC0415 - the tray app has no use for it

    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    writer.writerow(columns)
    for row in rows:
        yield from lines
        lines.clear()
        writer.writerow([_cell(row.get(column)) for column in columns])
    yield from lines


class _Lines:
    """A file for the writer, which writes one line at a time."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def write(self, line: str) -> None:
        self._lines.append(line)


def _key_columns(series: Series) -> dict[str, object]:
    key = series.key
    return {"provider": key.provider, "account": key.account, "limit": key.limit_id, "label": series.label}


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    # A spreadsheet would run a server's text that looks like a formula.
    is_formula = isinstance(value, str) and value.startswith(_FORMULAS)
    return f"'{value}" if is_formula else value
