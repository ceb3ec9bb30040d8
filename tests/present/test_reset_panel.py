"""The resets in the window: the latest in words, and the CSV in pieces that fit a line of the socket."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest

from claudometer.control.protocol import MAX_LINE_BYTES
from claudometer.domain.history import LimitReset, Reset, ResetCause, Series
from claudometer.domain.region import UTC_REGION
from claudometer.domain.usage import SESSION_WINDOW_S, LimitKind
from claudometer.present.history_data import RESET_COLUMNS
from claudometer.present.messages import resets as words
from claudometer.present.reset_panel import MOST_LISTED, csv_piece, reset_panel
from tests.clocks import NOON
from tests.histories import SESSION

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def seen(hours_ago: float, cause: ResetCause = ResetCause.ON_TIME, label: str = "Session") -> LimitReset:
    at = NOON - hours_ago * HOUR
    series = Series(SESSION, LimitKind.SESSION, label, SESSION_WINDOW_S, "Max 5x")
    promised = None if cause is ResetCause.GRANTED else at - 2 * MINUTE
    return LimitReset(series, Reset(promised, at - 4 * MINUTE, at, 81.4, 0.0, at + 5 * HOUR, cause))


def pieces(resets: list[LimitReset], first: int | None = 0) -> list[str]:
    """Return the pieces of the CSV from the one that begins with reset number ``first``."""
    found: list[str] = []
    while first is not None:
        piece = csv_piece(resets, first)
        assert piece["text"]
        assert len(json.dumps(piece)) < MAX_LINE_BYTES - 1000
        found.append(piece["text"])
        first = piece["next"]
    return found


def test_a_reset_says_what_was_promised_and_between_which_readings_it_happened() -> None:
    panel = reset_panel([seen(30, ResetCause.GRANTED), seen(1, ResetCause.LATE)], NOON, UTC_REGION)
    assert panel["summary"] == "2 resets recorded since Wed 19 Aug."
    assert [day["day"] for day in panel["days"]] == ["Today", "Yesterday"]
    late, granted = (day["rows"][0] for day in panel["days"])
    assert late == {
        "time": "11:00",
        "limit": "Session",
        "used": "81\u00a0% to 0\u00a0% used",
        "cause": "Later than promised",
        "text": "Happened between 10:56 and 11:00, promised for 10:58.",
        "fine": False,
    }
    assert granted["text"] == "Happened between 05:56 and 06:00. No time was promised."


def test_a_reading_of_another_day_has_its_date() -> None:
    reset = seen(12)
    (row,) = reset_panel([reset], NOON, UTC_REGION)["days"][0]["rows"]
    assert row["text"] == "Happened between 19 Aug 23:56 and 00:00, promised for 19 Aug 23:58."


def test_every_cause_has_its_words() -> None:
    assert set(words.CAUSES) == set(ResetCause)


def test_without_resets_there_is_nothing_to_save() -> None:
    panel = reset_panel([], NOON, UTC_REGION)
    assert (panel["summary"], panel["some"], panel["days"]) == (words.NONE_YET, False, [])


def test_only_the_latest_are_listed_and_that_is_said() -> None:
    panel = reset_panel([seen(hours) for hours in range(500, 0, -1)], NOON, UTC_REGION)
    assert sum(len(day["rows"]) for day in panel["days"]) == MOST_LISTED
    assert panel["days"][0]["rows"][0]["time"] == "11:00"
    assert panel["more"] == "The latest 40 of 500 are listed. The file has all of them."
    long = [seen(hours, ResetCause.UNKNOWN, "\U0001f600" * 60) for hours in range(500, 0, -1)]
    assert len(json.dumps(reset_panel(long, NOON, UTC_REGION))) < MAX_LINE_BYTES


@pytest.mark.parametrize("count", [1, 2, 150, 3000])
def test_the_pieces_together_are_the_whole_csv(count: int) -> None:
    resets = [seen(hours) for hours in range(count, 0, -1)]
    rows = list(csv.DictReader(StringIO("".join(pieces(resets)), newline="")))
    assert len(rows) == count
    assert tuple(rows[0]) == RESET_COLUMNS
    assert rows[-1]["seen_after"] == "2026-08-20T11:00:00Z"


def test_a_name_that_looks_like_a_formula_is_no_formula_in_a_spreadsheet() -> None:
    text = "".join(pieces([seen(1, label="=HYPERLINK()")]))
    assert "'=HYPERLINK()" in text


def test_a_reset_that_is_added_between_two_pieces_comes_in_the_last_one() -> None:
    resets = [seen(hours) for hours in range(1000, 1, -1)]
    begin = csv_piece(resets, 0)
    assert begin["next"] is not None
    rest = "".join(pieces([*resets, seen(1)], begin["next"]))
    assert rest.count("\r\n") + str(begin["text"]).count("\r\n") == 1 + 1000
