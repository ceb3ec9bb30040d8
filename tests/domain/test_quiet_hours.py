"""Quiet hours pass midnight and the changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from claudometer.domain.alerts.silence import QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)


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


def test_hours_that_end_at_a_time_that_comes_twice_end_at_both() -> None:
    """The second end was taken for that of the next day, so what was held back waited."""
    hours = QuietHours(time(22), time(2, 30))
    found = quiet_minutes(hours, datetime(2026, 10, 24, 12, tzinfo=UTC), 1)
    second = found[-1]
    assert second == datetime(2026, 10, 25, 1, 29, tzinfo=UTC), "02:29 in winter time"
    assert hours.next_end(second, BERLIN) == second + MINUTE
