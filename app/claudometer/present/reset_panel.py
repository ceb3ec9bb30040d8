"""The resets for the window: the latest in words, and their CSV in pieces. Pure."""

from __future__ import annotations

import json
from itertools import groupby, islice
from typing import TYPE_CHECKING

from claudometer.domain.history import ResetCause
from claudometer.present.formatters import clock, date_of, day_heading, moment, percent
from claudometer.present.history_data import RESET_COLUMNS, csv_lines, reset_rows
from claudometer.present.messages import resets as words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claudometer.control.wire.resets import ResetPanel, ResetRow, ResetsCsvAnswer
    from claudometer.domain.history import LimitReset
    from claudometer.domain.region import Region

MOST_LISTED = 40
"""About 14 KB, of 64 that a line of the socket may have."""

PIECE_BYTES = 32 * 1024
"""Of CSV as JSON, in which a character may take six bytes."""


def reset_panel(resets: Sequence[LimitReset], now: datetime, region: Region) -> ResetPanel:
    """Return the list of the latest resets.

    Args:
        resets: oldest first.
    """
    if not resets:
        return bare_panel(words.NONE_YET)
    latest = resets[: -MOST_LISTED - 1 : -1]
    days = groupby(latest, lambda each: day_heading(each.reset.seen_after, now, region))
    since, count = date_of(resets[0].reset.seen_after, region), len(resets)
    return {
        "summary": words.ONE.format(day=since) if count == 1 else words.MANY.format(count=count, day=since),
        "hint": None,
        "days": [{"day": day, "rows": [_row(each, region) for each in rows]} for day, rows in days],
        "more": words.MORE.format(shown=len(latest), count=count) if count > len(latest) else None,
        "some": True,
    }


def bare_panel(summary: str, hint: str | None = None) -> ResetPanel:
    """Return a list without resets, with the reason."""
    return {"summary": summary, "hint": hint, "days": [], "more": None, "some": False}


def csv_piece(resets: Sequence[LimitReset], first: int) -> ResetsCsvAnswer:
    """Return the next lines of the CSV, as many as fit into an answer, and the number of the line after them.

    Args:
        resets: oldest first.
        first: the number of the line to begin with; 0 is the heading.
    """
    text, size = "", 0
    for number, line in enumerate(islice(csv_lines(RESET_COLUMNS, reset_rows(resets)), first, None), first):
        size += len(json.dumps(line))
        if size > PIECE_BYTES and text:
            return {"text": text, "next": number}
        text += line
    return {"text": text, "next": None}


def _row(each: LimitReset, region: Region) -> ResetRow:
    reset = each.reset
    between = {
        "before": moment(reset.seen_before, reset.seen_after, region),
        "after": clock(reset.seen_after, region),
    }
    if reset.promised_at is None:
        text = words.UNPROMISED.format(**between)
    else:
        text = words.PROMISED.format(**between, promised=moment(reset.promised_at, reset.seen_after, region))
    return {
        "time": clock(reset.seen_after, region),
        "limit": each.series.label,
        "used": words.USED.format(before=percent(reset.percent_before), after=percent(reset.percent_after)),
        "cause": words.CAUSES[reset.cause],
        "text": text,
        "fine": reset.cause in {ResetCause.ON_TIME, ResetCause.UNKNOWN},
    }
