"""Numbers and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claudometer.domain.region import Region
from claudometer.domain.usage import Money
from claudometer.present import formatters
from tests.clocks import NOON

BERLIN = Region(ZoneInfo("Europe/Berlin"))
NEW_YORK = Region(ZoneInfo("America/New_York"), twelve_hour=True)
TOKYO = Region(ZoneInfo("Asia/Tokyo"))
KATHMANDU = Region(timezone(timedelta(hours=5, minutes=45)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (0, "0 %"),
        (0.0, "0 %"),
        (0.4, "<1 %"),
        (0.99, "<1 %"),
        (1.0, "1 %"),
        (12.5, "12 %"),
        (74.53, "74 %"),
        (99.4, "99 %"),
        (99.6, "99 %"),
        (100, "100 %"),
        (104.6, "104 %"),
    ],
)
def test_only_a_reached_limit_reads_100_and_only_an_unused_one_reads_0(
    value: float | None, text: str
) -> None:
    assert formatters.percent(value).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "under a minute"),
        (59.9, "under a minute"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (3660, "1 h 1 min"),
        (10_560, "2 h 56 min"),
        (86_400, "1 d"),
        (86_400 * 4 + 3 * 3600 + 59, "4 d 3 h"),
    ],
)
def test_a_span_has_its_two_largest_units(seconds: float, text: str) -> None:
    assert formatters.span(seconds) == text


@pytest.mark.parametrize(
    ("region", "text"), [(BERLIN, "14:00"), (NEW_YORK, "8:00 AM"), (TOKYO, "21:00"), (KATHMANDU, "17:45")]
)
def test_the_clock_follows_the_users_region(region: Region, text: str) -> None:
    assert formatters.clock(NOON, region) == text


@pytest.mark.parametrize(
    ("hour", "text"), [(0, "12:05 AM"), (11, "11:05 AM"), (12, "12:05 PM"), (23, "11:05 PM")]
)
def test_twelve_hour_clocks_have_no_hour_zero(hour: int, text: str) -> None:
    at = datetime(2026, 8, 20, hour, 5, tzinfo=UTC)
    assert formatters.clock(at, Region(UTC, twelve_hour=True)) == text


@pytest.mark.parametrize(
    ("hours", "short", "spoken"),
    [
        (2, "16:00", "today 16:00"),
        (10, "Fri 00:00", "tomorrow 00:00"),
        (125, "Tue 19:00", "Tue 19:00"),
        (24 * 8, "28 Aug 14:00", "28 Aug 14:00"),
        (-20, "19 Aug 18:00", "yesterday 18:00"),
    ],
)
def test_a_time_has_only_as_much_date_as_it_needs(hours: int, short: str, spoken: str) -> None:
    at = NOON + timedelta(hours=hours)
    assert formatters.moment(at, NOON, BERLIN) == short
    assert formatters.spoken_moment(at, NOON, BERLIN) == spoken


def test_today_is_the_users_day_not_that_of_utc() -> None:
    late = datetime(2026, 8, 20, 16, 30, tzinfo=UTC)  # 01:30 on the 21st in Tokyo
    assert formatters.spoken_moment(late, NOON, TOKYO) == "tomorrow 01:30"
    assert formatters.spoken_moment(late, NOON, BERLIN) == "today 18:30"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(1234, 2, "EUR"), "€12.34"),
        (Money(5, 2, "USD"), "$0.05"),
        (Money(1234567, 2, "GBP"), "£12,345.67"),
        (Money(1500, 0, "JPY"), "¥1,500"),
        (Money(1234, 3, "KWD"), "1.234 KWD"),
        (Money(100, 2, ""), "1.00"),
        (Money(-250, 2, "EUR"), "-€2.50"),
    ],
)
def test_money_is_converted_from_minor_units_by_its_exponent(amount: Money, text: str) -> None:
    assert formatters.money(amount) == text


@pytest.mark.parametrize(
    ("seconds_ago", "text"),
    [(-3600, "just now"), (30, "just now"), (125, "2 min ago"), (11_100, "3 h 5 min ago")],
)
def test_an_age_is_never_negative(seconds_ago: int, text: str) -> None:
    assert formatters.age(NOON - timedelta(seconds=seconds_ago), NOON) == text


@pytest.mark.parametrize("second", ["09:19:59.91", "09:20:00.33", "09:20:00.95", "09:19:59.63"])
def test_a_jittering_reset_time_keeps_its_minute(second: str) -> None:
    at = datetime.fromisoformat(f"2026-08-20T{second}+00:00")
    assert formatters.nearest_minute(at) == datetime(2026, 8, 20, 9, 20, tzinfo=UTC)


@given(st.floats(0, 1e6), st.integers(1, 100))
@example(74.999_999, 75)
@example(75.0, 75)
@example(99.6, 100)
def test_a_whole_number_is_shown_exactly_if_it_is_reached(used: float, threshold: int) -> None:
    assert (formatters.whole_percent(used) >= threshold) == (used >= threshold)
    shown = formatters.short_percent(used)
    assert (shown != "<1" and int(shown) >= threshold) == (used >= threshold)


@given(st.floats(0, 1e6))
def test_rounding_never_fills_a_limit_and_changes_it_by_at_most_one(value: float) -> None:
    shown = formatters.rounded(value)
    assert abs(shown - value) <= 1
    assert (shown >= 100) == (value >= 100)
