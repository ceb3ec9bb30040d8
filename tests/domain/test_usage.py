"""Limit windows: reset times jitter, so they are compared with a tolerance."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from claudometer.domain.usage import SESSION_WINDOW_S, WEEK_WINDOW_S, same_window
from tests.clocks import NOON


@pytest.mark.parametrize(
    ("first", "second", "window_s", "same"),
    [
        ("16:59:59.99", "17:00:01.20", SESSION_WINDOW_S, True),
        ("16:58:59.99", "16:59:00.01", SESSION_WINDOW_S, True),
        ("12:00:00.00", "17:00:00.00", SESSION_WINDOW_S, False),
        ("12:00:00.00", "13:15:00.00", SESSION_WINDOW_S, False),
        ("12:00:00.00", "13:14:59.00", SESSION_WINDOW_S, True),
        ("12:00:00.00", "17:00:00.00", WEEK_WINDOW_S, True),
    ],
)
def test_reset_times_less_than_a_quarter_window_apart_mean_the_same_window(
    first: str, second: str, window_s: int, same: bool
) -> None:
    times = [datetime.combine(NOON, time.fromisoformat(text), UTC) for text in (first, second)]
    assert same_window(times[0], times[1], window_s) is same
