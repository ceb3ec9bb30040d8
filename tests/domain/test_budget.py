"""The request budget: at most 28 requests in an hour, whatever happens to the clock or the process."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.budget import (
    MAX_BLOCK_S,
    OAUTH_BUDGET,
    Bucket,
    allowed_at,
    block,
    block_s,
    full,
    refill,
    take,
    unblock,
)
from tests.clocks import NOON

HOUR = timedelta(hours=1)


def greedy(seconds: int, steps: list[int]) -> list[datetime]:
    """Try to take a token after each step (in seconds); return the times at which one was granted."""
    bucket, now, granted = full(OAUTH_BUDGET, NOON), NOON, []
    for step in steps:
        now += timedelta(seconds=step)
        if now > NOON + timedelta(seconds=seconds):
            break
        if (taken := take(bucket, OAUTH_BUDGET, now)) is not None:
            bucket = taken
            granted.append(now)
    return granted


def test_a_request_every_ten_seconds_for_a_day_never_exceeds_28_in_an_hour() -> None:
    granted = greedy(86_400, [10] * 8640)
    assert max(sum(start <= at < start + HOUR for at in granted) for start in granted) <= 28
    assert len(granted) == pytest.approx(8 + 86_400 / 180, abs=2)  # a full bucket, then one in 3 minutes


@given(st.lists(st.integers(0, 900), max_size=400))
def test_no_hour_exceeds_28_however_the_requests_are_spread(steps: list[int]) -> None:
    granted = greedy(10**9, steps)
    assert all(sum(start <= at < start + HOUR for at in granted) <= 28 for start in granted)


@given(st.lists(st.integers(-10_000_000, 10_000_000), max_size=50))
def test_a_clock_that_jumps_never_gives_more_than_a_full_bucket(jumps: list[int]) -> None:
    bucket, now = full(OAUTH_BUDGET, NOON), NOON
    for jump in jumps:
        now += timedelta(seconds=jump)
        bucket = refill(bucket, OAUTH_BUDGET, now)
        assert 0 <= bucket.tokens <= OAUTH_BUDGET.capacity


def test_a_clock_set_back_a_year_does_not_block_for_a_year() -> None:
    blocked = block(full(OAUTH_BUDGET, NOON), NOON, retry_after_s=600)
    a_year_ago = NOON - timedelta(days=365)
    assert allowed_at(blocked, OAUTH_BUDGET, a_year_ago) <= a_year_ago + timedelta(seconds=MAX_BLOCK_S)


def test_an_empty_bucket_says_when_the_next_request_may_be_sent() -> None:
    empty = Bucket(tokens=0.0, counted_at=NOON)
    assert take(empty, OAUTH_BUDGET, NOON) is None
    at = allowed_at(empty, OAUTH_BUDGET, NOON)
    assert at == NOON + timedelta(seconds=180)
    assert take(empty, OAUTH_BUDGET, at) is not None


def test_a_reserve_is_left_for_clicks() -> None:
    two_left = Bucket(tokens=2.0, counted_at=NOON)
    assert allowed_at(two_left, OAUTH_BUDGET, NOON) == NOON
    assert allowed_at(two_left, OAUTH_BUDGET, NOON, reserve=2) == NOON + timedelta(seconds=180)


@pytest.mark.parametrize(
    ("retry_after_s", "refusals", "expected_s"),
    [
        (None, 0, 300),
        (0, 0, 300),
        (0, 1, 600),
        (None, 9, 900),
        (120, 0, 300),
        (300, 0, 330),
        (300, 1, 375),
        (3600, 0, 3630),
        (3600, 1, 4500),
        (3600, 2, 3630),
        (3037.5, 1, 3037.5 * 1.25),
        (-5, 0, 300),
        (86_400_000, 0, 4500),
    ],
)
def test_a_429_blocks_for_the_stated_time_with_a_margin(
    retry_after_s: float | None, refusals: int, expected_s: float
) -> None:
    assert block_s(retry_after_s, refusals) == expected_s


def test_a_success_lifts_the_block_and_clears_the_refusals() -> None:
    blocked = block(block(full(OAUTH_BUDGET, NOON), NOON, None), NOON, None)
    assert blocked.refusals == 2
    assert unblock(blocked).blocked_until is None
    assert unblock(blocked).refusals == 0
