"""What a chart shows: lines without their gaps, and ticks at round local times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from claudometer.domain.history import Point
from claudometer.domain.region import UTC_REGION, Region
from claudometer.domain.usage import SESSION_WINDOW_S, WEEK_WINDOW_S, Source
from claudometer.present.chart import Chart, Tick, chart_of, ticks, values_at
from tests.clocks import NOON

BERLIN = Region(ZoneInfo("Europe/Berlin"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def point(
    minutes: float,
    percent: float,
    *,
    lasts: float = 0.0,
    joined: bool = True,
    resets_at: datetime | None = None,
) -> Point:
    at = NOON + timedelta(minutes=minutes)
    return Point(at, at + timedelta(minutes=lasts), percent, resets_at, Source.OAUTH, joined)


def chart(*points: Point, window_s: int | None = None, hours: float = 5.0) -> Chart:
    until = NOON + hours * HOUR
    return chart_of(points, window_s, since=NOON, until=until, now=until, region=UTC_REGION)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_a_line_is_level_as_long_as_its_number_was_confirmed() -> None:
    drawn = chart(point(0, 10, lasts=50), point(55, 30))
    assert drawn.lines == (((at(0), 10), (at(50), 10), (at(55), 30)),)
    assert list(values_at(drawn.lines, [at(-1), at(0), at(30), at(52.5), at(55), at(56)])) == [
        *(None, 10, 10, 20, 30, None),
    ]


def test_a_gap_ends_a_line_and_is_named_and_nothing_is_known_inside() -> None:
    drawn = chart(point(0, 10), point(5, 12), point(120, 40, joined=False), point(125, 41), hours=2.2)
    assert len(drawn.lines) == 2
    assert drawn.gaps == ((at(5), at(120)),)
    assert list(values_at(drawn.lines, [at(2.5), at(60), at(122.5)])) == [11, None, 40.5]


def test_a_short_gap_that_the_writer_saw_is_a_gap_too() -> None:
    drawn = chart(point(0, 10, joined=False), point(12, 40, joined=False), hours=0.4)
    assert drawn.gaps[0] == (at(0), at(12))


def test_the_time_before_the_first_and_after_the_last_reading_is_a_gap() -> None:
    drawn = chart(point(60, 10, lasts=60))
    assert drawn.gaps == ((at(0), at(60)), (at(120), at(300)))


def test_nothing_is_hatched_in_the_future() -> None:
    drawn = chart_of([point(0, 10, lasts=60)], None, since=NOON, until=at(300), now=at(61), region=UTC_REGION)
    assert drawn.gaps == ()


def test_points_are_cut_at_the_edges() -> None:
    drawn = chart(point(-60, 10, lasts=90), point(290, 20, lasts=60))
    assert drawn.lines == (((at(0), 10), (at(30), 10), (at(290), 20), (at(300), 20)),)


def test_the_even_pace_leads_from_the_start_of_a_window_to_its_promised_end() -> None:
    ends = NOON + 4 * HOUR
    jitter = [timedelta(seconds=each) for each in (-1.5, 0, 1.5)]
    drawn = chart(
        *(point(5 * n, n, resets_at=ends + off) for n, off in enumerate(jitter)), window_s=SESSION_WINDOW_S
    )
    ((start, end),) = drawn.paces
    assert (start[1], end[1]) == (0, 100)
    assert end[0] - start[0] == timedelta(hours=5)


def test_many_even_paces_would_hide_the_curve() -> None:
    points = [point(60 * n, 1, resets_at=NOON + timedelta(hours=5 * (n // 5 + 1))) for n in range(100)]
    assert chart(*points, window_s=SESSION_WINDOW_S, hours=100).paces == ()
    assert len(chart(*points, window_s=SESSION_WINDOW_S, hours=20).paces) == 4


def test_a_chart_has_room_for_more_than_100_percent() -> None:
    assert chart(point(0, 104), point(5, 12)).top == 104
    assert chart(point(0, 4)).top == 100


def local(marks: list[Tick], region: Region) -> list[str]:
    return [each.at.astimezone(region.zone).strftime("%d %H:%M") for each in marks]


@pytest.mark.parametrize(
    "start",
    [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)],
    ids=["clocks go forward", "clocks go back"],
)
def test_ticks_are_at_round_local_times_also_when_the_clock_is_changed(start: datetime) -> None:
    found = local(ticks(start, start + 2 * DAY, BERLIN, most=8), BERLIN)
    assert [each[3:] for each in found] == ["18:00", "00:00", "06:00", "12:00"] * 2
    days = local(ticks(start, start + 7 * DAY, BERLIN, most=8), BERLIN)
    assert {each[3:] for each in days} == {"00:00"}
    assert len(days) == 7


@pytest.mark.parametrize("minutes", [0, 29, 31, 59])
def test_the_last_full_hour_has_its_tick_in_a_zone_with_half_hours_too(minutes: int) -> None:
    """If a full hour in UTC was beyond the end, the half before it had no tick."""
    until = NOON + timedelta(hours=5, minutes=minutes)
    kolkata = Region(ZoneInfo("Asia/Kolkata"))
    last = ticks(until - 5 * HOUR, until, kolkata, most=8)[-1]
    assert until - last.at < HOUR


def test_ticks_in_a_zone_with_half_hours_are_at_its_own_full_hours() -> None:
    region = Region(ZoneInfo("Asia/Kolkata"))
    found = local(ticks(NOON, NOON + 5 * HOUR, region, most=8), region)
    assert found == ["20 18:00", "20 19:00", "20 20:00", "20 21:00", "20 22:00"]


@pytest.mark.parametrize("days", [0.2, 1, 2, 3, 7, 30, 90, 365, 730])
@pytest.mark.parametrize("most", [4, 8, 20])
def test_there_are_some_ticks_and_not_too_many(days: float, most: int) -> None:
    found = ticks(NOON, NOON + days * DAY, BERLIN, most=most)
    assert 1 <= len(found) <= max(most + 1, days / 28 + 1)


def test_labels_are_hours_then_weekdays_then_dates() -> None:
    assert [each.label for each in ticks(NOON, NOON + 5 * HOUR, UTC_REGION, most=8)][:2] == ["12:00", "13:00"]
    assert [each.label for each in ticks(NOON, NOON + 7 * DAY, UTC_REGION, most=8)][:2] == ["Fri", "Sat"]
    assert [each.label for each in ticks(NOON, NOON + 30 * DAY, UTC_REGION, most=8)][:2] == [
        "24 Aug",
        "31 Aug",
    ]


def test_a_week_has_one_even_pace() -> None:
    ends = NOON + 3 * DAY
    assert (
        len(chart(point(0, 5, resets_at=ends), point(60, 6, resets_at=ends), window_s=WEEK_WINDOW_S).paces)
        == 1
    )
