"""What each day of a window used: exact where it was watched, bounds over a gap, days of 23 to 25 hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.day_use import DayUse, uses_by_day
from claudometer.domain.history import Point
from claudometer.domain.region import UTC_REGION, Region
from claudometer.domain.usage import WEEK_WINDOW_S, Source

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
BEGIN = datetime(2026, 8, 18, 17, tzinfo=UTC)
"""A Tuesday. The window is of a week, and begins in the afternoon: eight local days."""
ENDS = BEGIN + WEEK
MIDNIGHT = datetime(2026, 8, 19, tzinfo=UTC)


def point(at: datetime, percent: float, *, joined: bool = True, until: datetime | None = None) -> Point:
    return Point(at, until or at, percent, ENDS, Source.OAUTH, joined)


def used(points: list[Point], now: datetime, region: Region = UTC_REGION) -> list[tuple[float, float] | None]:
    """Return the bounds of the days that have begun, ``None`` for a day that is unknown."""
    days = uses_by_day(points, WEEK_WINDOW_S, ends=ENDS, now=now, region=region)
    return [_bounds(day) for day in days if day.start <= now]


def _bounds(day: DayUse) -> tuple[float, float] | None:
    return None if day.low is None else (day.low, float("inf") if day.high is None else day.high)


def test_a_window_that_begins_in_the_afternoon_has_eight_days_cut_off_at_its_ends() -> None:
    days = uses_by_day([point(BEGIN, 0)], WEEK_WINDOW_S, ends=ENDS, now=BEGIN, region=UTC_REGION)
    assert len(days) == 8
    assert (days[0].start, days[0].end, days[-1].start, days[-1].end) == (
        BEGIN,
        MIDNIGHT,
        MIDNIGHT + 6 * DAY,
        ENDS,
    )


def test_a_window_from_midnight_to_midnight_has_seven_days() -> None:
    days = uses_by_day(
        [Point(MIDNIGHT, MIDNIGHT, 0, None, Source.OAUTH, joined=False)],
        WEEK_WINDOW_S,
        ends=MIDNIGHT + WEEK,
        now=MIDNIGHT,
        region=UTC_REGION,
    )
    assert len(days) == 7


def test_what_was_watched_is_exact_and_a_step_over_midnight_is_split_as_the_chart_draws_it() -> None:
    points = [
        point(BEGIN + HOUR, 4, joined=False, until=MIDNIGHT - HOUR / 10),
        point(MIDNIGHT + HOUR / 10, 6, until=MIDNIGHT + 5 * HOUR),
        point(MIDNIGHT + 6 * HOUR, 9, until=MIDNIGHT + 7 * HOUR),
    ]
    assert used(points, MIDNIGHT + 7 * HOUR) == [(5, 5), (4, 4)]


def test_over_a_gap_at_midnight_each_day_may_have_used_what_was_used_in_it() -> None:
    points = [
        point(BEGIN + HOUR, 10, joined=False),
        point(MIDNIGHT + 8 * HOUR, 12, joined=False),
        point(MIDNIGHT + 8.1 * HOUR, 15),
    ]
    assert used(points, MIDNIGHT + 8.1 * HOUR) == [(10, 12), (3, 5)]


def test_over_a_gap_in_which_the_number_stayed_nothing_was_used() -> None:
    points = [point(BEGIN + HOUR, 10, joined=False), point(MIDNIGHT + 50 * HOUR, 10, joined=False)]
    assert used(points, MIDNIGHT + 50 * HOUR) == [(10, 10), (0, 0), (0, 0), (0, 0)]


def test_a_day_on_which_nobody_looked_is_unknown_and_not_0() -> None:
    points = [point(BEGIN + HOUR, 10, joined=False), point(MIDNIGHT + 50 * HOUR, 30, joined=False)]
    assert used(points, MIDNIGHT + 50 * HOUR) == [(10, 30), None, None, (0, 20)]


def test_days_before_the_first_reading_are_unknown_and_its_own_is_known_from_then_on() -> None:
    first, now = MIDNIGHT + 30 * HOUR, MIDNIGHT + 30.1 * HOUR
    points = [point(first, 40, joined=False), point(now, 41)]
    assert used(points, now) == [None, None, (1, float("inf"))]
    days = uses_by_day(points, WEEK_WINDOW_S, ends=ENDS, now=now, region=UTC_REGION)
    assert [day.watched_since for day in days[:4]] == [None, None, first, None]


def test_nothing_was_used_before_a_first_reading_of_0() -> None:
    points = [point(MIDNIGHT + 30 * HOUR, 0, joined=False), point(MIDNIGHT + 30.1 * HOUR, 2)]
    assert used(points, MIDNIGHT + 30.1 * HOUR) == [(0, 0), (0, 0), (2, 2)]


def test_since_the_last_reading_today_may_have_used_more() -> None:
    points = [point(BEGIN + HOUR, 10, joined=False), point(BEGIN + 2 * HOUR, 11, joined=False)]
    assert used(points, BEGIN + 2.1 * HOUR) == [(11, 11)]
    assert used(points, BEGIN + 3 * HOUR) == [(11, float("inf"))]
    assert used(points, MIDNIGHT + 30 * HOUR) == [(11, float("inf")), None, None]


def test_a_fall_within_the_window_takes_nothing_away() -> None:
    points = [point(BEGIN + HOUR, 60, joined=False), point(BEGIN + 1.1 * HOUR, 3), point(BEGIN + 2 * HOUR, 5)]
    assert used(points, BEGIN + 2 * HOUR) == [(62, float("inf"))]


def test_readings_of_the_window_before_do_not_count() -> None:
    old = Point(BEGIN - DAY, BEGIN + HOUR, 97, BEGIN, Source.OAUTH, joined=False)
    assert used([old, point(BEGIN + 1.1 * HOUR, 2, joined=False)], BEGIN + 1.1 * HOUR) == [(2, 2)]
    assert used([old], BEGIN + HOUR) == []


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Europe/Berlin", 25),  # the clock is set back on Sunday 25 October 2026
        ("America/Sao_Paulo", 24),
        ("Asia/Tokyo", 24),
    ],
)
def test_a_day_on_which_the_clock_is_changed_is_longer(zone: str, hours: int) -> None:
    region = Region(ZoneInfo(zone))
    ends = datetime(2026, 10, 27, 12, tzinfo=region.zone).astimezone(UTC)
    first = Point(ends - WEEK, ends - WEEK, 0, ends, Source.OAUTH, joined=False)
    days = uses_by_day([first], WEEK_WINDOW_S, ends=ends, now=ends - HOUR, region=region)
    lengths = [(day.end - day.start) / HOUR for day in days]
    sunday = next(day for day in days if day.start.astimezone(region.zone).day == 25)
    assert (sunday.end - sunday.start) / HOUR == hours
    assert sum(lengths) == 168
    assert all(day.start.astimezone(region.zone).hour == 0 for day in days[1:])


def test_a_day_that_begins_at_1_because_the_clock_is_set_forward_at_midnight() -> None:
    region = Region(ZoneInfo("Africa/Cairo"))  # forward at midnight of Friday 24 April 2026
    ends = datetime(2026, 4, 27, 12, tzinfo=UTC)
    first = Point(ends - WEEK, ends - WEEK, 0, ends, Source.OAUTH, joined=False)
    days = uses_by_day([first], WEEK_WINDOW_S, ends=ends, now=ends - HOUR, region=region)
    friday = next(day for day in days if day.start.astimezone(region.zone).day == 24)
    assert friday.start.astimezone(region.zone).hour == 1
    assert (friday.end - friday.start) / HOUR == 23
    assert sum((day.end - day.start) / HOUR for day in days) == 168


@given(
    steps=st.lists(
        st.tuples(st.floats(0.1, 30), st.integers(0, 8), st.booleans(), st.floats(0, 5)),
        min_size=1,
        max_size=20,
    ),
    after_h=st.floats(0, 48),
    zone=st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Chatham"]),
)
def test_the_days_together_hold_what_the_last_reading_says(
    steps: list[tuple[float, int, bool, float]], after_h: float, zone: str
) -> None:
    at, percent, points = BEGIN, 0, []
    for hours, rise, joined, stays_h in steps:
        at += hours * HOUR
        if at + stays_h * HOUR >= ENDS:
            break
        percent += rise
        points.append(point(at, percent, joined=joined, until=at + stays_h * HOUR))
        at += stays_h * HOUR
    now = min(at + after_h * HOUR, ENDS - HOUR / 60)
    days = uses_by_day(points, WEEK_WINDOW_S, ends=ENDS, now=now, region=Region(ZoneInfo(zone)))
    assert sum(day.low or 0 for day in days) <= percent + 1e-6
    if days and all(day.high is not None for day in days):
        assert sum(day.high or 0 for day in days) >= percent - 1e-6
    assert all(day.high is None or day.low is None or day.low <= day.high + 1e-6 for day in days)
    assert all((day.low, day.high) == (0, 0) for day in days if day.start > now)
