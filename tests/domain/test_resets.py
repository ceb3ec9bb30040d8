"""Which change between two readings is a reset, and of what kind."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claudometer.domain.history import Point, ResetCause
from claudometer.domain.resets import find_reset, is_confirmed, note_server_wide
from claudometer.domain.usage import SESSION_WINDOW_S, WEEK_WINDOW_S, Source
from tests.clocks import NOON

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WEEK = 7 * DAY


def seen(percent: float, resets_at: datetime | None, at: datetime = NOON) -> Point:
    return Point(at, at, percent, resets_at, Source.OAUTH, joined=True)


def cause(
    before: Point, after: Point, window_s: int | None = SESSION_WINDOW_S, *, is_other_plan: bool = False
) -> ResetCause | None:
    reset = find_reset(before, after, window_s, is_other_plan=is_other_plan)
    return None if reset is None else reset.cause


@pytest.mark.parametrize("percent", [0, 5, 80, 100])
def test_a_promise_that_moves_by_seconds_is_no_reset_on_either_side_of_it(percent: float) -> None:
    for off_s in (-2, -1, 0, 1, 2):
        after = seen(percent, NOON + MINUTE + timedelta(seconds=off_s), NOON + MINUTE)
        assert cause(seen(percent, NOON + MINUTE), after) is None


def test_a_small_fall_is_no_reset_since_sources_round_differently() -> None:
    assert cause(seen(81, NOON + HOUR), seen(80, NOON + HOUR, NOON + MINUTE)) is None
    assert cause(seen(5, NOON + HOUR), seen(4, NOON + HOUR, NOON + MINUTE)) is None
    assert cause(seen(3, None), seen(0, None, NOON + MINUTE)) is None


def test_a_promise_that_a_server_corrects_without_a_fall_is_no_reset() -> None:
    assert cause(seen(40, NOON + DAY), seen(41, NOON + 4 * DAY, NOON + MINUTE), WEEK_WINDOW_S) is None


@pytest.mark.parametrize("next_at", [None, NOON + 6 * HOUR])
def test_a_window_that_ended_while_we_looked_was_reset_on_time(next_at: datetime | None) -> None:
    assert cause(seen(81, NOON + MINUTE), seen(0, next_at, NOON + 2 * MINUTE)) is ResetCause.ON_TIME


def test_a_window_without_any_use_is_reset_on_time_too() -> None:
    assert cause(seen(0, NOON + MINUTE), seen(0, None, NOON + 3 * MINUTE)) is ResetCause.ON_TIME


def test_a_week_that_nobody_watched_was_on_time_if_the_rhythm_goes_on() -> None:
    before = seen(81, NOON + DAY)
    assert cause(before, seen(4, NOON + DAY + 2 * WEEK, NOON + 10 * DAY), WEEK_WINDOW_S) is ResetCause.ON_TIME
    shifted = seen(4, NOON + 3 * DAY + 2 * WEEK, NOON + 10 * DAY)
    assert cause(before, shifted, WEEK_WINDOW_S) is ResetCause.UNKNOWN


def test_a_session_that_ended_overnight_is_not_known_to_have_been_on_time() -> None:
    assert cause(seen(81, NOON + HOUR), seen(0, None, NOON + 9 * HOUR)) is ResetCause.UNKNOWN


def test_a_session_seen_hours_late_is_not_on_time_only_because_its_end_fits() -> None:
    then = seen(37, NOON + 6 * HOUR, NOON + 3 * HOUR)
    assert cause(seen(54, NOON + HOUR), then) is ResetCause.UNKNOWN


def test_an_old_number_well_after_its_promised_end_makes_the_reset_late() -> None:
    before = seen(81, NOON - 10 * MINUTE, NOON)
    assert cause(before, seen(81, NOON - 10 * MINUTE, NOON + MINUTE)) is None
    assert cause(before, seen(0, NOON + 5 * HOUR, NOON + MINUTE)) is ResetCause.LATE
    soon = seen(81, NOON - MINUTE, NOON)
    assert cause(soon, seen(0, NOON + 5 * HOUR, NOON + MINUTE)) is ResetCause.ON_TIME


def test_a_new_window_before_the_promised_end_is_early() -> None:
    before = seen(60, NOON + 3 * DAY)
    assert cause(before, seen(1, NOON + WEEK, NOON + MINUTE), WEEK_WINDOW_S) is ResetCause.EARLY


@pytest.mark.parametrize(
    ("percent", "next_at"), [(60, NOON + 3 * DAY), (100, NOON + 3 * DAY), (100, NOON + WEEK)]
)
def test_a_fall_within_the_same_window_or_at_the_limit_is_perhaps_a_granted_reset(
    percent: float, next_at: datetime
) -> None:
    before = seen(percent, NOON + 3 * DAY)
    assert cause(before, seen(0, next_at, NOON + MINUTE), WEEK_WINDOW_S) is ResetCause.GRANTED


def test_a_fall_with_another_plan_is_that_change() -> None:
    before, after = seen(60, NOON + 3 * DAY), seen(15, NOON + 3 * DAY, NOON + MINUTE)
    assert cause(before, after, WEEK_WINDOW_S, is_other_plan=True) is ResetCause.PLAN_CHANGE
    same = seen(60, NOON + 3 * DAY, NOON + MINUTE)
    assert cause(before, same, WEEK_WINDOW_S, is_other_plan=True) is None


def test_a_fall_without_any_promise_is_of_an_unknown_cause() -> None:
    assert cause(seen(60, None), seen(0, None, NOON + MINUTE), None) is ResetCause.UNKNOWN


def test_several_early_resets_in_one_reading_are_the_servers_doing() -> None:
    found = [
        find_reset(seen(60, NOON + HOUR), seen(0, NOON + 5 * HOUR, NOON + MINUTE), SESSION_WINDOW_S),
        find_reset(seen(70, NOON + 3 * DAY), seen(0, NOON + WEEK, NOON + MINUTE), WEEK_WINDOW_S),
        find_reset(seen(70, NOON), seen(0, None, NOON + MINUTE), SESSION_WINDOW_S),
    ]
    resets = [each for each in found if each is not None]
    assert [each.cause for each in note_server_wide(resets)] == [
        ResetCause.SERVER_WIDE,
        ResetCause.SERVER_WIDE,
        ResetCause.ON_TIME,
    ]
    assert [each.cause for each in note_server_wide(resets[1:])] == [ResetCause.EARLY, ResetCause.ON_TIME]


def test_only_a_reset_that_nobody_promised_needs_a_second_reading() -> None:
    early = find_reset(seen(60, NOON + 3 * DAY), seen(0, NOON + WEEK, NOON + MINUTE), WEEK_WINDOW_S)
    assert early is not None
    assert not early.confirmed
    assert is_confirmed(early, 2)
    assert not is_confirmed(early, 60)
    promised = find_reset(seen(60, NOON), seen(0, None, NOON + MINUTE), SESSION_WINDOW_S)
    assert promised is not None
    assert promised.confirmed
