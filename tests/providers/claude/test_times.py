"""The server's times, in every form observed or tolerated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.usage import SESSION_WINDOW_S, same_window
from claudometer.providers.claude.times import parse_reset, parse_retry_after, parse_time
from claudometer.providers.server_time import parse_http_date
from tests.clocks import NOON

MOMENT = datetime(2026, 8, 20, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("2026-08-20T13:00:00Z", 0),
        ("2026-08-20T13:00:00z", 0),
        ("2026-08-20T13:00:00+00:00", 0),
        ("2026-08-20T13:00:00.000Z", 0),
        ("2026-08-20T13:00:00.123+00:00", 123_000),
        ("2026-08-20T13:00:00.123456+00:00", 123_456),
        ("2026-08-20T13:00:00.123456789Z", 123_456),
        ("2026-08-20T13:00:00", 0),
        (" 2026-08-20T13:00:00Z ", 0),
        ("2026-08-20 13:00:00+00:00", 0),
        ("2026-08-20T15:00:00+02:00", 0),
        ("2026-08-20T07:30:00-05:30", 0),
    ],
)
def test_every_iso_form_is_the_same_moment_in_utc(text: str, microseconds: int) -> None:
    assert parse_time(text) == MOMENT.replace(microsecond=microseconds)


@pytest.mark.parametrize("value", [1787230800, 1787230800.0, 1787230800000, 1787230800000.0, "1787230800"])
def test_an_epoch_is_seconds_or_milliseconds_by_its_size(value: object) -> None:
    assert parse_time(value) == MOMENT


@pytest.mark.parametrize(
    "value",
    ["", " ", None, "soon", True, False, -5, 0, float("nan"), float("inf"), 10**400, 1e300, [], {},
     "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "²"],
)  # fmt: skip
def test_anything_but_a_time_is_unknown(value: object) -> None:
    assert parse_time(value) is None


@given(st.text() | st.floats() | st.integers() | st.booleans() | st.none())
def test_no_value_raises_and_every_time_is_aware_utc(value: object) -> None:
    moment = parse_time(value)
    assert moment is None or moment.utcoffset() == timedelta()
    reset = parse_reset(value, NOON, SESSION_WINDOW_S)
    assert reset is None or reset <= NOON + timedelta(days=20)


@pytest.mark.parametrize("days", [1, 4, 30, 1000])
def test_a_reset_that_has_passed_is_kept_at_any_distance(days: int) -> None:
    passed = NOON - timedelta(days=days)
    assert parse_reset(passed.isoformat(), NOON, SESSION_WINDOW_S) == passed
    assert parse_reset(passed.timestamp(), NOON, None) == passed


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-08-20T16:59:59.990000+00:00", "2026-08-20T17:00:01.200000+00:00"),
        ("2026-08-20T09:19:59.630000+00:00", "2026-08-20T09:20:00.950000+00:00"),
        ("2026-08-20T23:59:59.862000+00:00", "2026-08-21T00:00:00.861000+00:00"),
    ],
)
def test_times_that_jitter_across_a_boundary_are_one_window(first: str, second: str) -> None:
    one, other = parse_time(first), parse_time(second)
    assert one is not None
    assert other is not None
    assert same_window(one, other, SESSION_WINDOW_S)
    assert not same_window(one, other + timedelta(hours=5), SESSION_WINDOW_S)


def test_a_month_is_a_possible_reset_for_a_window_of_unknown_length_only() -> None:
    in_a_month = (NOON + timedelta(days=31)).isoformat()
    assert parse_reset(in_a_month, NOON, None) == NOON + timedelta(days=31)
    assert parse_reset(in_a_month, NOON, SESSION_WINDOW_S) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("300", 300.0),
        ("3600", 3600.0),
        ("3037.5", 3037.5),
        (" 120 ", 120.0),
        ("-5", None),
        ("abc", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("86400000", 86_400_000.0),
        ("Thu, 20 Aug 2026 12:05:00 GMT", 300.0),
        ("Thursday, 20-Aug-26 12:05:00 GMT", 300.0),
        ("Thu, 20 Aug 2026 11:00:00 GMT", 0.0),
        ("Thu, 99 Aug 2026 11:00:00 GMT", None),
    ],
)
def test_every_form_of_retry_after_is_seconds_or_unknown(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOON) == seconds


@given(
    st.text(max_size=40)
    | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d\d:\d\d:\d\d [+-]?\w+")
)
def test_no_header_raises(value: str) -> None:
    seconds = parse_retry_after(value, NOON)
    assert seconds is None or seconds >= 0
    moment = parse_http_date(value)
    assert moment is None or moment.utcoffset() == timedelta()
