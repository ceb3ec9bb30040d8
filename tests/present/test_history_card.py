"""What the window gets to draw: lengths within the chart, words for every place, never too much to send."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from claudometer.control.protocol import MAX_LINE_BYTES
from claudometer.domain.forecasting.outlook import Outlook
from claudometer.domain.history import Point, Reset, ResetCause, Series
from claudometer.domain.region import UTC_REGION, Region
from claudometer.domain.usage import SESSION_WINDOW_S, LimitKind, Source
from claudometer.present.forecast import forecast_view
from claudometer.present.history_card import SAMPLES, SIZE, SPANS, history_chart, span_of, with_forecast
from claudometer.present.messages.history import NOTHING_IN_RANGE
from tests.clocks import NOON
from tests.histories import SESSION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claudometer.control.wire.chart import ChartForecast, HistoryChart

SERIES = Series(SESSION, LimitKind.SESSION, "Session", SESSION_WINDOW_S, "Max 5x")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def point(at: datetime, percent: float, *, joined: bool = True) -> Point:
    return Point(at, at, percent, None, Source.OAUTH, joined)


def reset(at: datetime) -> Reset:
    return Reset(at, at - MINUTE, at + MINUTE, 81.4, 0.0, None, ResetCause.LATE)


def chart(
    points: Sequence[Point], resets: Sequence[Reset] = (), *, span: str = "day", now: datetime = NOON
) -> HistoryChart:
    since, until = span_of(span, SESSION_WINDOW_S, None, now)
    return history_chart(SERIES, points, resets, span=span, times=(since, until, now), region=UTC_REGION)


def test_lengths_go_from_the_beginning_to_the_end_and_from_0_to_100_percent() -> None:
    drawn = chart([point(NOON - 24 * HOUR, 0), point(NOON - 12 * HOUR, 50), point(NOON, 100)])
    assert drawn["lines"] == [[0, 0, 500, 500, 1000, 1000]]
    assert (drawn["full"], drawn["now"], drawn["empty"]) == (SIZE, None, None)


def test_more_than_100_percent_has_room_above_the_line_of_100_percent() -> None:
    drawn = chart([point(NOON - HOUR, 125)])
    assert drawn["lines"][0][1] == SIZE
    assert drawn["full"] == 800


def test_the_present_window_is_shown_to_its_end_with_now_in_it() -> None:
    ends = NOON + 2 * HOUR
    assert span_of("now", SESSION_WINDOW_S, ends, NOON) == (NOON - 3 * HOUR, ends)
    varied = ends - timedelta(seconds=0.4)
    assert span_of("now", SESSION_WINDOW_S, varied, NOON) == (NOON - 3 * HOUR, ends)
    drawn = history_chart(
        SERIES,
        [point(NOON - HOUR, 20)],
        [],
        span="now",
        times=(NOON - 3 * HOUR, ends, NOON),
        region=UTC_REGION,
    )
    assert drawn["now"] == 600
    assert [tick["label"] for tick in drawn["ticks"]] == ["09:00", "now", "resets 14:00"]


@pytest.mark.parametrize("ends", [None, NOON - HOUR, NOON + timedelta(days=3)])
def test_without_a_window_that_is_known_now_is_its_length_back(ends: datetime | None) -> None:
    assert span_of("now", SESSION_WINDOW_S, ends, NOON) == (NOON - 5 * HOUR, NOON)
    assert span_of("now", None, ends, NOON) == (NOON - 5 * HOUR, NOON)


def test_a_sample_says_time_and_percent_and_in_a_gap_that_there_are_no_numbers() -> None:
    drawn = chart([point(NOON - 2 * HOUR, 40), point(NOON, 42)])
    first, last = drawn["samples"][0], drawn["samples"][-1]
    assert (first["text"], first["y"]) == ("19 Aug 12:00: no numbers", None)
    assert last["text"] == "12:00: 42\u00a0% used"
    assert len(drawn["samples"]) == SAMPLES + 1
    places = [sample["x"] for sample in drawn["samples"]]
    assert places == sorted(places)


def test_a_reading_on_its_own_is_read_where_it_is() -> None:
    drawn = chart([point(NOON - 7 * HOUR - MINUTE, 33), point(NOON - MINUTE, 42, joined=False)])
    known = [sample["text"] for sample in drawn["samples"] if sample["y"] is not None]
    assert known == ["04:59: 33\u00a0% used", "11:59: 42\u00a0% used"]
    assert "42\u00a0% used last" in drawn["summary"]


def forecast_at(outlook: Outlook, ends: datetime) -> ChartForecast | None:
    since = ends - 5 * HOUR
    times = since, ends, NOON
    drawn = history_chart(SERIES, [point(NOON, 50)], [], span="now", times=times, region=UTC_REGION)
    said = forecast_view(outlook, SESSION_WINDOW_S, ends, NOON, UTC_REGION)
    return with_forecast(drawn, said, times)["forecast"]


def test_a_limit_that_will_be_full_has_a_line_up_to_then_and_the_range_of_it() -> None:
    at = NOON.timestamp()
    found = forecast_at(Outlook(at + 3600, at + 1800, at + 5400, None, 100.0, 100.0), NOON + 2.5 * HOUR)
    assert found == {
        "line": [500, 500, 700, 1000],
        "range": [500, 500, 600, 1000, 800, 1000],
        "full": True,
        "text": "full about 13:00",
    }


def test_a_range_that_reaches_the_reset_ends_at_its_lowest_percent() -> None:
    at = NOON.timestamp()
    found = forecast_at(Outlook(at + 3600, at + 1800, at + 9000, None, 92.0, 100.0), NOON + 2.5 * HOUR)
    assert found is not None
    assert found["range"] == [500, 500, 600, 1000, 1000, 1000, 1000, 920]


def test_a_limit_that_lasts_has_a_line_to_its_reset() -> None:
    found = forecast_at(Outlook(None, None, None, 81.0, 70.0, 90.0), NOON + 2.5 * HOUR)
    assert found == {
        "line": [500, 500, 1000, 810],
        "range": [500, 500, 1000, 900, 1000, 700],
        "full": False,
        "text": "lasts, about 81\u00a0% by then",
    }


def test_between_two_readings_the_latest_number_and_what_comes_of_it_stay() -> None:
    times = (NOON - HOUR, NOON + 4 * HOUR, NOON)
    read = [point(NOON - 50 * MINUTE, 0), point(NOON - 4 * MINUTE, 41)]
    drawn = history_chart(SERIES, read, (), span="now", times=times, region=UTC_REGION)
    last = drawn["samples"][-1]
    assert (last["time"], last["used"]) == ("11:56", "41\u00a0%")
    at = NOON.timestamp()
    said = forecast_view(
        Outlook(at + 3600, at + 1800, at + 5400, None, 100.0, 100.0),
        SESSION_WINDOW_S,
        NOON + 4 * HOUR,
        NOON,
        UTC_REGION,
    )
    found = with_forecast(drawn, said, times)["forecast"]
    assert found is not None
    assert found["line"][:2] == [last["x"], last["y"]]


def test_without_a_present_number_nothing_is_forecast() -> None:
    drawn = history_chart(
        SERIES, [], [], span="now", times=(NOON - HOUR, NOON + HOUR, NOON), region=UTC_REGION
    )
    said = forecast_view(
        Outlook(None, None, None, 81.0, 70.0, 90.0), SESSION_WINDOW_S, NOON + HOUR, NOON, UTC_REGION
    )
    assert with_forecast(drawn, said, (NOON - HOUR, NOON + HOUR, NOON))["forecast"] is None


def test_the_sentence_says_the_last_and_the_highest_number_and_counts_the_resets() -> None:
    points = [point(NOON - 2 * HOUR, 90), point(NOON - HOUR, 10), point(NOON, 12)]
    assert "12\u00a0% used last, 90\u00a0% at most, no reset." in chart(points)["summary"]
    assert chart(points, [reset(NOON - HOUR)])["summary"].endswith(", 1 reset.")
    assert chart(points, [reset(NOON - HOUR)] * 2)["summary"].endswith(", 2 resets.")
    assert chart([])["summary"] == "Session, the last 24 hours: no numbers."
    assert chart([])["empty"] == NOTHING_IN_RANGE


def test_a_reset_is_said_with_its_cause() -> None:
    (found,) = chart([], [reset(NOON - HOUR)])["latest_resets"]
    assert found == "Reset 11:01, late: 81\u00a0% to 0\u00a0% used"


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("is_torn", [False, True])
def test_the_largest_chart_fits_on_a_line_of_the_wire(span: str, *, is_torn: bool) -> None:
    step = SPANS[span] / 8000
    points = [point(NOON - step * n, n % 101, joined=not (is_torn and n % 2)) for n in range(8000, -1, -1)]
    resets = [reset(NOON - SPANS[span] / 900 * n) for n in range(900, 0, -1)]
    region = Region(UTC_REGION.zone, twelve_hour=True)
    since, until = span_of(span, SESSION_WINDOW_S, None, NOON)
    drawn = history_chart(SERIES, points, resets, span=span, times=(since, until, NOON), region=region)
    assert len(json.dumps({"id": 1, "ok": True, "result": {"chart": drawn}})) < MAX_LINE_BYTES
    for line in drawn["lines"]:
        assert all(before <= after for before, after in pairwise(line[::2]))


@pytest.mark.parametrize("jitter_s", [-2, -0.4, 0.4, 2, 29])
def test_the_end_of_the_window_is_the_minute_that_its_row_shows(jitter_s: float) -> None:
    ends = NOON + 2 * HOUR + 10 * MINUTE
    since, until = span_of("now", SESSION_WINDOW_S, ends + timedelta(seconds=jitter_s), NOON)
    assert (since, until) == (ends - 5 * HOUR, ends)


def test_the_summary_has_the_largest_percent_that_was_read_also_between_two_samples() -> None:
    """A month has a sample every seven hours, and a session is full for a few minutes."""
    spike = [
        point(NOON - timedelta(days=9) + each * MINUTE, used) for each, used in ((0, 3), (5, 100), (10, 4))
    ]
    assert "100\u00a0% at most" in chart([*spike, point(NOON, 12)], span="month")["summary"]


def test_the_present_window_has_nothing_of_the_window_before() -> None:
    ends = NOON + 2 * HOUR
    begins = ends - 5 * HOUR
    before = Point(begins - MINUTE, begins + MINUTE / 4, 89.0, begins, Source.OAUTH, joined=True)
    after = [
        Point(at, at, used, ends, Source.OAUTH, joined=True)
        for at, used in ((begins + MINUTE, 0.0), (NOON, 81.0))
    ]
    ended = Reset(begins, before.until, after[0].at, 89.0, 0.0, ends, ResetCause.ON_TIME)
    granted = Reset(ends, NOON - 2 * MINUTE, NOON - MINUTE, 70.0, 0.0, ends, ResetCause.GRANTED)
    for resets, said in (([ended], "no reset"), ([ended, granted], "1 reset")):
        drawn = history_chart(
            SERIES, [before, *after], resets, span="now", times=(begins, ends, NOON), region=UTC_REGION
        )
        assert (
            drawn["summary"]
            == f"Session, its current window: 81\u00a0% used last, 81\u00a0% at most, {said}."
        )
        assert len(drawn["resets"]) == len(drawn["latest_resets"]) == len(resets) - 1
        assert max(drawn["lines"][0][1::2]) == 810
