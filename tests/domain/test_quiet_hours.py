"""Quiet hours pass midnight and the changes of the clock."""

from __future__ import annotations

import time as clock
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from claudometer.domain.alerts.silence import MuteFor, QuietHours, muted_until

if TYPE_CHECKING:
    from collections.abc import Iterator

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
STEP = timedelta(minutes=10)


def quiet_minutes(hours: QuietHours, since: datetime, days: int) -> list[datetime]:
    minutes = [since + each * MINUTE for each in range(days * 1440)]
    return [each for each in minutes if hours.contain(each, BERLIN)]


@pytest.mark.parametrize(
    ("noon", "quiet"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), 9 * 60),  # to summer time: the night has an hour less
        (datetime(2026, 10, 24, 12, tzinfo=UTC), 11 * 60),
        (datetime(2026, 6, 1, 12, tzinfo=UTC), 10 * 60),
    ],
)
def test_a_night_is_quiet_from_its_evening_to_its_morning(noon: datetime, quiet: int) -> None:
    found = quiet_minutes(QuietHours(), noon, 1)
    assert len(found) == quiet
    assert found[-1] - found[0] == (quiet - 1) * MINUTE, "without a break"
    assert QuietHours().next_end(found[0], BERLIN) == found[-1] + MINUTE


# Of a past year, which new data of time zones leaves alone: 2026f has no change in Cuba in November 2026.
CHANGES = [
    ("Europe/Berlin", datetime(2024, 3, 31, 1), timedelta(hours=1)),
    ("Europe/Berlin", datetime(2024, 10, 27, 1), timedelta(hours=-1)),
    ("America/New_York", datetime(2024, 3, 10, 7), timedelta(hours=1)),
    ("America/New_York", datetime(2024, 11, 3, 6), timedelta(hours=-1)),
    ("Australia/Lord_Howe", datetime(2024, 10, 5, 15, 30), timedelta(minutes=30)),
    ("Australia/Lord_Howe", datetime(2024, 4, 6, 15), timedelta(minutes=-30)),
    ("Atlantic/Azores", datetime(2024, 3, 31, 1), timedelta(hours=1)),  # at midnight
    ("America/Havana", datetime(2024, 11, 3, 5), timedelta(hours=-1)),
    ("Antarctica/Troll", datetime(2024, 3, 31, 1), timedelta(hours=2)),
    ("Antarctica/Troll", datetime(2024, 10, 27, 1), timedelta(hours=-2)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10), timedelta(hours=24)),  # a whole day was skipped
]


def by_wall(hours: QuietHours, local: datetime) -> bool:
    shown = local.time().replace(tzinfo=None, fold=0)
    if hours.start < hours.end:
        return hours.start <= shown < hours.end
    return shown >= hours.start or shown < hours.end


def around(change: datetime, shift: timedelta, zone: tzinfo) -> list[time]:
    """Return the times of day at which what is skipped or comes twice begins and ends, and one in it."""
    before = (change.replace(tzinfo=UTC) - MINUTE).astimezone(zone).replace(tzinfo=None) + MINUTE
    first, last = sorted((before, before + shift))
    within = first + (last - first) / 3
    found = (first, within, last)
    return [each.time().replace(second=0, microsecond=0) for each in found]


def zone_of(name: str, monkeypatch: pytest.MonkeyPatch, *, is_system: bool) -> tuple[tzinfo | None, tzinfo]:
    """Return the zone as the program has it, ``None`` for the computer's own, and the zone itself."""
    if not is_system:
        return ZoneInfo(name), ZoneInfo(name)
    monkeypatch.setenv("TZ", name)
    clock.tzset()
    return None, ZoneInfo(name)


@pytest.fixture(autouse=True)
def _own_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    monkeypatch.undo()
    clock.tzset()


