"""Times from outside become UTC, and are within a range that leaves room for arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.times import EARLIEST, LATEST, read_time, time_of

ZONES = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone)


@given(st.datetimes(timezones=ZONES))
def test_any_time_is_read_as_utc_or_refused(at: datetime) -> None:
    try:
        read = read_time(at.isoformat())
    except ValueError:
        assert not EARLIEST <= at <= LATEST
        return
    assert read == at
    assert read.utcoffset() == timedelta(0)
    for shift in (timedelta(days=400), timedelta(days=-400)):
        (read + shift).astimezone(timezone(timedelta(hours=14))).timestamp()


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00", "2026-01-01", "x", ""]
)
def test_an_unusable_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - Python's own or ours
        read_time(text)


@pytest.mark.parametrize("value", [None, 5, [], {}])
def test_anything_but_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        read_time(value)


@given(st.floats())
def test_any_number_of_seconds_is_a_time_or_refused(seconds: float) -> None:
    try:
        at = time_of(seconds)
    except ValueError:
        assert not EARLIEST.timestamp() <= seconds <= LATEST.timestamp()
        return
    assert EARLIEST <= at <= LATEST


def test_seconds_count_from_1970() -> None:
    assert time_of(1_767_225_600) == datetime(2026, 1, 1, tzinfo=UTC)
