"""Every forecast is kept and graded at its window's end; a bad record silences, and is forgiven later."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.forecasting.grading import LEAST_COUNTED, ForecastRecord, Tally
from claudometer.domain.forecasting.outlook import Outlook
from claudometer.domain.forecasting.windows import SeenWindow

HOUR = 3600.0
SESSION_S, WEEK_S = 5 * HOUR, 168 * HOUR
START = 1_798_416_000.0


def full(at: float) -> Outlook:
    return Outlook(at, at, at, None, 90.0, 100.0)


def lasts(percent: float) -> Outlook:
    return Outlook(None, None, None, percent, percent, percent)


def window(number: int = 0, *, length: float = SESSION_S, readings: dict[float, float]) -> SeenWindow:
    """Return a window with percents by the hours since its start."""
    start = START + number * length
    made = SeenWindow(start, start + length)
    for hours, percent in readings.items():
        made.add(start + hours * HOUR, percent)
    return made


def graded(outlook: Outlook, readings: dict[float, float], length: float = SESSION_S) -> Tally:
    record, ended = ForecastRecord(length), window(length=length, readings=readings)
    record.note(START + HOUR, ended, outlook)
    record.close(ended)
    return record.tally


@pytest.mark.parametrize(
    ("outlook", "readings", "is_right"),
    [
        (full(START + 3 * HOUR), {1: 40, 3.4: 100}, True),
        (full(START + 3 * HOUR), {1: 40, 3.6: 100}, False),
        (full(START + 3 * HOUR), {1: 40, 4.9: 93}, False),
        (lasts(80), {1: 40, 4.9: 89}, True),
        (lasts(80), {1: 40, 4.9: 91}, False),
        (lasts(95), {1: 40, 4.8: 100}, False),
    ],
)
def test_right_is_within_half_an_hour_or_ten_points(
    outlook: Outlook, readings: dict[float, float], is_right: bool
) -> None:
    assert graded(outlook, readings) == Tally(int(is_right), 1)


def test_a_week_may_be_half_a_day_off() -> None:
    said = full(START + 100 * HOUR)
    assert graded(said, {1: 10, 111: 100}, WEEK_S) == Tally(1, 1)
    assert graded(said, {1: 10, 113: 100}, WEEK_S) == Tally(0, 1)


def test_a_window_whose_end_nobody_saw_is_not_graded() -> None:
    assert graded(lasts(80), {1: 40, 3: 79}) == Tally(0, 0)
    assert graded(full(START + 3 * HOUR), {1: 40, 3: 100}) == Tally(1, 1), "full is full"


def test_a_forecast_after_a_clock_that_was_ahead_is_kept_and_graded_with_the_others() -> None:
    record, ended = ForecastRecord(SESSION_S), window(readings={1: 40, 4.9: 69})
    record.note(START + 4 * HOUR, ended, lasts(90))  # by a clock that was hours ahead
    record.note(START + HOUR, ended, lasts(70))
    record.note(START + 2 * HOUR, ended, lasts(71))
    record.close(ended)
    kept = sorted(record.take_changed(), key=lambda each: each.said_at)
    assert [(each.percent, each.right) for each in kept] == [(70, True), (90, False)]
    assert kept[0].until == START + 2 * HOUR
    assert record.tally == Tally(1, 1)


def test_a_window_that_a_granted_reset_cut_is_not_graded() -> None:
    record, ended = ForecastRecord(SESSION_S), window(readings={1: 40, 4.9: 80})
    record.note(START + HOUR, ended, lasts(80))
    ended.is_cut = True
    record.close(ended)
    assert record.tally == Tally(0, 0)


def test_a_window_is_right_if_it_was_for_half_of_the_time() -> None:
    record, ended = ForecastRecord(SESSION_S), window(readings={1: 40, 4.9: 80})
    for minute in range(60, 120, 10):
        record.note(START + 60 * minute, ended, lasts(40))
    for minute in range(120, 240, 10):
        record.note(START + 60 * minute, ended, lasts(80))
    record.close(ended)
    assert record.tally == Tally(1, 1)
    assert len(record.take_changed()) == 2, "one row for each thing that was said"


def test_what_is_said_again_is_one_row_and_is_not_written_at_each_reading() -> None:
    record, current = ForecastRecord(SESSION_S), window(readings={0.5: 40})
    writes = 0
    for minute in range(60, 240, 5):
        record.note(START + 60 * minute, current, lasts(80 + 0.1 * (minute % 3)))
        writes += len(record.take_changed())
    assert writes == 6, "first, and every half hour"


def bad_record(windows: int) -> ForecastRecord:
    record = ForecastRecord(SESSION_S)
    for number in range(windows):
        ended = window(number, readings={1: 40, 4.9: 45})
        record.note(ended.start + HOUR, ended, lasts(90))
        record.close(ended)
    return record


def test_a_bad_record_silences_and_good_windows_lift_that() -> None:
    assert not bad_record(LEAST_COUNTED - 1).tally.is_bad
    record = bad_record(LEAST_COUNTED)
    assert record.tally.is_bad
    for number in range(LEAST_COUNTED, 2 * LEAST_COUNTED):
        ended = window(number, readings={1: 40, 4.9: 45})
        record.note(ended.start + HOUR, ended, lasts(45))
        hidden = record.take_changed()
        record.close(ended)
        assert not hidden[-1].shown
    assert record.tally == Tally(5, 10)
    assert not record.tally.is_bad


def test_a_record_goes_on_after_a_restart() -> None:
    before = bad_record(LEAST_COUNTED)
    kept = [replace(each, said_at=float(int(each.said_at))) for each in before.take_changed()]
    assert ForecastRecord(SESSION_S, kept).tally == before.tally


@given(st.lists(st.tuples(st.floats(2, 99), st.floats(0, 100), st.booleans()), max_size=40))
def test_never_more_than_ten_windows_count(made: list[tuple[float, float, bool]]) -> None:
    record = ForecastRecord(SESSION_S)
    for number, (said, came, is_full) in enumerate(made):
        ended = window(number, readings={1: 2, 4.9: 100 if is_full else came})
        record.note(ended.start + HOUR, ended, lasts(said))
        record.close(ended)
    right, of = record.tally
    assert 0 <= right <= of <= min(10, len(made))