@pytest.mark.parametrize("is_system", [False, True], ids=["a zone by name", "the computer's zone"])
@pytest.mark.parametrize(
    ("name", "change", "shift"), CHANGES, ids=[f"{name} {shift}" for name, _, shift in CHANGES]
)
def test_they_begin_and_end_rightly_where_the_clock_is_changed(
    name: str, change: datetime, shift: timedelta, monkeypatch: pytest.MonkeyPatch, *, is_system: bool
) -> None:
    zone, real = zone_of(name, monkeypatch, is_system=is_system)
    assert (change.replace(tzinfo=UTC) - MINUTE).astimezone(real).utcoffset() != change.replace(
        tzinfo=UTC
    ).astimezone(real).utcoffset(), "that is the change"
    times = around(change, shift, real)
    minutes = [change.replace(tzinfo=UTC) + each * STEP for each in range(-30 * 6, 30 * 6)]
    for start in times:
        for end in times:
            if start == end:
                continue
            hours = QuietHours(start, end)
            quiet = [hours.contain(each, zone) for each in minutes]
            wall = [by_wall(hours, each.astimezone(real)) for each in minutes]
            if shift > timedelta(0):
                assert quiet == wall, "what is skipped is neither quiet nor not"
            else:
                both = list(zip(minutes, quiet, wall, strict=True))
                assert all(is_quiet for _, is_quiet, by in both if by)
                changed = [at for at, is_quiet, by in both if is_quiet != by]
                assert all(abs(at - change.replace(tzinfo=UTC)) <= abs(shift) for at in changed), "a break"
            looks = list(zip(minutes, quiet, strict=True))
            ends = [at for (_, before), (at, is_quiet) in pairwise(looks) if before and not is_quiet]
            last = [before for (before, first), (_, then) in pairwise(looks) if first and not then]
            for at in [*last, *[each for each, is_quiet in looks if is_quiet][::24]]:
                expected = next((end for end in ends if end > at), None)
                assert expected in (None, hours.next_end(at, zone))


def test_hours_that_end_at_a_time_that_is_skipped_end_when_the_clock_is_set() -> None:
    """They ended half an hour late."""
    hours = QuietHours(time(22), time(2, 30))
    found = quiet_minutes(hours, datetime(2026, 3, 28, 12, tzinfo=UTC), 1)
    assert found[-1] == datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "01:59 in winter time"
    assert hours.next_end(found[-1], BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_hours_that_end_at_a_time_that_comes_twice_end_at_the_second() -> None:
    hours = QuietHours(time(22), time(2, 30))
    found = quiet_minutes(hours, datetime(2026, 10, 24, 12, tzinfo=UTC), 1)
    assert found[-1] == datetime(2026, 10, 25, 1, 29, tzinfo=UTC), "02:29 in winter time"
    assert found[-1] - found[0] == (len(found) - 1) * MINUTE, "without a break"
    assert {hours.next_end(each, BERLIN) for each in found} == {found[-1] + MINUTE}


def test_hours_that_begin_at_a_time_that_comes_twice_begin_at_the_first_and_have_no_break() -> None:
    found = quiet_minutes(QuietHours(time(2, 30), time(8)), datetime(2026, 10, 24, 12, tzinfo=UTC), 1)
    assert found[0] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30 in summer time"
    assert found[-1] - found[0] == (len(found) - 1) * MINUTE


def test_equal_times_are_the_whole_day() -> None:
    hours = QuietHours(time(2, 30), time(2, 30))
    assert len(quiet_minutes(hours, datetime(2026, 3, 28, tzinfo=UTC), 2)) == 2 * 1440
    now = datetime(2026, 3, 28, tzinfo=UTC)
    assert hours.next_end(now, BERLIN) > now


@pytest.mark.parametrize(
    ("name", "change"), [(name, change) for name, change, _ in CHANGES if name != "Pacific/Apia"]
)
def test_tomorrow_is_eight_in_the_morning_of_the_next_day_there_is(
    name: str, change: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for is_system in (False, True):
        zone, real = zone_of(name, monkeypatch, is_system=is_system)
        for hours in range(-40, 40):
            now = change.replace(tzinfo=UTC) + timedelta(hours=hours)
            until = muted_until(MuteFor.TOMORROW, now, zone, [])
            assert until is not None
            assert until > now
            assert until.astimezone(real).time() == time(8)
            assert until.astimezone(real).date() > now.astimezone(real).date()
